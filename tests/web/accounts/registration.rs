//! New accounts: the first admin, and what each of the four modes lets through.

use sqlx::PgPool;

use super::{NEW, PASSWORD, Person, TestApp, confirm, log_in, register_form, set};

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
async fn p7_whether_an_address_has_an_account_is_not_told(db: PgPool) {
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
async fn of_two_who_set_the_blog_up_at_once_one_becomes_its_admin(db: PgPool) {
    let app = TestApp::without_people(db).await;
    let link = quire::setup_path(&app.state.keys);
    let (mut one, mut other) = (app.browser(), app.browser());
    let form = one.get(&link).await.form("main form").fill("name", "Ada").fill("password", PASSWORD);
    let (first, second) = tokio::join!(
        one.submit_once(form.clone().fill("email", "ada@example.org")),
        other.submit_once(form.clone().fill("email", "eve@example.org"))
    );
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 404]);
    assert_eq!(app.count("select count(*) from users").await, 1);
}

/// Everything a stranger may try in order to get an account: method, path, kind of body, body. `MAIL` is a fresh address.
const WAYS_IN: &[(&str, &str, &str)] = &[
    ("/register", "form", "name=X&email=MAIL&password=PASSWORD"),
    ("/register", "form", "name=X&email=MAIL&password=PASSWORD&invite=forged"),
    ("/register", "form", "name=X&email=MAIL&password=PASSWORD&role=admin&approved=yes&email_verified=true"),
    ("/register?invite=forged", "form", "name=X&email=MAIL&password=PASSWORD"),
    ("/register", "json", r#"{"name":"X","email":"MAIL","password":"PASSWORD"}"#),
    ("/register", "text", "name=X&email=MAIL&password=PASSWORD"),
    ("/register/", "form", "name=X&email=MAIL&password=PASSWORD"),
    ("/setup", "form", "name=X&email=MAIL&password=PASSWORD"),
    ("SETUP", "form", "name=X&email=MAIL&password=PASSWORD"),
    ("/admin/users/new", "form", "name=X&email=MAIL&role=reader"),
    ("/admin/invites", "form", "role=admin&days=7"),
    ("/password/forgot", "form", "email=MAIL"),
    ("/login", "form", "email=MAIL&password=PASSWORD"),
    ("/login/passkey", "form", "challenge=x&credential=%7B%7D"),
    ("/password/reset/forged", "form", "password=PASSWORD"),
    ("/verify/forged", "form", ""),
    ("/account/email/forged", "form", ""),
    ("/api/register", "json", r#"{"name":"X","email":"MAIL","password":"PASSWORD"}"#),
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_route_makes_an_account_that_the_mode_does_not_allow(db: PgPool) {
    let app = TestApp::new(db).await;
    let setup = quire::setup_path(&app.state.keys);
    let mut at = 0;
    for (mode, allowed) in [("closed", false), ("invite", false), ("approval", true), ("open", true)] {
        set(&app, "registration", mode).await;
        for (path, kind, body) in WAYS_IN {
            at += 1;
            let before = app.count("select count(*) from users").await;
            let mut stranger = app.browser_at(&format!("203.0.{at}.9"));
            let body = body
                .replace("MAIL", &format!("x{at}%40example.org"))
                .replace("PASSWORD", &PASSWORD.replace(' ', "+"));
            let kind = match *kind {
                "json" => "application/json",
                "text" => "text/plain",
                _ => "application/x-www-form-urlencoded",
            };
            let same_origin = [("sec-fetch-site", "same-origin")];
            let answer = stranger.post_raw(&path.replace("SETUP", &setup), kind, &body, &same_origin).await;
            assert!(!answer.status.is_server_error(), "{mode}: {path}: {}", answer.status);
            let made = app.count("select count(*) from users").await - before;
            let is_form =
                *path == "/register" && kind.ends_with("urlencoded") || *path == "/register?invite=forged";
            assert_eq!(made, i64::from(allowed && is_form), "{mode}: {path} {body}");
        }
        app.browser()
            .get(&format!("/register?name=X&email=y%40example.org&password={PASSWORD}").replace(' ', "+"))
            .await;
    }
    let others = "select count(*) from users where email_verified_at is null and role <> 'reader'";
    assert_eq!(app.count(others).await, 0, "nobody chooses their own role");
    assert_eq!(app.count("select count(*) from invites").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_closed_blog_says_so_and_takes_no_accounts(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "closed").await;
    let mut browser = app.browser();
    browser.get("/register").await.shows("New accounts are made by the people who run this blog");
    let fields = [("name", "X"), ("email", "x@example.org"), ("password", PASSWORD)];
    browser.post("/register", &fields).await.assert_status(403);
    browser.get("/login").await.hides("Make an account");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn where_admins_decide_somebody_waits_to_be_let_in(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "approval").await;
    let mut zoe = app.browser();
    let form = register_form(&mut zoe, "/register", "zoe@example.org").await;
    zoe.submit(form).await.shows("follow the link in the mail");
    confirm(&app, &mut zoe, "zoe@example.org").await.shows("when an admin has let you in");
    let refused = log_in(&mut zoe, "zoe@example.org", PASSWORD).await;
    refused.assert_status(422).shows("waits for an admin");
    let wrong = log_in(&mut zoe, "zoe@example.org", "wrong wrong wrong").await;
    wrong.shows("do not fit together").hides("waits for an admin");
    zoe.get_once("/account").await.assert_status(303);

    let mut root = app.logged_in(Person::Root).await;
    root.get("/admin").await.shows("1");
    let people = root.get("/admin/users?q=zoe").await;
    people.shows("waits");
    let decision = people.form("main table form");
    root.submit(decision.clone().press("Let in")).await.shows("They can log in now.");
    root.submit(decision.press("Turn away")).await.shows("decided that already");
    assert!(app.mail_to("zoe@example.org").await.subject.contains("approved"));
    log_in(&mut zoe, "zoe@example.org", PASSWORD).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn who_is_turned_away_is_forgotten(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "approval").await;
    let mut zoe = app.browser();
    let form = register_form(&mut zoe, "/register", "zoe@example.org").await;
    zoe.submit(form).await;
    confirm(&app, &mut zoe, "zoe@example.org").await;
    let before = app.mails().await.len();
    let mut root = app.logged_in(Person::Root).await;
    let decision = root.get("/admin/users?q=zoe").await.form("main table form");
    root.submit(decision.press("Turn away")).await.shows("Their account is forgotten.");
    log_in(&mut zoe, "zoe@example.org", PASSWORD).await.shows("do not fit together");
    assert_eq!(app.count("select count(*) from users where handle like 'zo%'").await, 0);
    assert_eq!(app.mails().await.len(), before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_link_is_good_for_its_time_and_only_when_somebody_presses_the_button(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut zoe = app.browser();
    let form = register_form(&mut zoe, "/register", "zoe@example.org").await;
    zoe.submit(form).await;
    let link = app.newest_link().await;
    for _ in 0..3 {
        // a link scanner looks at it
        app.browser().get(&link).await.assert_status(200);
    }
    assert_eq!(app.count("select count(*) from users where email_verified_at is null").await, 1);
    app.sql("update account_tokens set expires_at = expires_at - interval '1 day'").await;
    zoe.get(&link).await.assert_status(410);
    zoe.post(&link, &[]).await.assert_status(410);
    log_in(&mut zoe, "zoe@example.org", PASSWORD).await.shows("Please follow the link");

    let forgot = zoe.get("/password/forgot").await.form("main form").fill("email", "ben@example.org");
    zoe.submit(forgot).await;
    let link = app.newest_link().await;
    let reset = zoe.get(&link).await.form("main form").fill("password", NEW);
    app.sql("update account_tokens set expires_at = expires_at - interval '30 minutes'").await;
    zoe.submit(reset).await.assert_status(410);
    app.logged_in(Person::Ben).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn one_network_makes_a_few_accounts_an_hour(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql(
        "insert into rate_limits (key, window_start, hits)
        select 'register:203.0.113.0/24', date_bin('1 hour', now(), 'epoch') + n * interval '1 hour', 5
        from generate_series(0, 1) n",
    )
    .await;
    let mut stranger = app.browser_at("203.0.113.9");
    let form = register_form(&mut stranger, "/register", "x@example.org").await;
    let refused = stranger.submit(form.clone()).await;
    refused.assert_status(429).shows("Zoë");
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    app.browser_at("203.0.114.9").submit(form).await.shows("follow the link");
}
