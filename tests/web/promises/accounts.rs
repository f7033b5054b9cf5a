//! P6 and P7: passwords, and who has an account. The rest of P5 to P8 is in `tests/web/accounts`.

use futures_util::FutureExt as _;
use sqlx::PgPool;

use crate::support::{Browser, PASSWORD, Page, Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p6_every_form_that_sets_a_password_asks_for_a_good_one_and_never_shows_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let form = browser.get("/password/forgot").await.form("main form").fill("email", "ben@example.org");
    browser.submit(form).await;
    let reset = app.newest_link().await;
    let mut ada = app.logged_in(Person::Ada).await;
    for bad in ["fourteen chars", "passwordpassword", "123456789012345", &"long words ".repeat(24)] {
        let register = browser.get("/register").await.form("main form");
        let register = register.fill("name", "Zoë").fill("email", "zoe@example.org").fill("password", bad);
        let change = ada.get("/account/password").await.form("main form");
        let set = browser.get(&reset).await.form("main form").fill("password", bad);
        for page in [
            browser.submit(register).await,
            browser.submit(set).await,
            ada.submit(change.fill("current", PASSWORD).fill("password", bad)).await,
        ] {
            page.assert_status(422);
            assert_eq!(page.attr("#q-password", "aria-invalid"), "true", "{bad}");
            assert!(!page.body.contains(bad), "{}: {bad} is shown", page.url);
        }
    }
}

/// Keeps every place in both queues of password checks taken: whoever needs one is told to come later.
fn jam(app: &TestApp) -> Vec<impl Future<Output = ()> + Unpin> {
    let (known, strangers) = (&app.state.passwords, app.state.passwords.for_strangers());
    (0..128)
        .map(|n| {
            let passwords = if n % 2 == 0 { known.clone() } else { strangers.clone() };
            let mut waiting = Box::pin(async move {
                passwords.hash("x").await.ok();
                std::future::pending::<()>().await;
            });
            assert!((&mut waiting).now_or_never().is_none());
            waiting
        })
        .collect()
}

async fn log_in(browser: &mut Browser, email: &str, password: &str) -> Page {
    browser.post("/login", &[("email", email), ("password", password)]).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p7_class_20_a_password_is_checked_whether_the_address_has_an_account_or_not(db: PgPool) {
    let app = TestApp::new(db).await;
    sqlx::query("update users set password_hash = null where handle = 'max'")
        .execute(&app.db)
        .await
        .expect("an account without a password");
    let mut browser = app.browser();
    let known = log_in(&mut browser, "ben@example.org", "wrong wrong wrong").await;
    for email in ["nobody@example.org", "max@example.org", "no address"] {
        let page = log_in(&mut browser, email, "wrong wrong wrong").await;
        page.assert_status(422);
        assert_eq!(page.text("main .form-error"), known.text("main .form-error"), "{email}");
    }
    let jammed = jam(&app);
    for email in ["ben@example.org", "nobody@example.org", "max@example.org", "no address"] {
        log_in(&mut browser, email, PASSWORD).await.assert_status(429);
    }
    drop(jammed);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p7_class_20_reset_and_registration_answer_alike_after_as_many_queries(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let mut answers = Vec::new();
    for email in ["ben@example.org", "nobody@example.org"] {
        let forgot = browser.post("/password/forgot", &[("email", email)]).await;
        let fields = [("name", "Zoë"), ("email", email), ("password", PASSWORD)];
        let register = browser.post("/register", &fields).await;
        answers.push([&forgot, &register].map(|page| (page.status, page.location(), page.body.clone())));
        answers.push([&forgot, &register].map(|page| (page.status, Some(queries(page)), String::new())));
    }
    assert_eq!(answers[0], answers[2]);
    assert_eq!(answers[1][0], answers[3][0], "as many queries for a link");
}

fn queries(page: &Page) -> String {
    let timing = page.header("server-timing");
    timing.split('"').nth(1).expect("the queries are counted").to_owned()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p9_class_19_a_huge_password_is_refused_before_anything_is_made_of_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let form = browser.get("/password/forgot").await.form("main form").fill("email", "ben@example.org");
    browser.submit(form).await;
    let reset = app.newest_link().await;
    let jammed = jam(&app);
    for (length, status) in [(1_000, 422), (100_000, 422), (1_000_000, 413)] {
        let password = "x y ".repeat(length / 4);
        let register = [("name", "Zoë"), ("email", "zoe@example.org"), ("password", &password)];
        // a 429 would tell that it was to be hashed
        browser.post("/register", &register).await.assert_status(status);
        browser.post(&reset, &[("password", &password)]).await.assert_status(status);
    }
    log_in(&mut browser, "ben@example.org", &"x".repeat(1_000_000)).await.assert_status(413);
    drop(jammed);
    for length in [1_000, 100_000] {
        log_in(&mut browser, "ben@example.org", &"x".repeat(length)).await.assert_status(422);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_24_a_login_never_leads_to_another_site(db: PgPool) {
    let app = TestApp::new(db).await;
    for evil in [
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
    ] {
        let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("next", evil)];
        let mut ada = app.browser();
        assert_eq!(ada.post("/login", &fields).await.location().as_deref(), Some("/write"), "{evil}");
        let again = [("password", PASSWORD), ("next", evil)];
        assert_eq!(ada.post("/login/again", &again).await.location().as_deref(), Some("/account"), "{evil}");
    }
}
