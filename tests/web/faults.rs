//! Bad input and bad days: clear answers, and nothing panics.

use axum::http::Method;
use sqlx::PgPool;

use super::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn error_pages_are_pages_of_the_blog_with_the_request_id(db: PgPool) {
    let app = TestApp::new(db).await;
    let page = app.browser().get("/no/such/page").await;
    page.assert_status(404).shows("There is no page at this address.");
    assert!(page.has("link[rel=stylesheet]") && page.has(".site-title"));
    page.shows(&page.header("x-request-id"));
    app.browser().get("/%3Cscript%3Ealert(1)%3C/script%3E").await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_is_not_text_is_refused_everywhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.logged_in(Person::Root).await;
    for path in [
        "/posts/%ff",
        "/?before=%00",
        "/search?q=%c3%28",
        "/tags/a%00b",
        "/admin/comments?q=%ff",
        "/%80",
        "/media/%00",
    ] {
        browser.get(path).await.assert_status(400).shows("not text");
    }
    let kind = "application/x-www-form-urlencoded";
    let same = [("sec-fetch-site", "same-origin")];
    for path in ["/login", "/register", "/write/new", "/admin/settings", "/password/forgot"] {
        for body in ["title=%ff", "email=a%00b"] {
            browser.post_raw(path, kind, body, &same).await.assert_status(400);
        }
    }
    let multipart = "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\na\u{0}b\r\n--x--\r\n";
    browser
        .post_raw("/write/new", "multipart/form-data; boundary=x", multipart, &same)
        .await
        .assert_status(400);
    browser
        .post_raw("/write/new", "multipart/form-data; boundary=x", "--x\r\nnonsense", &same)
        .await
        .assert_status(400);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn bodies_of_the_wrong_size_or_kind_are_refused(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let same = [("sec-fetch-site", "same-origin")];
    let huge = format!("email={}", "x".repeat(300_000));
    browser.post_raw("/login", "application/x-www-form-urlencoded", &huge, &same).await.assert_status(413);
    for kind in ["application/json", "text/plain", "", "multipart/form-data; boundary=x"] {
        browser.post_raw("/login", kind, "{}", &same).await.assert_status(415);
    }
    browser.method(Method::DELETE, "/").await.assert_status(405).shows("cannot be used in that way");
    browser.method(Method::PUT, "/login").await.assert_status(405);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn odd_ids_and_numbers_are_simply_not_there(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    for path in [
        "/write/abc",
        "/write/1e3",
        "/write/99999999999999999999",
        "/write/-1",
        "/comments/x",
        "/archive/99999999",
        "/archive/0",
        "/archive/2026/13",
        "/archive/-5",
        "/archive/2026/x",
        "/admin/comments/zzz",
        "/authors/%20",
        "/static/../Cargo.toml",
        "/static/..%2f..%2fetc/passwd",
        "/media/..%2f..%2fetc/passwd",
        "//evil.example/",
        "/posts/",
    ] {
        root.get(path).await.assert_status(404);
    }
    root.get("/posts/x?after=nonsense").await.assert_status(400);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn removed_things_are_gone_and_moved_ones_lead_on(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Here", "x").await;
    sqlx::query("insert into redirects (path, post_id) values ('/2016/Old.html', 1), ('/gone.html', null)")
        .execute(&app.db)
        .await
        .expect("redirects");
    let mut browser = app.browser();
    for old in ["/2016/Old.html", "/2016/Old.html/", "/2016/Old.html/index.html"] {
        let moved = browser.get_once(old).await;
        moved.assert_status(301);
        assert_eq!(moved.location().as_deref(), Some("/posts/here"), "{old}");
    }
    browser.get("/gone.html").await.assert_status(410).shows("removed for good");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn without_its_database_the_blog_says_so_and_recovers_by_itself(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Here", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let name: String =
        sqlx::query_scalar("select current_database()").fetch_one(&app.db).await.expect("a name");
    let mut admin = elsewhere(&app.db).await;
    // nobody may connect any more, and whoever is connected is thrown out
    set_connectable(&mut admin, &name, false).await;
    for path in ["/", "/posts/here", "/readyz", "/write"] {
        let page = ada.get(path).await;
        page.assert_status(503).shows("cannot reach its database");
        assert!(!page.header("retry-after").is_empty(), "{path}");
    }
    ada.get("/livez").await.assert_status(200);
    ada.get("/static/css/site.css").await.assert_status(200);
    set_connectable(&mut admin, &name, true).await;
    ada.get("/posts/here").await.assert_status(200);
    ada.get("/write").await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_job_that_fails_is_tried_again_and_given_up_at_last(db: PgPool) {
    let app = TestApp::new(db).await;
    sqlx::query("insert into jobs (kind, key, payload) values ('unknown', 'x', '{}')")
        .execute(&app.db)
        .await
        .expect("a job");
    app.run_jobs().await;
    let row: (i32, bool) =
        sqlx::query_as("select attempts, run_at > now() from jobs").fetch_one(&app.db).await.expect("a row");
    assert_eq!(row, (1, true));
    sqlx::query("update jobs set attempts = 11, run_at = now()").execute(&app.db).await.expect("due");
    app.run_jobs().await;
    let dead: bool =
        sqlx::query_scalar("select dead_at is not null from jobs").fetch_one(&app.db).await.expect("a row");
    assert!(dead);
}

async fn elsewhere(db: &PgPool) -> sqlx::PgConnection {
    use sqlx::ConnectOptions as _;
    (*db.connect_options()).clone().database("postgres").connect().await.expect("the server")
}

async fn set_connectable(admin: &mut sqlx::PgConnection, database: &str, allowed: bool) {
    sqlx::query("update pg_database set datallowconn = $2 where datname = $1")
        .bind(database)
        .bind(allowed)
        .execute(&mut *admin)
        .await
        .expect("superuser");
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
        .bind(database)
        .execute(admin)
        .await
        .expect("superuser");
}
