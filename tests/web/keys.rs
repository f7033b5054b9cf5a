//! What lies sealed in the database, and another key for it.

use quire::{AppState, mail::Mailer, reseal_all, router};
use sqlx::PgPool;

use super::support::{Browser, PASSWORD, Person, TestApp, authenticator::Authenticator};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const FRESH: &str = "fedcba9876543210fedcba9876543210";

/// Every cell of every table as text, with the name of its column.
async fn cells(db: &PgPool) -> Vec<(String, String)> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
        where table_schema = 'public' and data_type in ('text', 'bytea', 'json', 'jsonb', 'ARRAY', 'character varying')",
    )
    .fetch_all(db)
    .await
    .expect("the columns");
    assert!(columns.len() > 60, "{columns:?}");
    let mut all = Vec::new();
    for (table, column) in columns {
        let query = format!("select \"{column}\"::text from \"{table}\" where \"{column}\" is not null");
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(db).await.expect("cells");
        all.extend(rows.into_iter().map(|cell| (format!("{table}.{column}"), cell)));
    }
    all
}

/// The cells that hold `secret`: as letters, as bytes the way PostgreSQL writes them, or as numbers in JSON.
fn holding<'a>(cells: &'a [(String, String)], secret: &str) -> Vec<&'a (String, String)> {
    let bytes = |separator: &str, write: fn(u8) -> String| {
        secret.bytes().map(write).collect::<Vec<_>>().join(separator)
    };
    let hex = bytes("", |byte| format!("{byte:02x}"));
    let numbers = bytes(", ", |byte| byte.to_string());
    let letters = secret.to_lowercase();
    let holds =
        |cell: &str| cell.to_lowercase().contains(&letters) || cell.contains(&hex) || cell.contains(&numbers);
    cells.iter().filter(|(_, cell)| holds(cell)).collect()
}

/// A blog on which everything that holds a secret has happened; the key of Ada's authenticator.
async fn lived_in(app: &TestApp) -> (Authenticator, String) {
    let path = app.post("Open", "x").await;
    let mut guest = app.browser();
    let form = guest.get(&path).await.form(".comment-form");
    let form = form.fill("name", "Guest").fill("email", "guest@example.org").fill("body", "Hello");
    guest.submit(form.press("Send comment")).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = ada.get("/account/second-factor").await;
    let key = page.text(".key code").replace(' ', "");
    let phone = Authenticator::of(&page);
    let form = page.form("main form").fill("code", &phone.code()).press("Turn it on");
    ada.submit(form).await.shows("Your recovery codes");
    Authenticator::later(app).await;
    let form = ada.get("/account/email").await.form("main form").fill("email", "ada@wanted.example");
    ada.submit(form).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("form[action='/admin/settings/mail']");
    root.submit(
        form.fill("smtp_url", "smtps://quire:geheim123@mail.example.org").press("Save the mail server"),
    )
    .await
    .shows("One is set.");
    let mut stranger = app.browser();
    for (page, email) in [("/password/forgot", "ben@example.org"), ("/password/forgot", "nobody@example.org")]
    {
        let form = stranger.get(page).await.form("main form").fill("email", email);
        stranger.submit(form).await;
    }
    stranger.post("/login", &[("email", "typed@example.org"), ("password", "typed in vain")]).await;
    let register = [("name", "Zoë"), ("email", "zoe@example.org"), ("password", PASSWORD)];
    stranger.post("/register", &register).await.assert_status(303);
    (phone, key)
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_address_and_no_secret_lies_open_in_any_table(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, key) = lived_in(&app).await;
    assert!(app.count("select count(*) from jobs").await > 0, "the queue is looked at, too");
    let session = app.logged_in(Person::Ben).await.cookies["session"].clone();
    let invite = {
        let mut root = app.logged_in(Person::Root).await;
        let form = root.get("/admin/invites").await.form("main form");
        root.submit(form).await.text(".notice .key code")
    };
    let token = invite.rsplit('=').next().expect("a token").to_owned();
    let all = cells(&app.db).await;
    assert!(
        !holding(&all, "guest").is_empty() && !holding(&all, "argon2id").is_empty(),
        "it finds what is there"
    );
    for secret in [
        "example.org",
        "wanted.example",
        "ada@",
        &key,
        "geheim123",
        "mail.example.org",
        "typed in vain",
        PASSWORD,
        &session,
        &token,
    ] {
        let found = holding(&all, secret);
        assert!(found.is_empty(), "{secret}: {found:?}");
    }
    // the links of mails, too: with the mails out of the queue
    app.sql("update settings set smtp_sealed = null").await;
    app.state.site.reload(&app.db).await.expect("settings");
    let mails = app.mails().await;
    let all = cells(&app.db).await;
    let links = mails.iter().filter_map(|mail| mail.text.split("http://localhost/").nth(1));
    let tokens: Vec<&str> =
        links.filter_map(|rest| rest.split_whitespace().next()?.rsplit('/').next()).collect();
    assert!(tokens.iter().filter(|token| token.len() == 43).count() >= 4, "{tokens:?}");
    for token in tokens.iter().filter(|token| token.len() == 43) {
        assert!(holding(&all, token).is_empty(), "{token}");
    }
    assert!(holding(&all, "example.org").is_empty());
}

/// The same blog, run by a process with these keys.
async fn with_keys(app: &TestApp, current: &str, previous: &[&str]) -> AppState {
    let mut config = (*app.state.config).clone();
    config.secret_key = current.into();
    config.previous_keys = previous.iter().map(|key| (*key).into()).collect();
    let mailer = Mailer::memory(&config.mail_from).expect("a sender");
    AppState::with_mailer(config, app.db.clone(), mailer).await.expect("the application")
}

async fn log_in(state: &AppState, person: Person) -> (Browser, String) {
    let mut browser = Browser::new(router::build(state.clone()));
    let form = browser
        .get("/login")
        .await
        .form("main form")
        .fill("email", &person.email())
        .fill("password", PASSWORD);
    let page = browser.submit(form).await;
    let shown = page.text("h1");
    (browser, shown)
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_rotated_key_keeps_everybody_and_then_the_old_one_can_go(db: PgPool) {
    let app = TestApp::new(db).await;
    let (phone, key) = lived_in(&app).await;
    let rotated = with_keys(&app, FRESH, &[OLD]).await;
    // before anything is sealed anew, people are found with the old key
    assert_eq!(log_in(&rotated, Person::Eve).await.1, "Writing desk");

    assert!(reseal_all(&rotated).await.expect("resealed") >= 10);
    assert_eq!(reseal_all(&rotated).await.expect("resealed"), 0, "nothing is left to do");
    assert_eq!(app.count("select count(*) from email_changes").await, 0, "links under way end");
    let left = quire::accounts::hashes_with_older_keys(&app.db, &rotated.keys).await.expect("a number");
    assert_eq!(left, 6, "Eve has logged in; five of the cast and Zoë have not");
    let (mut ada, step) = log_in(&rotated, Person::Ada).await;
    assert_eq!(step, "One more step");
    ada.post("/login/code", &[("code", &phone.code())]).await.assert_status(303);
    for person in [Person::Ben, Person::Edi, Person::Max, Person::Root] {
        log_in(&rotated, person).await;
    }
    app.sql("delete from users where email_verified_at is null").await;
    let left = quire::accounts::hashes_with_older_keys(&app.db, &rotated.keys).await.expect("a number");
    assert_eq!(left, 0, "each login has hashed its password anew");

    let alone = with_keys(&app, FRESH, &[]).await;
    Authenticator::later(&app).await;
    let (mut ada, _) = log_in(&alone, Person::Ada).await;
    ada.post("/login/code", &[("code", &phone.code())]).await.assert_status(303);
    ada.get("/account").await.shows("ada@example.org");
    let (mut root, _) = log_in(&alone, Person::Root).await;
    root.get("/admin/users?q=ben@example.org").await.shows("Ben");
    let smtp = alone.site.get().smtp_sealed.clone().expect("a mail server");
    let url = alone.keys.open(quire::state::SMTP_SEALED, &smtp).expect("sealed with the new key");
    assert_eq!(url, "smtps://quire:geheim123@mail.example.org");
    let all = cells(&app.db).await;
    assert!(holding(&all, &key).is_empty() && holding(&all, "example.org").is_empty());
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_key_that_is_missing_is_said_and_nothing_is_lost(db: PgPool) {
    let app = TestApp::new(db).await;
    let wrong = with_keys(&app, FRESH, &[]).await;
    let error = reseal_all(&wrong).await.expect_err("the key is missing");
    assert!(format!("{error:#}").contains("QUIRE_SECRET_KEY"), "{error:#}");
    let right = with_keys(&app, FRESH, &[OLD]).await;
    reseal_all(&right).await.expect("resealed");
    assert_eq!(log_in(&right, Person::Ada).await.1, "Writing desk");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_address_that_an_older_version_left_open_is_sealed_at_the_next_start(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql("update users set email = 'ben@example.org', email_sealed = null, email_key = null where handle = 'ben'").await;
    assert_eq!(reseal_all(&app.state).await.expect("sealed"), 1);
    assert_eq!(app.count("select count(*) from users where email is not null").await, 0);
    app.logged_in(Person::Ben).await;
}
