//! People.

use sqlx::PgPool;

use super::support::{PASSWORD, Person, TestApp};

const NEW: &str = "another quiet sentence";

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_first_admin_is_made_once_and_only_by_who_knows_the_link(db: PgPool) {
    let app = TestApp::without_people(db).await;
    let mut browser = app.browser();
    browser.get("/setup").await.assert_status(404);
    browser.get("/setup?token=wrong").await.assert_status(404);
    let link = quire::setup_path(&app.state.keys);
    let form = browser.get(&link).await.form("main form");
    let refused = browser
        .submit(form.fill("name", "Ada").fill("email", "ada@example.org").fill("password", "short"))
        .await;
    refused.assert_status(422).shows("at least 15 characters");
    assert_eq!(refused.form("main form").value("password"), "", "passwords are never sent back");
    let done = browser.submit(refused.form("main form").fill("password", PASSWORD)).await;
    done.shows("This is your blog").shows("Settings");
    app.browser().get(&link).await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn somebody_registers_confirms_logs_in_and_sets_a_new_password(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut zoe = app.browser();
    let form = zoe.get("/register").await.form("main form");
    let form = form.fill("name", "Zoë").fill("email", "Zoe@Example.org").fill("password", PASSWORD);
    zoe.submit(form).await.shows("follow the link in the mail");
    let login =
        zoe.get("/login").await.form("main form").fill("email", "zoe@example.org").fill("password", PASSWORD);
    zoe.submit(login.clone()).await.assert_status(422).shows("Please follow the link");

    let link = app.newest_link().await;
    let confirm = zoe.get(&link).await;
    confirm.shows("zoe@example.org");
    assert_eq!(confirm.header("referrer-policy"), "no-referrer");
    zoe.submit(confirm.form("main form")).await.shows("Your address is confirmed.");
    zoe.get(&link).await.assert_status(410);
    let before = zoe.cookies.get("session").cloned();
    zoe.submit(login).await.shows("You are logged in.");
    let session = zoe.cookies.get("session").cloned();
    assert!(session.is_some() && session != before, "a new session at login");

    let mut other = app.browser();
    let forgot = other.get("/password/forgot").await.form("main form").fill("email", "zoe@example.org");
    other.submit(forgot).await.shows("If this address has an account");
    let link = app.newest_link().await;
    let reset = other.get(&link).await.form("main form").fill("password", NEW);
    other.submit(reset).await.shows("Your new password is set.");
    other.get(&link).await.assert_status(410);
    zoe.get_once("/account").await.assert_status(303);
    let login =
        other.get("/login").await.form("main form").fill("email", "zoe@example.org").fill("password", NEW);
    other.submit(login).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn whether_an_address_has_an_account_is_not_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    let mut answers = Vec::new();
    for email in ["ben@example.org", "nobody@example.org"] {
        let login = browser
            .get("/login")
            .await
            .form("main form")
            .fill("email", email)
            .fill("password", "wrong wrong wrong");
        let login = browser.submit(login).await;
        let forgot = browser.get("/password/forgot").await.form("main form").fill("email", email);
        let forgot = browser.submit(forgot).await;
        let register = browser.get("/register").await.form("main form");
        let register = register.fill("name", "X").fill("email", email).fill("password", PASSWORD);
        let register = browser.submit(register).await;
        answers.push([login.text("main .form-error"), forgot.text(".flash"), register.text(".flash")]);
    }
    assert_eq!(answers[0], answers[1]);
    let subjects: Vec<String> = app
        .mails()
        .await
        .into_iter()
        .filter(|mail| mail.to == "ben@example.org")
        .map(|mail| mail.subject)
        .collect();
    assert!(subjects.iter().any(|subject| subject.contains("already have an account")), "{subjects:?}");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn guessing_a_password_is_slowed_down(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    for _ in 0..10 {
        let fields = [("email", "ben@example.org"), ("password", "wrong wrong wrong")];
        browser.post("/login", &fields).await.assert_status(422);
    }
    let refused = browser.post("/login", &[("email", "ben@example.org"), ("password", PASSWORD)]).await;
    refused.assert_status(429);
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=900).contains(&seconds)));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_login_leads_back_but_never_to_another_site(db: PgPool) {
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
async fn a_session_that_was_ended_stays_ended(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let stolen = ben.cookies.clone();
    let stored: Vec<u8> =
        sqlx::query_scalar("select id_hash from sessions").fetch_one(&app.db).await.expect("a session");
    assert!(
        !stolen["session"].as_bytes().windows(8).any(|part| stored.windows(8).any(|other| other == part))
    );
    let logout = ben.get("/").await.form("form[action='/logout']");
    ben.submit(logout).await.shows("You are logged out.");
    let mut thief = app.browser();
    thief.cookies = stolen;
    thief.get_once("/account").await.assert_status(303);
    let left: i64 = sqlx::query_scalar("select count(*) from sessions where user_id is not null")
        .fetch_one(&app.db)
        .await
        .expect("rows");
    assert_eq!(left, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_changed_password_logs_all_other_devices_out(db: PgPool) {
    let app = TestApp::new(db).await;
    let (mut here, mut there) = (app.logged_in(Person::Ben).await, app.logged_in(Person::Ben).await);
    let form = here.get("/account/password").await.form("main form");
    let refused = here.submit(form.clone().fill("current", "wrong").fill("password", NEW)).await;
    refused.assert_status(422).shows("This is not your password.");
    here.submit(form.fill("current", PASSWORD).fill("password", NEW))
        .await
        .shows("Your password is changed.");
    here.get_once("/account").await.assert_status(200);
    there.get_once("/account").await.assert_status(303);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_profile_is_changed_and_shown_as_text(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("P", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada
        .get("/account")
        .await
        .form("main form")
        .fill("name", "Ada <i>W</i>")
        .fill("bio", "<script>x</script>");
    ada.submit(form).await.shows("Saved.");
    let page = app.browser().get("/authors/ada").await;
    page.shows("Ada <i>W</i>").shows("<script>x</script>");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_closed_blog_takes_no_accounts_by_any_way(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("main form").fill("registration", "closed");
    root.submit(form).await.shows("Saved.");
    let mut browser = app.browser();
    browser.get("/register").await.shows("New accounts are made by the people who run this blog");
    let fields = [("name", "X"), ("email", "x@example.org"), ("password", PASSWORD)];
    browser.post("/register", &fields).await.assert_status(403);
}
