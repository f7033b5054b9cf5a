//! Signing in with a passkey: the browser asks a device that the test has plugged in.

use serde_json::json;
use sqlx::PgPool;

use super::{
    chrome::Chrome,
    journeys::log_in,
    support::{Person, TestApp},
};

/// Keeps a copy of the next form that the page sends by itself, and sends it.
const WATCH: &str = "const form = document.getElementById('q-passkey');
    const send = HTMLFormElement.prototype.submit;
    HTMLFormElement.prototype.submit = function () {
        sessionStorage.setItem('sent', new URLSearchParams(new FormData(this)).toString());
        send.call(this);
    };";

/// Sends the copy once more, as a form of this site; the status of the answer.
const REPLAY: &str = "return fetch(arguments[0], {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: sessionStorage.getItem('sent'),
        redirect: 'manual',
    }).then((answer) => answer.status);";

async fn add_passkey(chrome: &Chrome, name: &str) {
    chrome.go("/account/passkeys").await;
    chrome.sees("Add a passkey").await;
    chrome.fill("Name", name).await;
    chrome.run(WATCH, vec![]).await;
    chrome.press("Add a passkey").await;
    chrome.sees("The passkey is added.").await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_passkey_is_added_logs_in_and_is_removed(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open_by_name(&app).await;
    let device = chrome.plug_in_authenticator().await;
    log_in(&chrome, Person::Ada).await;
    add_passkey(&chrome, "This laptop").await;
    chrome.sees("This laptop").await;
    assert_eq!(chrome.passkeys_on(&device).await, 1);
    let again = chrome.run(REPLAY, vec![json!("/account/passkeys")]).await;
    assert_eq!(again, json!(422), "a form that adds a passkey is good once");

    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    chrome.go("/login").await;
    chrome.run(WATCH, vec![]).await;
    chrome.press("Use a passkey").await;
    chrome.sees("You are logged in.").await;
    chrome.sees("Writing desk").await;
    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    let again = chrome.run(REPLAY, vec![json!("/login/passkey")]).await;
    assert_eq!(again, json!(422), "an answer of the device is good once");
    chrome.go("/account").await;
    chrome.sees("Log in").await;

    chrome.press("Use a passkey").await;
    chrome.sees("Your account").await;
    chrome.go("/account/passkeys").await;
    chrome.sees("last used").await;
    chrome.press("Remove").await;
    chrome.sees("The passkey is removed.").await;
    chrome.sees("You have none yet.").await;
    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    chrome.go("/login").await;
    chrome.press("Use a passkey").await;
    chrome.sees("This passkey is not known here").await;
    let told: Vec<String> = app.mails().await.into_iter().map(|mail| mail.subject).collect();
    for word in ["A passkey was added", "A passkey was removed"] {
        assert!(told.iter().any(|subject| subject.contains(word)), "{told:?}");
    }
    chrome.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_passkey_proves_who_one_is_and_is_a_second_factor(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open_by_name(&app).await;
    chrome.plug_in_authenticator().await;
    log_in(&chrome, Person::Ada).await;
    add_passkey(&chrome, "This laptop").await;
    app.sql("update settings set second_factor_roles = array['author']").await;
    app.state.site.reload(&app.db).await.expect("settings");
    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    log_in(&chrome, Person::Ada).await;
    chrome.sees("Your role asks for a second factor").await;
    chrome.press("Log out").await;
    chrome.sees("You are logged out.").await;
    chrome.go("/write").await;
    chrome.press("Use a passkey").await;
    chrome.sees("Writing desk").await;

    app.sql("update sessions set data = jsonb_set(data, '{user,proven}', '0') where user_id is not null")
        .await;
    chrome.go("/account/email").await;
    chrome.sees("Is it you?").await;
    chrome.press("Use a passkey").await;
    chrome.sees("Another address").await;
    chrome.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_password_stays_where_no_device_says_yes(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open_by_name(&app).await;
    chrome.plug_in_authenticator().await;
    chrome.go("/login").await;
    chrome.press("Use a passkey").await;
    chrome.sees("The browser has no passkey for this blog").await;
    log_in(&chrome, Person::Ada).await;
    chrome.close().await;
}
