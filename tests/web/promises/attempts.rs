//! P8: guessing is slowed down, and nobody talks their way out of it.

use axum::http::Method;
use sqlx::PgPool;

use crate::support::{PASSWORD, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_guesses_at_one_account_have_to_wait_and_are_told_for_how_long(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    for _ in 0..10 {
        let fields = [("email", "ben@example.org"), ("password", "wrong wrong wrong")];
        browser.post("/login", &fields).await.assert_status(422);
    }
    let refused = browser.post("/login", &[("email", "ben@example.org"), ("password", PASSWORD)]).await;
    refused.assert_status(429).shows("There were too many tries.");
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=3600).contains(&seconds)));
    assert_eq!(refused.form("main form").value("email"), "ben@example.org");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_no_forged_header_escapes_the_limit_of_a_network(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let mut statuses = Vec::new();
    for n in 0..31 {
        let address = format!("198.51.{n}.7");
        let forwarded = format!("for={address}");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("x-forwarded-for", &address),
            ("x-real-ip", &address),
            ("x-client-ip", &address),
            ("cf-connecting-ip", &address),
            ("true-client-ip", &address),
            ("forwarded", &forwarded),
        ];
        let body = format!("email=nobody{n}%40example.org&password=wrong");
        statuses.push(browser.ask(Method::POST, "/login", &headers, &body).await.status.as_u16());
    }
    assert_eq!(statuses[..30], [422; 30]);
    assert_eq!(statuses[30], 429);
}
