//! Links with a secret in them, and what a request says of itself: classes 17, 18 and 25.

use axum::http::Method;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, Page, Person, TestApp};

const NEW: &str = "another quiet sentence";

fn is_secret(page: &Page) {
    assert!(page.header("cache-control").contains("no-store"), "{}", page.url);
    assert_eq!(page.header("x-robots-tag"), "noindex", "{}", page.url);
    assert_eq!(page.header("referrer-policy"), "no-referrer", "{}", page.url);
}

async fn forgot(app: &TestApp, browser: &mut Browser, email: &str) -> String {
    let form = browser.get("/password/forgot").await.form("main form").fill("email", email);
    browser.submit(form).await.shows("If this address has an account");
    app.newest_link().await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_25_the_page_of_the_first_admin_is_neither_kept_nor_found_nor_told_on(db: PgPool) {
    let app = TestApp::without_people(db).await;
    let mut browser = app.browser();
    let page = browser.get(&quire::setup_path(&app.state.keys)).await;
    is_secret(page.assert_status(200));
    is_secret(browser.submit(page.form("main form")).await.assert_status(422));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_25_pages_with_a_secret_in_their_address_are_neither_kept_nor_found_nor_told_on(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let reset = forgot(&app, &mut browser, "ben@example.org").await;
    let form = browser.get("/register").await.form("main form");
    let form = form.fill("name", "Zoë").fill("email", "zoe@example.org").fill("password", PASSWORD);
    browser.submit(form).await.shows("follow the link in the mail");
    let verify = app.newest_link().await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/account/email").await.form("main form").fill("email", "ada@example.com");
    ada.submit(form).await.shows("follow the links");
    let change = app.newest_link().await;

    for path in [&reset, &verify, &change, "/register?invite=x"] {
        is_secret(browser.get(path).await.assert_status(200));
    }
    for path in ["/password/reset/x", "/verify/x", "/account/email/x"] {
        is_secret(browser.get(path).await.assert_status(410));
    }
    let refused = browser.get(&reset).await.form("main form").fill("password", "short");
    is_secret(browser.submit(refused).await.assert_status(422));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_18_a_link_for_a_new_password_works_once_and_takes_older_ones_along(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.browser();
    let older = forgot(&app, &mut ben, "ben@example.org").await;
    let newer = forgot(&app, &mut ben, "ben@example.org").await;
    assert_ne!(older, newer);
    let form = ben.get(&newer).await.form("main form").fill("password", NEW);
    ben.submit(form.clone()).await.shows("Your new password is set.");
    ben.submit(form).await.assert_status(410);
    for used in [&newer, &older] {
        ben.get(used).await.assert_status(410);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_18_a_link_for_a_new_password_ends_when_the_password_is_changed_otherwise(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.browser();
    let pending = forgot(&app, &mut ben, "ada@example.org").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/account/password").await.form("main form");
    ada.submit(form.fill("current", PASSWORD).fill("password", NEW)).await.shows("Your password is changed.");
    ben.get(&pending).await.assert_status(410);
}

/// What a client may claim, and no page may believe.
const CLAIMS: [(&str, &str); 14] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-host", "evil.example"),
    ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-scheme", "https"),
    ("x-forwarded-prefix", "/evil"),
    ("x-original-url", "/admin"),
    ("x-rewrite-url", "/admin"),
    ("x-http-method-override", "DELETE"),
    ("x-middleware-subrequest", "1"),
    ("accept-language", "de"),
    ("x-anything", "evil.example"),
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_25_what_a_request_claims_changes_no_page_that_a_cache_may_share(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Open", "A word.").await;
    let mut browser = app.browser();
    let seen = |page: &Page| {
        let mut headers = page.headers.clone();
        for own in ["x-request-id", "server-timing", "date"] {
            headers.remove(own);
        }
        (page.status, headers, page.body.clone())
    };
    for path in [
        "/",
        "/archive",
        "/tags",
        "/authors/ada",
        "/search?q=word",
        "/feed.xml",
        "/sitemap.xml",
        "/robots.txt",
        "/authors/ada/avatar.svg",
        "/static/css/site.css",
        "/password/forgot",
    ] {
        let plain = seen(&browser.get_once(path).await);
        for claim in CLAIMS {
            let page = browser.ask(Method::GET, path, &[claim], "").await;
            assert!(seen(&page) == plain, "{claim:?} changes {path}:\n{}", page.body);
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_17_links_in_mails_lead_to_the_configured_address_whatever_the_request_claims(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let headers = [&[kind, ("sec-fetch-site", "same-origin")], CLAIMS.as_slice()].concat();
    let body = "email=ben%40example.org";
    browser.ask(Method::POST, "/password/forgot", &headers, body).await.assert_status(303);
    let mails = app.mails().await;
    let mail = mails.last().expect("a mail");
    assert!(mail.text.contains("http://localhost/password/reset/"), "{}", mail.text);
    assert!(!mail.text.contains("evil"), "{}", mail.text);
}
