//! P13: errors show nothing of the inside.

use axum::http::Method;
use sqlx::PgPool;

use crate::support::{Page, Person, TestApp};

fn shows_nothing_of_the_inside(page: &Page) {
    for inside in [
        "relation",
        "does not exist",
        "elsewhere",
        "sqlx",
        "postgres",
        "SELECT",
        "select ",
        "panicked",
        ".rs:",
        // where this was built
        env!("CARGO_MANIFEST_DIR"),
        "src/",
        "axum",
        "tower",
        "serde",
        "invalid type",
        "missing field",
        "deserialize",
        "backtrace",
    ] {
        assert!(!page.body.contains(inside), "{} shows {inside}:\n{}", page.url, page.body);
    }
    for header in ["server", "x-powered-by", "via"] {
        assert_eq!(page.header(header), "", "{}", page.url);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p13_a_failure_inside_is_told_by_a_fixed_sentence_and_a_number_for_the_log(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    sqlx::query("alter table tags rename to elsewhere").execute(&app.db).await.expect("broken");
    let page = app.browser().get("/tags").await;
    page.assert_status(500).shows("Something went wrong on our side. It has been noted.");
    page.shows(&page.header("x-request-id"));
    shows_nothing_of_the_inside(&page);
    let page = root.get("/tags").await;
    page.assert_status(500);
    shows_nothing_of_the_inside(&page);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p13_a_bad_request_is_told_without_the_words_of_our_libraries(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let same = ("sec-fetch-site", "same-origin");
    let plain = ("content-type", "application/x-www-form-urlencoded");
    for (path, headers, body) in [
        ("/login", vec![same, plain], "email=%ff"),
        ("/login", vec![same, ("content-type", "application/json")], "{}"),
        ("/login", vec![same, plain], "email=a&email=b"),
        ("/write/new", vec![same, ("content-type", "multipart/form-data; boundary=x")], "--x\r\nnonsense"),
        ("/write/new", vec![same, ("content-type", "multipart/form-data")], "--x"),
        ("/admin/users/1", vec![same, plain], "role=emperor"),
        ("/admin/comments/decisions", vec![same, plain], "selected=x&decision=y"),
        ("/account/second-factor", vec![same, plain], "action=nonsense"),
    ] {
        let page = root.ask(Method::POST, path, &headers, body).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
        page.check_house_rules();
        shows_nothing_of_the_inside(&page);
    }
    for path in ["/posts/x?after=nonsense", "/write/abc", "/archive/x", "/%ff", "/metrics"] {
        shows_nothing_of_the_inside(&root.get(path).await);
    }
}
