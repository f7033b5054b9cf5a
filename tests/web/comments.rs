//! The conversation.

use sqlx::PgPool;

use super::support::{Browser, Form, Page, Person, TestApp};

/// A form that was open for a while, as people's are: the stamp is signed like a real one.
pub fn unhurried(app: &TestApp, form: Form, post_id: i64) -> Form {
    let minute_ago = chrono::Utc::now().timestamp() - 60;
    form.fill("started", &app.state.keys.sign("comment-form", &format!("{post_id}:{minute_ago}")))
}

async fn post_id(app: &TestApp) -> i64 {
    sqlx::query_scalar("select max(id) from posts").fetch_one(&app.db).await.expect("a post")
}

/// Sends a comment as a guest; the page that follows.
pub async fn comment(app: &TestApp, browser: &mut Browser, path: &str, name: &str, body: &str) -> Page {
    let form = browser.get(path).await.form(".comment-form").fill("name", name).fill("body", body);
    browser.submit(unhurried(app, form, post_id(app).await).press("Send comment")).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_guests_comment_waits_and_appears_once_approved(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    comment(&app, &mut guest, &path, "Zoë <b>", "Hello *there*").await.shows("waits for a moderator");
    guest.get(&path).await.hides("Hello there");

    let mut max = app.logged_in(Person::Max).await;
    let desk = max.get("/admin/comments").await;
    desk.shows("Zoë <b>").shows("Every comment waits here.");
    max.submit(desk.form("form[action='/admin/comments/decisions']").press("Approve"))
        .await
        .shows("Nothing was chosen");
    let one = max.get("/admin/comments").await.attr(".desk-item button.primary", "value");
    max.post("/admin/comments/decisions", &[("one", &one)]).await;
    let page = guest.get(&path).await;
    page.shows("1 comment").shows("Zoë <b>");
    assert!(page.has(".comment em"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_comment_is_previewed_and_a_refused_one_keeps_its_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    let form =
        guest.get(&path).await.form(".comment-form").fill("name", "G").fill("body", "**strong** <i>raw</i>");
    let preview = guest.submit(form.press("Preview")).await;
    preview.assert_status(200).shows("<i>raw</i>");
    assert!(preview.has(".preview strong") && !preview.has(".preview i"));
    let refused =
        guest.submit(preview.form(".comment-form").fill("email", "nonsense").press("Send comment")).await;
    refused.assert_status(422).shows("This is not an e-mail address");
    assert_eq!(refused.form(".comment-form").value("body"), "**strong** <i>raw</i>");
    assert_eq!(refused.attr("#q-email", "aria-invalid"), "true");
    let long = guest
        .submit(refused.form(".comment-form").fill("body", &"x".repeat(10_001)).press("Send comment"))
        .await;
    long.assert_status(422).shows("at most 10,000 characters");
    let count: i64 =
        sqlx::query_scalar("select count(*) from comments").fetch_one(&app.db).await.expect("rows");
    assert_eq!(count, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn machines_are_told_from_people(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut robot = app.browser();
    let form = robot.get(&path).await.form(".comment-form").fill("name", "R").fill("body", "buy");
    let honeypot = unhurried(&app, form.clone().fill("website", "http://x.example"), post_id(&app).await);
    robot.submit(honeypot.press("Send comment")).await.shows("waits for a moderator");
    robot
        .submit(form.clone().fill("body", "fast").press("Send comment"))
        .await
        .shows("waits for a moderator");
    let stale = robot.submit(form.fill("started", "forged").press("Send comment")).await;
    stale.assert_status(422).shows("send your comment once more");
    assert_eq!(stale.form(".comment-form").value("body"), "buy");
    let states: Vec<(String, Option<String>)> =
        sqlx::query_as("select state, held_reason from comments order by id")
            .fetch_all(&app.db)
            .await
            .expect("rows");
    let expected =
        [("spam", "honeypot"), ("held", "fast")].map(|(state, why)| (state.to_owned(), Some(why.to_owned())));
    assert_eq!(states, expected);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_form_sent_twice_is_one_comment(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    for _ in 0..2 {
        comment(&app, &mut guest, &path, "G", "Once").await;
    }
    let count: i64 =
        sqlx::query_scalar("select count(*) from comments").fetch_one(&app.db).await.expect("rows");
    assert_eq!(count, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn answers_stand_below_what_they_answer_and_removed_ones_leave_a_stone(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get(&path).await.form(".comment-form").fill("body", "Question");
    ada.submit(form.press("Send comment")).await.shows("Your comment is published");
    let reply = ada.get(&path).await.attr(".comment footer a", "href");
    let form = ada.get(&reply).await.form(".comment-form").fill("body", "Answer");
    ada.submit(form.press("Send comment")).await;
    let page = ada.get(&path).await;
    assert_eq!(page.texts(".comment .prose"), ["Question", "Answer"]);
    assert!(page.has(".depth-2") && page.texts(".badge").contains(&"Author".to_owned()));
    ada.get("/comments/1").await.assert_status(200);

    let withdraw = page.attr(".comment footer a[href$='/delete']", "href");
    let confirm = ada.get(&withdraw).await.form("main form");
    ada.submit(confirm).await.shows("withdrawn");
    let page = app.browser().get(&path).await;
    assert_eq!(page.texts(".tombstone").len(), 1);
    page.hides("Question").shows("Answer").shows("1 comment");
    ada.get(&withdraw).await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn comments_go_where_they_may(db: PgPool) {
    let app = TestApp::new(db).await;
    let first = app.post("First", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get(&first).await.form(".comment-form").fill("body", "On the first");
    ada.submit(form.press("Send comment")).await;
    app.post("Second", "x").await;
    let mut guest = app.browser();
    let other = [("parent", "1"), ("name", "G"), ("body", "x")];
    guest.post("/posts/second/comments", &other).await.assert_status(404);
    guest.post("/posts/unknown/comments", &other).await.assert_status(404);
    sqlx::query("update posts set comments_open = false").execute(&app.db).await.expect("closed");
    guest.get(&first).await.shows("Comments are closed.");
    guest
        .post("/posts/first/comments", &[("name", "G"), ("body", "x")])
        .await
        .assert_status(403)
        .shows("Comments are closed here.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_known_commenter_is_published_at_once_when_the_blog_wants_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("main form").fill("comment_policy", "hold_strangers");
    root.submit(form).await.shows("Saved.");
    let mut ben = app.logged_in(Person::Ben).await;
    let id = post_id(&app).await;
    for (body, answer) in [("First", "waits"), ("Second", "is published")] {
        let form = ben.get(&path).await.form(".comment-form").fill("body", body);
        ben.submit(unhurried(&app, form, id).press("Send comment")).await.shows(answer);
        sqlx::query("update comments set state = 'published'").execute(&app.db).await.expect("approved");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn too_many_comments_from_one_network_wait_with_their_words(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    for n in 0..10 {
        comment(&app, &mut guest, &path, "G", &format!("Number {n}")).await;
    }
    let refused = comment(&app, &mut guest, &path, "G", "The eleventh").await;
    refused.assert_status(429).shows("Many comments came from your network");
    assert_eq!(refused.form(".comment-form").value("body"), "The eleventh");
}
