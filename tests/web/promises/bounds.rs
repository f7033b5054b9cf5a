//! P9: each bound of `QUIRE_*` holds what it says when it is set to something else. Those of connections are tested in
//! `src/server/tests`, the cost of passwords in `src/crypto/passwords.rs`.

use std::time::Duration;

use quire::config::Bounds;
use sqlx::PgPool;

use crate::{
    media::png,
    support::{Person, TestApp},
};

async fn bounded(db: PgPool, change: impl FnOnce(&mut Bounds)) -> TestApp {
    TestApp::with(db, |config| change(&mut config.bounds)).await
}

const PLAIN: &str = "application/x-www-form-urlencoded";
const SAME: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_a_form_has_at_most_as_many_bytes_as_configured(db: PgPool) {
    let app = bounded(db, |bounds| bounds.form_bytes = 20_000).await;
    let mut browser = app.browser();
    let form = |length: usize| format!("email={}", "x".repeat(length - "email=".len()));
    browser.post_raw("/login", PLAIN, &form(20_000), &SAME).await.assert_status(422);
    browser.post_raw("/login", PLAIN, &form(20_001), &SAME).await.assert_status(413);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_a_form_has_at_most_as_many_fields_as_configured(db: PgPool) {
    let app = bounded(db, |bounds| bounds.form_fields = 150).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for (fields, status) in [(150, 422), (151, 413)] {
        ada.post_raw("/login", PLAIN, &"a=b&".repeat(fields), &SAME).await.assert_status(status);
        let part = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb\r\n";
        let body = part.repeat(fields) + "--x--\r\n";
        ada.post_raw("/account", "multipart/form-data; boundary=x", &body, &SAME).await.assert_status(status);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_an_upload_has_at_most_as_many_bytes_as_configured(db: PgPool) {
    let app = bounded(db, |bounds| bounds.upload_bytes = 1 << 20).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/account").await.form("main form");
    let mut bytes = png(20, 20);
    bytes.resize(1 << 20, 0);
    ada.submit(form.clone().file("picture", "a.png", &bytes)).await.shows("Saved.");
    bytes.push(0);
    let refused = ada.submit(form.clone().file("picture", "a.png", &bytes)).await;
    refused.assert_status(422).shows("larger than 1 MB");
    // beyond the file and its words nothing is even read
    bytes.resize(6 << 20, 0);
    ada.submit(form.file("picture", "a.png", &bytes)).await.assert_status(413);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_a_picture_has_at_most_as_many_pixels_as_configured(db: PgPool) {
    let app = bounded(db, |bounds| bounds.picture_pixels = 1_000_000).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/account").await.form("main form");
    let refused = ada.submit(form.clone().file("picture", "a.png", &png(1001, 1000))).await;
    refused.assert_status(422).shows("more than 1 megapixels");
    ada.submit(form.file("picture", "a.png", &png(1000, 1000))).await.shows("Saved.");
}

/// No request that waits for a lock is done in this time.
const SHORT: Duration = Duration::from_millis(50);

/// Holds a table, so that whoever needs it waits.
async fn locked(app: &TestApp, lock: &'static str) -> sqlx::PgTransaction<'static> {
    let mut tx = app.db.begin().await.expect("a transaction");
    sqlx::query(lock).execute(&mut *tx).await.expect("locked");
    tx
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_a_request_has_as_much_time_as_configured(db: PgPool) {
    let app = bounded(db, |bounds| bounds.request_time = SHORT).await;
    let mut browser = app.browser();
    let lock = locked(&app, "lock table posts in access exclusive mode").await;
    for path in ["/", "/archive", "/search?q=x"] {
        let page = browser.get(path).await;
        page.assert_status(503);
        assert!(!page.header("retry-after").is_empty());
    }
    lock.rollback().await.expect("unlocked");
    browser.get_once("/account").await.assert_status(303);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_a_request_with_an_upload_has_a_time_of_its_own(db: PgPool) {
    let app = bounded(db, |bounds| bounds.upload_time = SHORT).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let lock = locked(&app, "lock table users in access exclusive mode").await;
    for path in ["/account", "/write/new"] {
        ben.get_once(path).await.assert_status(503);
    }
    lock.rollback().await.expect("unlocked");
    ben.get_once("/").await.assert_status(200);
}
