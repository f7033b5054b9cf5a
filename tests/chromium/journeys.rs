//! What people come to do, from beginning to end.

use sqlx::PgPool;

use super::{
    chrome::Chrome,
    support::{PASSWORD, Person, TestApp},
};

const JS: bool = true;
const NO_JS: bool = false;

pub async fn log_in(chrome: &Chrome, person: Person) {
    chrome.go("/login").await;
    chrome.fill("E-mail", &person.email()).await;
    chrome.fill("Password", PASSWORD).await;
    chrome.press("Log in").await;
    chrome.sees("You are logged in.").await;
}

async fn reader_comments_and_moderator_approves(db: PgPool, javascript: bool) {
    let app = TestApp::new(db).await;
    let path = app.post("A walk by the river", "Some words about water.").await;
    let chrome = Chrome::open(app.router.clone(), javascript).await;
    chrome.go("/").await;
    chrome.press("A walk by the river").await;
    chrome.sees("Some words about water.").await;
    chrome.fill("Your name", "Ines").await;
    chrome.fill("Your comment", "I know that river.").await;
    chrome.press("Preview").await;
    chrome.sees("Preview").await;
    chrome.press("Send comment").await;
    chrome.sees("waits for a moderator").await;
    assert!(!chrome.shows("I know that river.").await);

    log_in(&chrome, Person::Max).await;
    chrome.press("Comments").await;
    chrome.press_beside("I know that river.", "Approve").await;
    chrome.sees("1 comment approved.").await;
    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    chrome.go(&path).await;
    chrome.sees("I know that river.").await;
    chrome.close().await;
}

async fn author_writes_previews_publishes_and_edits(db: PgPool, javascript: bool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), javascript).await;
    log_in(&chrome, Person::Ada).await;
    chrome.press("New post").await;
    chrome.fill("Title", "The night train").await;
    chrome.fill("Text", "Apples and *warm* dust.").await;
    chrome.press("Preview").await;
    chrome.sees("nothing is saved yet").await;
    chrome.press("Publish").await;
    chrome.sees("Published.").await;
    chrome.press("View").await;
    chrome.sees("Apples and warm dust.").await;
    chrome.press("Edit").await;
    chrome.fill("Text", "Apples, dust, and tea.").await;
    chrome.press("Save").await;
    chrome.sees("Saved.").await;
    chrome.press("View").await;
    chrome.sees("Apples, dust, and tea.").await;
    chrome.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_reader_comments_and_a_moderator_approves(db: PgPool) {
    reader_comments_and_moderator_approves(db, JS).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_reader_comments_and_a_moderator_approves_without_javascript(db: PgPool) {
    reader_comments_and_moderator_approves(db, NO_JS).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_author_writes_previews_publishes_and_edits(db: PgPool) {
    author_writes_previews_publishes_and_edits(db, JS).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_author_writes_previews_publishes_and_edits_without_javascript(db: PgPool) {
    author_writes_previews_publishes_and_edits(db, NO_JS).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn somebody_registers_confirms_logs_in_and_sets_a_new_password(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), JS).await;
    chrome.go("/register").await;
    chrome.fill("Your name", "Zoë").await;
    chrome.fill("E-mail", "zoe@example.org").await;
    chrome.fill("Password", PASSWORD).await;
    chrome.press("Register").await;
    chrome.sees("follow the link in the mail").await;
    chrome.go(&app.newest_link().await).await;
    chrome.press("Yes, confirm it").await;
    chrome.sees("Your address is confirmed.").await;
    chrome.go("/password/forgot").await;
    chrome.fill("E-mail", "zoe@example.org").await;
    chrome.press("Send the link").await;
    chrome.sees("a mail with a link is on its way").await;
    chrome.go(&app.newest_link().await).await;
    chrome.fill("New password", "a completely new sentence").await;
    chrome.press("Set password").await;
    chrome.sees("Your new password is set.").await;
    chrome.fill("E-mail", "zoe@example.org").await;
    chrome.fill("Password", "a completely new sentence").await;
    chrome.press("Log in").await;
    chrome.sees("You are logged in.").await;
    chrome.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_switch_for_scripts_really_switches(db: PgPool) {
    let app = TestApp::new(db).await;
    for javascript in [JS, NO_JS] {
        let chrome = Chrome::open(app.router.clone(), javascript).await;
        assert_eq!(chrome.runs_scripts().await, javascript);
        chrome.close().await;
    }
}
