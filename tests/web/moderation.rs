//! The desk.

use sqlx::PgPool;

use super::{
    comments::comment,
    support::{Form, Page, Person, TestApp},
};

async fn with_waiting(db: PgPool, n: usize) -> (TestApp, String) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    for at in 0..n {
        comment(&app, &mut guest, &path, &format!("Guest {at}"), &format!("Comment {at}")).await;
    }
    (app, path)
}

fn all_ticked(desk: &Page) -> Form {
    let boxes = scraper::Selector::parse("input[name=selected]").expect("css");
    let document = scraper::Html::parse_document(&desk.body);
    let form = desk.form("form[action='/admin/comments/decisions']");
    document
        .select(&boxes)
        .fold(form, |form, tick| form.tick("selected", tick.value().attr("value").expect("a value")))
}

async fn states(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select state from comments order by id").fetch_all(&app.db).await.expect("rows")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn many_are_decided_at_once_and_taken_back_at_once(db: PgPool) {
    let (app, path) = with_waiting(db, 3).await;
    let mut max = app.logged_in(Person::Max).await;
    let desk = max.get("/admin/comments").await;
    assert_eq!(desk.text(".tabs a[aria-current]"), "Waiting 3");
    let done = max.submit(all_ticked(&desk).press("Approve")).await;
    done.shows("3 comments approved.");
    app.browser().get(&path).await.shows("3 comments");
    max.submit(done.form(".flash form")).await.shows("3 comments put back.");
    assert_eq!(states(&app).await, ["held", "held", "held"]);
    app.browser().get(&path).await.shows("Comments").hides("Comment 1");
    let log: Vec<String> =
        sqlx::query_scalar("select action from moderation_log where comment_id = 1 order by seq")
            .fetch_all(&app.db)
            .await
            .expect("rows");
    assert_eq!(log, ["submit", "approve", "undo"]);
    max.get("/admin/comments/1").await.shows("undo").shows("held → published");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn of_two_moderators_exactly_one_wins(db: PgPool) {
    let (app, _) = with_waiting(db, 2).await;
    let mut max = app.logged_in(Person::Max).await;
    let mut root = app.logged_in(Person::Root).await;
    let (his, hers) = (max.get("/admin/comments").await, root.get("/admin/comments").await);
    max.submit(all_ticked(&his).press("Spam")).await.shows("2 comments marked as spam.");
    let late = root.submit(all_ticked(&hers).press("Approve")).await;
    late.shows("0 comments approved. 2 comments had been changed meanwhile");
    assert_eq!(states(&app).await, ["spam", "spam"]);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn undo_leaves_alone_what_was_changed_since(db: PgPool) {
    let (app, _) = with_waiting(db, 2).await;
    let mut max = app.logged_in(Person::Max).await;
    let done = max.submit(all_ticked(&max_desk(&app).await).press("Approve")).await;
    let undo = done.form(".flash form");
    let one =
        max.get("/admin/comments?state=published").await.attr(".desk-item button[value^='spam']", "value");
    max.post("/admin/comments/decisions", &[("one", &one)]).await;
    max.submit(undo).await.shows("1 comment put back. 1 had been changed since");
    assert_eq!(states(&app).await, ["held", "spam"]);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_desk_filters_by_words_post_and_person(db: PgPool) {
    let (app, _) = with_waiting(db, 3).await;
    let mut max = app.logged_in(Person::Max).await;
    let found = max.get("/admin/comments?q=Guest+1").await;
    assert_eq!(found.texts(".desk-item .name"), ["Guest 1"]);
    max.get("/admin/comments?q=100%25").await.shows("No comment fits.");
    assert_eq!(max.get("/admin/comments?post=talk").await.texts(".desk-item").len(), 3);
    max.get("/admin/comments?post=other").await.shows("No comment fits.");
    let history = found.attr(".history", "href").replace("published", "held");
    assert_eq!(max.get(&history).await.texts(".desk-item .name"), ["Guest 1"]);
    found.shows("0 published, 1 waiting, 0 turned down, 0 spam");
    max.get("/admin/comments?state=nonsense&before=x&person=zz").await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn five_thousand_are_decided_in_one_go(db: PgPool) {
    let app = TestApp::new(db).await;
    quire::seed::fill(&app.state, &quire::seed::Volume { posts: 5, comments: 5200, seed: 1 })
        .await
        .expect("sown");
    sqlx::query("update comments set state = 'held'").execute(&app.db).await.expect("held");
    let picks: Vec<String> =
        sqlx::query_scalar("select id || ':' || version from comments order by id limit 5000")
            .fetch_all(&app.db)
            .await
            .expect("rows");
    let mut fields = vec![("decision", "approve")];
    fields.extend(picks.iter().map(|pick| ("selected", pick.as_str())));
    let mut max = app.logged_in(Person::Max).await;
    max.post("/admin/comments/decisions", &fields).await.assert_status(303);
    let published: i64 = sqlx::query_scalar("select n from comment_totals where state = 'published'")
        .fetch_one(&app.db)
        .await
        .expect("a row");
    assert_eq!(published, 5000);
    let counted: i64 =
        sqlx::query_scalar("select sum(comment_count) from posts").fetch_one(&app.db).await.expect("a row");
    assert_eq!(counted, 5000);
}

async fn max_desk(app: &TestApp) -> Page {
    app.logged_in(Person::Max).await.get("/admin/comments").await
}
