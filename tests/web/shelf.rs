//! The list of the desk: looking through it, changing many posts at once, the trash.

use sqlx::PgPool;

use super::support::{Browser, Page, Person, TestApp};

/// Ticks the posts with these titles and presses a button.
async fn with_ticked(
    browser: &mut Browser,
    list: &str,
    titles: &[&str],
    change: &[(&str, &str)],
    button: &str,
) -> Page {
    let page = browser.get(list).await;
    let mut form = page.form("form.ticked");
    for title in titles {
        form = form.tick("post", &page.attr(&format!("[aria-label=\"Choose {title}\"]"), "value"));
    }
    for (field, value) in change {
        form = form.fill(field, value);
    }
    browser.submit(form.press(button)).await
}

async fn draft(browser: &mut Browser, title: &str, body: &str) {
    let form = browser.get("/write/new").await.form(".post-form").fill("title", title).fill("body", body);
    browser.submit(form.press("Save draft")).await.shows("Draft saved.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn posts_are_found_by_words_tag_kind_and_stage(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    draft(&mut ada, "Bread", "Flour and 100% water").await;
    draft(&mut ada, "Soup", "Water and leeks").await;
    draft(&mut ada, "Sourdough", "Patience").await;
    let mut edi = app.logged_in(Person::Edi).await;
    draft(&mut edi, "Water of Edi", "x").await;

    let titles = |page: &Page| {
        let mut titles = page.texts(".title-cell a:first-child");
        titles.sort();
        titles
    };
    for (query, expected) in [
        ("", &["Bread", "Soup", "Sourdough"][..]),
        ("&q=water", &["Bread", "Soup"]),
        ("&q=sour", &["Sourdough"]),
        ("&q=100%25", &["Bread"]),
        ("&q=%25", &[]),
        ("&q=nothing", &[]),
        ("&kind=page", &[]),
        ("&whose=all", &["Bread", "Soup", "Sourdough"]),
    ] {
        let page = ada.get(&format!("/write?stage=drafts{query}")).await;
        assert_eq!(titles(&page), expected, "{query}");
        let n = expected.len();
        assert_eq!(page.text(".tabs a[aria-current]"), format!("Drafts {n}"), "{query}");
    }
    let everybody = edi.get("/write?stage=drafts&whose=all&q=water").await;
    assert_eq!(titles(&everybody), ["Bread", "Soup", "Water of Edi"]);

    let tagged =
        with_ticked(&mut ada, "/write", &["Bread", "Soup"], &[("new_tag", "Kitchen")], "Add tag").await;
    tagged.shows("2 posts tagged “Kitchen”.");
    assert_eq!(titles(&ada.get("/write?tag=kitchen").await), ["Bread", "Soup"]);
    let kept =
        with_ticked(&mut ada, "/write?tag=kitchen", &["Soup"], &[("new_tag", "kitchen")], "Remove tag").await;
    kept.shows("1 post no longer tagged “kitchen”.");
    assert_eq!(titles(&kept), ["Bread"], "the filter is kept");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn many_posts_are_changed_at_once_and_whatever_stays_is_named(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for title in ["One", "Two", ""] {
        draft(&mut ada, title, "x").await;
    }
    let left = with_ticked(&mut ada, "/write", &["One", "Two", "Untitled"], &[], "Publish").await;
    left.assert_status(200).shows("2 posts published.").shows("It has no title yet.");
    assert_eq!(left.texts(".left-posts td:first-child"), ["Untitled"]);
    app.browser().get("/posts/one").await.assert_status(200);
    app.browser().get("/posts/two").await.assert_status(200);

    let back = with_ticked(&mut ada, "/write?stage=published", &["One", "Two"], &[], "Unpublish").await;
    back.shows("2 posts unpublished.");
    app.browser().get("/posts/one").await.assert_status(404);
    let form = ada.get("/write").await.form("form.ticked");
    let none = ada.submit(form.press("Publish")).await;
    none.shows("Nothing was chosen: tick the posts first.");
    let refused = with_ticked(&mut ada, "/write", &["Untitled"], &[], "Publish").await;
    refused.assert_status(422).shows("0 posts published.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_is_published_in_bulk_is_checked_and_comes_out_like_any_other(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    draft(&mut ada, "Fine", "x").await;
    draft(&mut ada, "Silent", "![](/media/ab/none.png)").await;
    let left = with_ticked(&mut ada, "/write", &["Fine", "Silent"], &[], "Publish").await;
    left.shows("1 post published.").shows("Something has to be mended first.");
    assert_eq!(left.texts(".left-posts td:first-child"), ["Silent"]);
    app.run_jobs().await;
    assert_eq!(app.count("select count(*) from post_events where event = 'published'").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_form_that_is_open_meanwhile_keeps_what_was_changed_in_bulk(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    draft(&mut ada, "Shared", "one").await;
    let path = ada.get("/write").await.attr(".title-cell a", "href");
    let form = ada.get(&path).await.form(".post-form").fill("body", "two").fill("tags", "Mine");
    with_ticked(&mut ada, "/write", &["Shared"], &[("new_tag", "Bulk")], "Add tag").await;
    ada.submit(form.press("Save draft")).await.shows("both changes are in the text now");
    let saved = ada.get(&path).await.form(".post-form");
    assert_eq!((saved.value("body").trim(), saved.value("tags").as_str()), ("two", "Bulk, Mine"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_nobody_changes_posts_of_others_in_bulk(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Of Ada", "x").await;
    let id: i64 = sqlx::query_scalar("select id from posts").fetch_one(&app.db).await.expect("a post");
    let (id, eve_id) = (id.to_string(), app.id(Person::Eve).to_string());
    let mut eve = app.logged_in(Person::Eve).await;
    for action in ["publish", "unpublish", "trash", "restore", "delete", "add-tag", "remove-tag"] {
        let fields = [("post", id.as_str()), ("action", action), ("new_tag", "Mine"), ("sure", "yes")];
        let page = eve.post("/write/bulk", &fields).await;
        page.assert_status(422).hides("Of Ada").shows("not yours to change");
    }
    let fields = [("post", id.as_str()), ("action", "set-author"), ("author", eve_id.as_str())];
    eve.post("/write/bulk", &fields).await.assert_status(403);
    eve.post("/write/bulk", &[("post", &id), ("action", "delete")]).await.assert_status(303);
    app.browser().get("/posts/of-ada").await.assert_status(200).hides("Mine");
    assert_eq!(app.count("select count(*) from post_revisions where reason = 'bulk'").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_editor_gives_posts_to_another_author(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Given", "x").await;
    let mut edi = app.logged_in(Person::Edi).await;
    let list = "/write?stage=published&whose=all";
    with_ticked(&mut edi, list, &["Given"], &[], "Change author").await.shows("Choose an author first.");
    let eve = app.id(Person::Eve).to_string();
    let done = with_ticked(&mut edi, list, &["Given"], &[("author", &eve)], "Change author").await;
    done.shows("1 post given to another author.");
    app.browser().get("/posts/given").await.shows("By Eve");
    app.logged_in(Person::Eve).await.get("/write?stage=published").await.shows("Given");
    app.logged_in(Person::Ada).await.get("/write?stage=published").await.hides("Given");
    let ben = app.id(Person::Ben).to_string();
    let id = app.count("select id from posts").await.to_string();
    let fields = [("post", id.as_str()), ("action", "set-author"), ("author", ben.as_str())];
    edi.post("/write/bulk", &fields).await.assert_status(400);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_bulk_change_of_fields_is_a_version_and_one_of_the_stage_is_none(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Kept", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let version = "select text_version::bigint from posts";
    let before = app.count(version).await;
    for button in ["Add tag", "Add tag"] {
        with_ticked(&mut ada, "/write?stage=published", &["Kept"], &[("new_tag", "Slow")], button).await;
    }
    assert_eq!(app.count(version).await, before + 1, "the second time nothing changed");
    let fields: serde_json::Value =
        sqlx::query_scalar("select fields from post_revisions where reason = 'bulk'")
            .fetch_one(&app.db)
            .await
            .expect("one");
    assert_eq!(fields["tags"], serde_json::json!(["Slow"]));
    with_ticked(&mut ada, "/write?stage=published", &["Kept"], &[], "Move to the trash").await;
    with_ticked(&mut ada, "/write?stage=trash", &["Kept"], &[], "Restore")
        .await
        .shows("1 post restored as a draft.");
    assert_eq!(app.count(version).await, before + 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_trash_keeps_a_post_for_thirty_days_and_says_until_when(db: PgPool) {
    let app = TestApp::new(db).await;
    for title in ["Old", "Young", "Doomed", "Kept"] {
        app.post(title, "x").await;
    }
    let mut ada = app.logged_in(Person::Ada).await;
    let titles = ["Old", "Young", "Doomed"];
    with_ticked(&mut ada, "/write?stage=published", &titles, &[], "Move to the trash")
        .await
        .shows("3 posts moved");
    app.sql("update posts set trashed_at = '2026-02-01 10:00+00' where slug = 'young'").await;
    ada.get("/write?stage=trash").await.shows("Deleted for good").shows("3 March 2026, 10:00");
    app.sql("update posts set trashed_at = now() - interval '29 days' where slug = 'young'").await;
    app.sql("update posts set trashed_at = now() - interval '31 days' where slug = 'old'").await;

    let sure = with_ticked(&mut ada, "/write?stage=trash", &["Doomed"], &[], "Delete for good").await;
    sure.assert_status(200).shows("Delete this post for good?");
    assert_eq!(sure.texts(".doomed li"), ["Doomed"]);
    assert_eq!(app.count("select count(*) from posts").await, 4, "only asked so far");
    ada.submit(sure.form(".sure").press("Delete for good")).await.shows("1 post deleted for good.");
    quire::worker::tidy(&app.state).await.expect("tidied");
    let left: Vec<String> =
        sqlx::query_scalar("select title from posts order by title").fetch_all(&app.db).await.expect("posts");
    assert_eq!(left, ["Kept", "Young"]);
    for slug in ["old", "doomed"] {
        app.browser().get(&format!("/posts/{slug}")).await.assert_status(410);
    }
    with_ticked(&mut ada, "/write?stage=trash", &["Young"], &[], "Restore")
        .await
        .shows("1 post restored as a draft.");
    ada.get("/write").await.shows("Young");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn three_hundred_posts_page_by_fifty_and_all_of_a_page_are_ticked_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    sqlx::query(
        "insert into posts (author_id, slug, title, updated_at)
         select $1, 'p' || n, 'Post ' || n || ' ' || repeat('long ', 50), now() - n * interval '1 minute'
         from generate_series(1, 300) as n",
    )
    .bind(app.id(Person::Ada))
    .execute(&app.db)
    .await
    .expect("posts");
    let mut ada = app.logged_in(Person::Ada).await;
    let (mut seen, mut path) = (0, "/write".to_owned());
    loop {
        let page = ada.get(&path).await;
        seen += page.texts(".title-cell").len();
        if !page.has(".paging [rel=next]") {
            break;
        }
        path = page.attr(".paging [rel=next]", "href");
    }
    assert_eq!(seen, 300);
    let all = ada.get("/write").await.attr(".bulk a", "href");
    let form = ada.get(&all).await.form("form.ticked");
    ada.submit(form.press("Publish")).await.shows("50 posts published.");
    assert_eq!(ada.get("/write").await.text(".tabs a[aria-current]"), "Drafts 250");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_is_over_stands_on_a_shelf_of_its_own(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("For a time", "x").await;
    app.sql(
        "update posts set publish_at = now() - interval '2 days', unpublish_at = now() - interval '1 day'",
    )
    .await;
    let mut ada = app.logged_in(Person::Ada).await;
    ada.get("/write?stage=published").await.hides("For a time");
    let shelf = ada.get("/write?stage=expired").await;
    shelf.shows("For a time").shows("Ended");
    with_ticked(&mut ada, "/write?stage=expired", &["For a time"], &[], "Unpublish")
        .await
        .shows("1 post unpublished.");
    let again = with_ticked(&mut ada, "/write", &["For a time"], &[], "Publish").await;
    again.assert_status(422).shows("Its time is over");
}

/// A new post of this author's that waits for an editor.
async fn submitted(browser: &mut Browser, title: &str) {
    let form = browser.get("/write/new").await.form(".post-form").fill("title", title).fill("body", "x");
    browser.submit(form.press("Submit for review")).await.shows("Submitted.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_waits_for_an_editor_has_a_shelf_and_editors_are_led_to_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut edi = app.logged_in(Person::Edi).await;
    edi.get("/write").await.hides("for an editor");
    let mut ada = app.logged_in(Person::Ada).await;
    submitted(&mut ada, "Bread").await;
    app.sql("update posts set submitted_at = '2026-02-01 10:00+00'").await;
    let mine = ada.get("/write?stage=review").await;
    mine.shows("Bread").shows("Submitted").shows("1 February 2026, 10:00").hides("for an editor");
    assert_eq!(mine.text(".tabs a[aria-current]"), "In review 1");
    ada.get("/write").await.shows("Drafts 0").hides("Bread").hides("for an editor");

    edi.get("/write").await.shows("1 post waits for an editor.");
    submitted(&mut ada, "Soup").await;
    let desk = edi.get("/write?stage=published").await;
    desk.shows("2 posts wait for an editor.");
    let waiting = edi.get(&desk.attr(".notice a", "href")).await;
    waiting.shows("Bread").shows("Soup").hides("for an editor.");
    edi.get("/write?stage=review").await.shows("Nothing waits").shows("2 posts wait for an editor.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_waits_is_published_in_bulk_and_its_author_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    submitted(&mut ada, "Bread").await;
    submitted(&mut ada, "Soup").await;
    let mut edi = app.logged_in(Person::Edi).await;
    let list = "/write?stage=review&whose=all";
    let id = edi.get(list).await.attr("[aria-label=\"Choose Bread\"]", "value");
    let fields = [("post", id.as_str()), ("action", "unpublish")];
    edi.post("/write/bulk", &fields).await.assert_status(422).shows("It is a draft already.");
    with_ticked(&mut edi, list, &["Bread"], &[], "Publish").await.shows("1 post published.");
    edi.get(list).await.hides("Bread").shows("Soup");
    let mail = app.mail_to(&Person::Ada.email()).await;
    assert!(mail.text.contains("Edi has published “Bread”"), "{mail:?}");
    with_ticked(&mut ada, "/write?stage=review", &["Soup"], &[], "Move to the trash").await;
    assert_eq!(app.count("select count(*) from posts where submitted_at is not null").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_where_editors_come_first_authors_publish_nothing_new_in_bulk(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    draft(&mut ada, "Bread", "x").await;
    submitted(&mut ada, "Soup").await;
    app.sql("update settings set review_first = true").await;
    app.state.site.reload(&app.db).await.expect("settings");
    for (list, title) in [("/write", "Bread"), ("/write?stage=review", "Soup")] {
        let left = with_ticked(&mut ada, list, &[title], &[], "Publish").await;
        left.assert_status(422).shows("An editor publishes it: submit it for review.");
    }
    let mut edi = app.logged_in(Person::Edi).await;
    with_ticked(&mut edi, "/write?whose=all", &["Bread"], &[], "Publish").await.shows("1 post published.");
    assert_eq!(app.count("select count(*) from posts where status = 'published'").await, 1);
}
