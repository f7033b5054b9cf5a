//! Logging in.

use sqlx::PgPool;

use super::{PASSWORD, Person, TestApp, log_in};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_24_a_login_leads_back_but_never_to_another_site(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.browser();
    let asked = ada.get("/write/new").await;
    let form = asked.form("main form").fill("email", "ada@example.org").fill("password", PASSWORD);
    assert_eq!(ada.submit_once(form.clone()).await.location().as_deref(), Some("/write/new"));
    for evil in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let answer = app.browser().submit_once(form.clone().fill("next", evil)).await;
        assert_eq!(answer.location().as_deref(), Some("/write"), "{evil}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p7_an_unknown_address_takes_the_same_path_as_a_wrong_password(db: PgPool) {
    let app = TestApp::new(db).await;
    for email in ["ben@example.org", "nobody@example.org"] {
        log_in(&mut app.browser(), email, "wrong wrong wrong").await.shows("do not fit together");
    }
    // both are counted, both are noted, and neither under the address
    assert_eq!(app.count("select count(*) from backoffs").await, 2);
    assert_eq!(app.count("select count(*) from audit_log where action = 'sign_in_failed'").await, 2);
    assert_eq!(app.count("select count(distinct label) from backoffs").await, 2);
    let named = "select count(*) from backoffs where key like '%example%' or label like '%@%'";
    assert_eq!(app.count(named).await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_login_gives_the_session_a_new_name(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    browser.cookies.insert("session".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    log_in(&mut browser, "ben@example.org", PASSWORD).await.shows("You are logged in.");
    assert_ne!(browser.cookies["session"], "AAAAAAAAAAAAAAAAAAAAAA");
    let first = browser.cookies["session"].clone();
    log_in(&mut browser, "eve@example.org", PASSWORD).await.shows("You are logged in.");
    assert_ne!(browser.cookies["session"], first);
    browser.cookies.insert("session".to_owned(), first);
    browser.get_once("/account").await.assert_status(303);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_account_without_a_password_lets_nobody_in(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql("update users set password_hash = null where handle = 'ben'").await;
    for password in ["", PASSWORD, "nobody's password"] {
        log_in(&mut app.browser(), "ben@example.org", password).await.assert_status(422);
    }
    assert_eq!(app.id(Person::Ben), app.count("select id from users where handle = 'ben'").await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_passkey_that_nobody_has_lets_nobody_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let form = browser.get("/login").await.form("#q-passkey");
    for credential in
        ["", "{}", "[]", "null", r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}"#]
    {
        let page = browser.submit(form.clone().fill("credential", credential)).await;
        page.assert_status(422).shows("This passkey is not known here");
    }
    browser.get_once("/account").await.assert_status(303);
}
