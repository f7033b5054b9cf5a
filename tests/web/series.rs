//! Series: read in order, and kept in order.

use sqlx::PgPool;

use super::support::{Person, TestApp};

/// Four posts of Ada's in a series of three parts and a draft.
async fn furnish(app: &TestApp) {
    for title in ["Beginning", "Middle", "End", "Unfinished"] {
        app.post(title, "x").await;
    }
    app.sql("insert into series (slug, title, description) values ('a-walk', 'A walk', 'On foot.')").await;
    app.sql("update posts set series_id = (select id from series), series_position = 2 * id").await;
    app.sql("update posts set status = 'draft' where slug = 'unfinished'").await;
    app.sql("update posts set series_position = 3 where slug = 'unfinished'").await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_part_knows_its_number_and_its_neighbours(db: PgPool) {
    let app = TestApp::new(db).await;
    furnish(&app).await;
    let mut guest = app.browser();
    let middle = guest.get("/posts/middle").await;
    assert_eq!(middle.text(".part"), "Part 2 of 3 of A walk");
    assert_eq!(middle.attr("nav[aria-label='A walk'] .older", "href"), "/posts/beginning");
    assert_eq!(middle.attr("nav[aria-label='A walk'] .newer", "href"), "/posts/end");
    let first = guest.get("/posts/beginning").await;
    assert_eq!(first.text(".part"), "Part 1 of 3 of A walk");
    assert!(!first.has("nav[aria-label='A walk'] .older"));

    let series = guest.get(&first.attr(".part a", "href")).await;
    series.shows("On foot.").shows("3 parts");
    assert_eq!(series.texts(".card h2"), ["Beginning", "Middle", "End"]);
    guest.get("/series").await.shows("A walk").shows("3 parts");
    let feed = guest.get("/series/a-walk/feed.xml").await;
    assert_eq!(feed_rs::parser::parse(feed.body.as_bytes()).expect("a valid feed").entries.len(), 3);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn its_authors_put_a_series_in_order_and_editors_delete_it(db: PgPool) {
    let app = TestApp::new(db).await;
    furnish(&app).await;
    let (mut ada, mut eve, mut guest) =
        (app.logged_in(Person::Ada).await, app.logged_in(Person::Eve).await, app.browser());
    eve.get("/write/series").await.hides("A walk");
    let desk = ada.get("/write/series").await.attr(".desk-table a", "href");
    eve.get(&desk).await.assert_status(404);

    let form = ada.get(&desk).await.form(".series-form");
    let refused = ada.submit(form.clone().fill("title", "").fill("slug", "A walk").press("Save")).await;
    refused.assert_status(422).shows("A series needs a name").shows("a-walk");
    let body = form.fill("title", "A longer walk").fill("slug", "longer").fill("description", "Slowly.");
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body.encoded().1).into_owned().collect();
    // the boxes have one name: turn the order of the numbers around, one by one
    let posts: Vec<&str> =
        fields.iter().filter(|(name, _)| name == "post").map(|(_, id)| id.as_str()).collect();
    let parts: Vec<String> = (1..=posts.len()).rev().map(|n| n.to_string()).collect();
    let mut sent = vec![("title", "A longer walk"), ("slug", "longer"), ("description", "Slowly.")];
    for (post, part) in posts.iter().zip(&parts) {
        sent.extend([("post", *post), ("part", part)]);
    }
    assert_eq!(ada.post(&desk, &sent).await.location(), Some(desk.clone()));

    assert_eq!(guest.get("/series/longer").await.texts(".card h2"), ["End", "Middle", "Beginning"]);
    let moved = guest.get_once("/series/a-walk").await;
    moved.assert_status(301);
    assert_eq!(moved.location().as_deref(), Some("/series/longer"));
    assert_eq!(app.count("select count(*) from post_revisions where reason = 'bulk'").await, 4);

    assert!(!ada.get(&desk).await.has("a.danger"));
    ada.get(&format!("{desk}/delete")).await.assert_status(403);
    let mut edi = app.logged_in(Person::Edi).await;
    let link = edi.get(&desk).await.attr("a.danger", "href");
    let sure = edi.get(&link).await;
    sure.shows("The 4 posts in it stay as they are");
    edi.submit(sure.form("main form").press("Delete the series")).await.shows("The series is deleted");
    guest.get("/series/longer").await.assert_status(404);
    assert!(!guest.get("/posts/middle").await.has(".part"));
}
