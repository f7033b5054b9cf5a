//! What is looked at before a post comes out.

use sqlx::PgPool;

use super::{draft, with_body};
use crate::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn everything_worth_a_look_is_named_before_a_post_comes_out(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Same title", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let body = "## One\n\n#### Deep\n\n[gone](/posts/never-there) [there](/posts/same-title) [place](#nowhere) \
        [top](#one)\n\n![](/media/x.png)";
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Same title").fill("body", body);
    let page = ada.submit(form.press("Check and schedule")).await;
    for found in [
        "Must be mended: The picture /media/x.png has no words",
        "A link leads to /posts/never-there",
        "A link leads to #nowhere",
        "A heading of level 4 follows one of level 2",
        "It has no summary and no description",
        "Another post has the same title: same-title.",
    ] {
        page.shows(found);
    }
    assert_eq!(page.texts(".findings li").len(), 6, "{:?}", page.texts(".findings li"));
    let refused = ada.submit(page.form("main form").press("Publish")).await;
    refused.assert_status(422).shows("something has to be mended first");
    assert_eq!(app.count("select count(*) from posts where status = 'published'").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_must_be_mended_holds_a_post_back_without_losing_it_and_admins_decide_what_that_is(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada
        .get("/write/new")
        .await
        .form(".post-form")
        .fill("title", "Held")
        .fill("body", "![](/media/x.png)");
    let held = ada.submit(form.press("Publish")).await;
    held.shows("Saved, and not published yet").shows("has no words");
    assert_eq!(app.count("select count(*) from posts where status = 'draft'").await, 1);

    let mut root = app.logged_in(Person::Root).await;
    let settings = root.get("/admin/settings").await.form("form[action='/admin/settings']");
    root.submit(settings.with("checks", "alt:warn").press("Save")).await.shows("Saved");
    app.state.site.reload(&app.db).await.expect("settings");
    let page = ada.get(&held.url).await;
    page.shows("Worth a look: The picture");
    ada.submit(page.form("main form").press("Publish")).await.shows("Published.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn time_and_readers_are_chosen_on_one_page_with_the_clock_in_sight(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql("update settings set time_zone = 'Europe/Berlin'").await;
    app.state.site.reload(&app.db).await.expect("settings");
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = draft(&mut ada, "Later", "Words.").await;
    let page = ada.get(&format!("{}/publish", desk.url)).await;
    page.shows("its zone is Europe/Berlin").shows("Its address will be http://localhost/posts/later");
    let form = page.form("main form").fill("publish_at", "2031-03-30T02:30").fill("visibility", "unlisted");
    let wrong = ada.submit(form.clone().fill("unpublish_at", "2031-03-29T00:00").press("Publish")).await;
    wrong
        .assert_status(422)
        .shows("This is before the post comes out.")
        .shows("The clock skips this time on that day");
    let scheduled = ada.submit(form.press("Publish")).await;
    scheduled.shows("Scheduled: it comes out on 30 March 2031, 03:30 (CEST, UTC+02:00).");
    assert_eq!(scheduled.form(".post-form").value("visibility"), "unlisted");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn fields_of_a_post_are_saved_checked_and_shown_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = draft(&mut ada, "Fields", "Words.").await;
    let filled = [
        ("summary", "In short"),
        ("description", "For engines"),
        ("authors", "ada, eve"),
        ("canonical_url", "https://example.org/original"),
        ("language", "de"),
        ("series", "Trains"),
        ("series_part", "2"),
        ("comments_close_at", "2031-01-01T00:00"),
        ("unpublish_at", "2032-01-01T00:00"),
        ("visibility", "private"),
    ];
    let form = filled.iter().fold(desk.form(".post-form"), |form, (name, value)| form.fill(name, value));
    let stranger = ada.submit(form.clone().fill("authors", "ada, ben").press("Save draft")).await;
    stranger.assert_status(422).shows("Nobody who writes here is called ben.");
    let saved = ada.submit(form.press("Save draft")).await;
    let shown = saved.form(".post-form");
    for (name, value) in filled {
        assert_eq!(shown.value(name), value);
    }
    let of_eve = app.logged_in(Person::Eve).await.get(&desk.url).await;
    assert_eq!(of_eve.form(".post-form").value("title"), "Fields", "whose name is on it may edit it");
    let wrong = with_body(&saved, "x").fill("canonical_url", "ftp://example.org").fill("language", "German!");
    let refused = ada.submit(wrong.press("Save draft")).await;
    refused.assert_status(422).shows("beginning with https://").shows("a language tag such as");
}
