//! The library of pictures.

use sqlx::PgPool;

use super::{
    media::png,
    support::{Browser, Page, Person, TestApp},
};

/// Adds a picture; its page in the library.
async fn add(browser: &mut Browser, name: &str, bytes: &[u8], alt: &str) -> Page {
    let form = browser.get("/write/media").await.form(".upload-form").fill("alt", alt);
    let page = browser.submit(form.file("files", name, bytes)).await;
    page.shows("The picture is here.");
    page
}

/// A post of this person's that shows what `markdown` says.
async fn write(browser: &mut Browser, title: &str, markdown: &str, button: &str) -> Page {
    let form = browser.get("/write/new").await.form(".post-form").fill("title", title).fill("body", markdown);
    browser.submit(form.press(button)).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_picture_is_described_once_and_comes_with_its_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = add(&mut ada, "harbour.png", &png(1000, 500), "The [old] harbour").await;
    assert!(page.text("#q-markdown").starts_with("![The \\[old\\] harbour](/media/"));
    page.shows("No post shows it.").shows("1000 × 500 pixels").shows("being made");
    app.run_jobs().await;
    ada.get(&page.url).await.shows("480, 960 pixels wide");

    let form = page.form(".picture-form").fill("alt", "The new harbour").fill("focus", "focus-20");
    let saved = ada.submit(form).await;
    saved.shows("Saved.");
    assert_eq!(saved.form(".picture-form").value("focus"), "focus-20");
    assert!(saved.text("#q-markdown").starts_with("![The new harbour]"));

    let form = saved.form(".picture-form").tick("decorative", "on");
    ada.submit(form.clone()).await.assert_status(422).shows("please keep one or the other");
    let saved = ada.submit(form.fill("alt", "")).await;
    assert!(saved.text("#q-markdown").starts_with("![]("), "{}", saved.text("#q-markdown"));
    let long = saved.form(".picture-form").fill("alt", &"x".repeat(1001));
    ada.submit(long).await.assert_status(422).shows("This is too long");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn covers_on_cards_are_cropped_around_their_focus(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Pictured").fill("body", "x");
    let form = form.fill("cover_alt", "A square");
    ada.submit(form.file("cover", "a.png", &png(600, 600)).press("Publish")).await.shows("Published.");
    assert_eq!(app.browser().get("/").await.attr(".card-cover img", "class"), "focus-11");
    let picture = ada.get("/write/media").await.attr(".thumb", "href");
    let form = ada.get(&picture).await.form(".picture-form").fill("focus", "focus-02");
    let saved = ada.submit(form).await;
    saved.shows("Pictured").shows("as the cover");
    let home = app.browser().get("/").await;
    assert_eq!(home.attr(".card-cover img", "class"), "focus-02");
    assert_eq!(home.attr(".card-cover img", "loading"), "", "the first one is there at once");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn several_pictures_come_at_once_and_each_refused_one_is_named(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/media").await.form(".upload-form");
    let two = form.clone().file("files", "a.png", &png(40, 30)).file("files", "b.png", &png(30, 40));
    ada.submit(two).await.shows("2 pictures are here.").shows("a.png").shows("b.png");
    let mixed = form.clone().file("files", "c.png", &png(20, 30)).file("files", "d.png", b"<script>");
    let refused = ada.submit(mixed).await;
    refused.assert_status(422).shows("1 of 2 pictures are here.").shows("d.png: This file is not a picture");
    refused.shows("c.png");
    ada.submit(form).await.assert_status(422).shows("Please choose a picture.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_script_gets_markdown_or_a_sentence(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let send = |alt: &str, bytes: &str| {
        format!(
            "--x\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n\
             --x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.svg\"\r\n\r\n{bytes}\r\n--x--\r\n"
        )
    };
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/json")];
    let kind = "multipart/form-data; boundary=x";
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><script>1</script></svg>";
    let answer = ada.post_raw("/write/media", kind, &send("A *star*", svg), &headers).await;
    answer.assert_status(200);
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let path = json["path"].as_str().expect("a path");
    assert_eq!(json["markdown"], format!("![A \\*star\\*]({path})"));
    assert!(!ada.get_once(path).await.body.contains("script"));

    let refused = ada.post_raw("/write/media", kind, &send("", "<html>"), &headers).await;
    refused.assert_status(422);
    let json: serde_json::Value = serde_json::from_str(&refused.body).expect("JSON");
    assert!(json["error"].as_str().expect("a sentence").contains("not a picture"), "{json}");
    let strange = [("sec-fetch-site", "cross-site"), ("accept", "application/json")];
    ada.post_raw("/write/media", kind, &send("", svg), &strange).await.assert_status(403);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_a_published_post_shows_is_not_deleted(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = add(&mut ada, "a.png", &png(500, 300), "A").await;
    let address = page.attr(".facts a", "href");
    // by the address of a copy, in HTML
    let copy = address.replace(".png", "-480.webp");
    write(&mut ada, "Shown", &format!("<img src=\"{copy}\" alt=\"A\">"), "Publish").await.shows("Published.");
    write(&mut ada, "Drafted", &format!("![A]({address})"), "Save draft").await.shows("Draft saved.");

    let asked = ada.get(&format!("{}/delete", page.url)).await;
    asked.shows("This picture is in use").shows("Shown").shows("Drafted");
    assert!(!asked.has("main form"));
    let refused = ada.post(&format!("{}/delete", page.url), &[]).await;
    refused.assert_status(409).shows("Nothing was deleted").shows("Shown");
    app.browser().get(&address).await.assert_status(200);

    let shown: i64 = sqlx::query_scalar("select id from posts where title = 'Shown'")
        .fetch_one(&app.db)
        .await
        .expect("it");
    let form = ada.get(&format!("/write/{shown}")).await.form(".post-moves").press("Unpublish");
    ada.submit(form).await.shows("Unpublished");
    let asked = ada.get(&format!("{}/delete", page.url)).await;
    asked.shows("It would be missing there").shows("Shown").shows("Drafted");
    ada.submit(asked.form("main form")).await.shows("The picture is deleted.");
    app.run_jobs().await;
    for path in [&address, &copy] {
        app.browser().get(path).await.assert_status(404);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_only_an_earlier_version_shows_is_no_orphan(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let kept = add(&mut ada, "once.png", &png(60, 40), "").await;
    let lost = add(&mut ada, "never.png", &png(40, 60), "").await;
    let saved = write(&mut ada, "P", &kept.text("#q-markdown"), "Save draft").await;
    let form = saved.form(".post-form").fill("body", "Without.").press("Save draft");
    ada.submit(form).await.shows("Draft saved.");
    ada.get(&kept.url).await.shows("in an earlier version");
    app.sql("update media set created_at = now() - interval '31 days'").await;

    let unused = ada.get("/write/media?show=forgotten").await;
    unused.shows("never.png").hides("once.png");
    let form = unused.form("main form[action$=forgotten]");
    ada.submit(form.clone()).await.shows("No picture was chosen.");
    let id = lost.url.rsplit('/').next().expect("an id").to_owned();
    let asked = ada.submit(form.tick("id", &id)).await;
    asked.shows("Delete this picture?").shows("never.png");
    ada.submit(asked.form("main form")).await.shows("One picture deleted.");
    ada.get_once(&lost.url).await.assert_status(404);
    // an id that somebody adds by hand
    let kept_id = kept.url.rsplit('/').next().expect("an id").to_owned();
    ada.post("/write/media/forgotten", &[("id", &kept_id), ("sure", "yes")]).await;
    ada.get_once(&kept.url).await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn authors_have_their_own_pictures_and_editors_all(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = add(&mut ada, "a.png", &png(60, 40), "Mine").await;
    write(&mut ada, "Secret plan", &page.text("#q-markdown"), "Save draft").await.shows("Draft saved.");
    let mut eve = app.logged_in(Person::Eve).await;
    eve.get("/write/media").await.hides("a.png");
    eve.get_once(&page.url).await.assert_status(404);
    eve.post(&page.url, &[("alt", "Hers")]).await.assert_status(404);
    app.logged_in(Person::Edi).await.get("/write/media").await.shows("a.png");

    // Eve sends the same file: one picture, in two libraries
    let hers = add(&mut eve, "b.png", &png(60, 40), "Hers").await;
    assert_eq!(hers.url, page.url);
    hers.hides("Secret plan").shows("A post of somebody else");
    assert_eq!(hers.form(".picture-form").value("alt"), "Mine");
    let asked = eve.get(&format!("{}/delete", page.url)).await;
    eve.submit(asked.form("main form")).await.shows("Somebody else has it, too");
    eve.get_once(&page.url).await.assert_status(404);
    ada.get(&page.url).await.shows("Secret plan");
    assert_eq!(app.count("select count(*) from media").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn pictures_are_found_by_name_and_by_what_they_show(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    add(&mut ada, "100%_harbour.png", &png(60, 40), "Boats at night").await;
    add(&mut ada, "hill.png", &png(61, 40), "").await;
    for (words, found) in [("HARBOUR", true), ("boats", true), ("100%_", true), ("0%r", false)] {
        let form = ada.get("/write/media").await.form("form.filter").fill("q", words);
        let page = ada.submit(form).await;
        page.hides("hill.png");
        assert_eq!(page.has(".thumb"), found, "{words}");
    }
    ada.get("/write/media?show=unused").await.shows("hill.png").shows("no description");
    ada.get("/write/media?before=1000000000000000-1").await.hides("hill.png").shows("No pictures yet.");
}
