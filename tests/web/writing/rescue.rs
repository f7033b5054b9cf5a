//! Forms that failed, kept for the browser that sent them.

use sqlx::{Connection as _, PgConnection, PgPool};

use super::draft;
use crate::support::{Browser, Person, TestApp};

const WORDS: &str = "A long comment that nobody wants to type again.";

async fn end_sessions(app: &TestApp) {
    app.sql("delete from sessions").await;
}

async fn kept(browser: &mut Browser) -> Vec<String> {
    browser.get("/rescue").await.texts(".typed textarea")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_text_that_failed_with_the_session_is_there_after_the_login_and_only_in_that_browser(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Kept").fill("body", WORDS);
    end_sessions(&app).await;
    let refused = ada.submit(form.press("Save draft")).await;
    refused.assert_status(401).shows("kept for this browser");
    assert_eq!(
        app.count("select count(*) from rescue_drafts where encode(sealed, 'escape') like '%comment%'").await,
        0
    );

    // the tab is closed; later, after a login, the blog offers it
    app.log_in(&mut ada, Person::Ada).await;
    let home = ada.get("/").await;
    home.shows("Something that you wrote could not be sent and is kept for you.");
    let page = ada.get("/rescue").await;
    page.shows(WORDS);
    let saved = ada.submit(page.form(".typed form").press("Send it again")).await;
    saved.shows("Draft saved.");
    assert!(kept(&mut ada).await.is_empty(), "what was sent is kept no longer");
    ada.get("/").await.hides("is kept for you");
    assert!(kept(&mut app.logged_in(Person::Ada).await).await.is_empty(), "another browser has nothing");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn every_kind_of_failure_keeps_what_was_typed(db: PgPool) {
    let app = TestApp::with(db, |config| config.bounds.form_bytes = 4_000).await;
    let path = format!("{}/comments", app.post("Here", "x").await);
    let kind = "application/x-www-form-urlencoded";
    let body =
        |text: &str| url::form_urlencoded::Serializer::new(String::new()).append_pair("body", text).finish();
    let same = ("sec-fetch-site", "same-origin");
    let long = WORDS.repeat(100);
    for (name, at, text, headers, status) in [
        ("validation", path.as_str(), WORDS, same, 422),
        ("a wrong origin", &path, WORDS, ("origin", "https://evil.example"), 403),
        ("no such page", "/posts/never/comments", WORDS, same, 404),
        ("too large", &path, &long, same, 413),
    ] {
        let mut ben = app.logged_in(Person::Ben).await;
        let text = if name == "validation" { format!("{text}{}", "x".repeat(3000)) } else { text.to_owned() };
        let sent = if name == "validation" {
            format!("{}&guest_name=&parent_id=nonsense", body(&text))
        } else {
            body(&text)
        };
        let refused = ben.post_raw(at, kind, &sent, &[headers]).await;
        if name != "validation" {
            refused.assert_status(status);
        }
        if refused.status.is_success() || refused.status.is_redirection() {
            continue;
        }
        assert_eq!(kept(&mut ben).await, [text], "{name}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_form_of_another_site_leaves_nothing_behind(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut guest = app.browser();
    let body = format!("body={}", WORDS.replace(' ', "+"));
    let headers = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let refused = guest.post_raw("/write/new", "application/x-www-form-urlencoded", &body, &headers).await;
    refused.assert_status(403);
    assert!(guest.cookies.is_empty());
    assert_eq!(app.count("select count(*) from rescue_drafts").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn kept_forms_are_thrown_away_on_request_and_after_a_week(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for path in ["/write/9998", "/write/9999"] {
        ada.post(path, &[("body", WORDS)]).await.assert_status(404);
    }
    let page = ada.get("/rescue").await;
    assert_eq!(page.texts(".typed textarea").len(), 2);
    ada.submit(page.form("form[action='/rescue']").press("Throw it away")).await.shows("Thrown away.");
    assert_eq!(kept(&mut ada).await.len(), 1);
    app.sql("update rescue_drafts set created_at = now() - interval '8 days'").await;
    assert!(kept(&mut ada).await.is_empty());
    quire::worker::tidy(&app.state).await.expect("tidied");
    assert_eq!(app.count("select count(*) from rescue_drafts").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_text_survives_that_the_database_is_away(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = draft(&mut ada, "Here", "Before.").await;
    let name: String =
        sqlx::query_scalar("select current_database()").fetch_one(&app.db).await.expect("a name");
    let options = (*app.db.connect_options()).clone().database("postgres");
    let mut admin = PgConnection::connect_with(&options).await.expect("a connection");
    let statements = [
        format!("alter database \"{name}\" allow_connections false"),
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
    ];
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut admin).await.expect("done");
    }
    let refused = ada.submit(desk.form(".post-form").fill("body", WORDS).press("Save draft")).await;
    refused.assert_status(503).shows("kept for this browser").shows(WORDS);
    let statement = format!("alter database \"{name}\" allow_connections true");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut admin).await.expect("done");
    let page = ada.get("/rescue").await;
    page.shows(WORDS);
    ada.submit(page.form(".typed form").press("Send it again")).await.shows("Draft saved.");
}
