//! Codes from an app, recovery codes, and roles that ask for them.

use sqlx::PgPool;

use super::{
    Authenticator, Browser, Form, NEW, PASSWORD, Page, Person, TestApp, half_an_hour_later, is_in, log_in,
};

/// Password first: the form for the code.
async fn password(app: &TestApp, browser: &mut Browser, person: Person) -> Form {
    let page = log_in(browser, &person.email(), PASSWORD).await;
    page.shows("One more step");
    assert!(!is_in(browser).await, "{:?} is in with half a login", app.id(person));
    page.form("main form")
}

async fn show(browser: &mut Browser, form: &Form, code: &str) -> Page {
    browser.submit(form.clone().fill("code", code)).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_password_alone_is_not_enough_and_the_code_cannot_be_skipped(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let (phone, codes) = Authenticator::set_up(&app, &mut ada).await;
    assert_eq!(codes.len(), 10);
    ada.get("/account/second-factor").await.shows("It is on").shows("10 recovery codes");

    let mut browser = app.browser();
    let form = password(&app, &mut browser, Person::Ada).await;
    for path in
        ["/account", "/write", "/write/new", "/account/second-factor", "/login/again", "/account/export"]
    {
        let page = browser.get_once(path).await;
        assert!(page.location().is_some_and(|to| to.starts_with("/login")), "{path}: {}", page.status);
    }
    for (path, fields) in [
        ("/account/second-factor", &[("action", "off")][..]),
        ("/account/password", &[("current", PASSWORD), ("password", NEW)]),
        ("/account/sessions", &[("end", "all")]),
        ("/login/again", &[("password", PASSWORD)]),
        ("/write/new", &[("title", "T"), ("body", "B")]),
    ] {
        let page = browser.post(path, fields).await;
        assert!(page.location().is_some_and(|to| to.starts_with("/login")) || page.status == 401, "{path}");
    }
    assert_eq!(app.count("select count(*) from posts").await, 0);
    show(&mut browser, &form, "000000").await.assert_status(422).shows("This code is not right");
    assert!(!is_in(&mut browser).await);
    show(&mut browser, &form, &phone.code()).await.shows("You are logged in.");
    assert!(is_in(&mut browser).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_second_step_leads_where_the_first_was_asked_to(db: PgPool) {
    let app = TestApp::new(db).await;
    let (phone, _) = Authenticator::set_up(&app, &mut app.logged_in(Person::Ada).await).await;
    let mut ada = app.browser();
    let asked = ada.get("/write/new").await.form("main form");
    let page = ada.submit(asked.fill("email", "ada@example.org").fill("password", PASSWORD)).await;
    let form = page.form("main form").fill("code", &phone.code());
    let evil = form.clone().fill("next", "//evil.example").fill("code", "000000");
    ada.submit_once(evil).await.assert_status(422);
    assert_eq!(ada.submit_once(form).await.location().as_deref(), Some("/write/new"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_code_is_good_once_also_for_two_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let (phone, _) = Authenticator::set_up(&app, &mut app.logged_in(Person::Ada).await).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let (first, second) =
        (password(&app, &mut one, Person::Ada).await, password(&app, &mut other, Person::Ada).await);
    let code = phone.code();
    let (first, second) = tokio::join!(
        one.submit_once(first.fill("code", &code)),
        other.submit_once(second.clone().fill("code", &code))
    );
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 422]);
    let mut third = app.browser();
    let form = password(&app, &mut third, Person::Ada).await;
    show(&mut third, &form, &code).await.assert_status(422);
    Authenticator::later(&app).await;
    show(&mut third, &form, &phone.code()).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_guessing_codes_is_slowed_down(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut owner = app.logged_in(Person::Ada).await;
    let (phone, _) = Authenticator::set_up(&app, &mut owner).await;
    let mut thief = app.browser();
    let form = password(&app, &mut thief, Person::Ada).await;
    for _ in 0..5 {
        show(&mut thief, &form, "000000").await.assert_status(422);
    }
    let refused = show(&mut thief, &form, &phone.code()).await;
    refused.assert_status(429).shows("There were too many tries.");
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=3600).contains(&seconds)));
    // beginning again does not help the thief; the owner's own browser is not held up
    let form = password(&app, &mut thief, Person::Ada).await;
    show(&mut thief, &form, &phone.code()).await.assert_status(429);
    let logout = owner.get("/").await.form("form[action='/logout']");
    owner.submit(logout).await;
    let form = password(&app, &mut owner, Person::Ada).await;
    show(&mut owner, &form, &phone.code()).await.shows("You are logged in.");
    app.logged_in(Person::Root).await.get("/admin/waits").await.shows("ada");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_recovery_code_works_once_and_its_owner_is_told(db: PgPool) {
    let app = TestApp::new(db).await;
    let (_, codes) = Authenticator::set_up(&app, &mut app.logged_in(Person::Ada).await).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let form = password(&app, &mut one, Person::Ada).await;
    let again = password(&app, &mut other, Person::Ada).await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    show(&mut one, &form, &typed).await.shows("You are logged in.");
    assert!(app.mail_to("ada@example.org").await.subject.contains("with a recovery code"));
    show(&mut other, &again, &codes[3]).await.assert_status(422);
    one.get("/account/second-factor").await.shows("9 recovery codes");

    let fresh =
        one.get("/account/second-factor").await.form("main form").press("Make ten new recovery codes");
    let fresh = one.submit(fresh).await.texts(".codes code");
    show(&mut other, &again, &codes[4]).await.assert_status(422);
    show(&mut other, &again, &fresh[0]).await.shows("You are logged in.");
    let mut eve = app.logged_in(Person::Eve).await;
    Authenticator::set_up(&app, &mut eve).await;
    let mut thief = app.browser();
    let form = password(&app, &mut thief, Person::Eve).await;
    show(&mut thief, &form, &fresh[1]).await.assert_status(422);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_half_a_login_ends_after_five_minutes_and_with_a_new_password(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let (phone, _) = Authenticator::set_up(&app, &mut ada).await;
    let mut slow = app.browser();
    let form = password(&app, &mut slow, Person::Ada).await;
    app.sql(
        "update sessions set data = jsonb_set(data, '{pending,at}', to_jsonb((data->'pending'->>'at')::bigint - 301))
        where data ? 'pending'",
    )
    .await;
    show(&mut slow, &form, &phone.code()).await.shows("Log in").hides("You are logged in.");

    let mut thief = app.browser();
    let form = password(&app, &mut thief, Person::Ada).await;
    let change = ada.get("/account/password").await.form("main form");
    ada.submit(change.fill("current", PASSWORD).fill("password", NEW))
        .await
        .shows("Your password is changed.");
    show(&mut thief, &form, &phone.code()).await.hides("You are logged in.");
    assert!(!is_in(&mut thief).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_new_password_by_mail_does_not_take_the_second_factor_away(db: PgPool) {
    let app = TestApp::new(db).await;
    Authenticator::set_up(&app, &mut app.logged_in(Person::Ada).await).await;
    let mut thief = app.browser();
    let forgot = thief.get("/password/forgot").await.form("main form").fill("email", "ada@example.org");
    thief.submit(forgot).await;
    let reset = thief.get(&app.newest_link().await).await.form("main form").fill("password", NEW);
    thief.submit(reset).await;
    log_in(&mut thief, "ada@example.org", NEW).await.shows("One more step");
    assert!(!is_in(&mut thief).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_turning_it_on_and_off_ends_all_other_sessions(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut there = app.logged_in(Person::Ada).await;
    let before = ada.cookies["session"].clone();
    let page = ada.get("/account/second-factor").await;
    let form = page.form("main form");
    ada.submit(form.clone().fill("code", "000000").press("Turn it on"))
        .await
        .shows("not the code of this moment");
    assert!(is_in(&mut there).await, "nothing has changed yet");
    Authenticator::set_up(&app, &mut ada).await;
    assert!(is_in(&mut ada).await && !is_in(&mut there).await);
    assert_ne!(ada.cookies["session"], before);
    assert!(app.mail_to("ada@example.org").await.subject.contains("A second factor was set up"));
    // the page that set it up cannot be used again to put another key in its place
    let phone = Authenticator::of(&page);
    ada.submit(form.fill("code", &phone.code()).press("Turn it on")).await.shows("It is on already");

    let mut there = app.browser();
    let step = password(&app, &mut there, Person::Ada).await;
    app.sql("update users set totp_step = null").await;
    app.sql("delete from backoffs").await;
    let off = ada.get("/account/second-factor").await.form("main form").press("Remove the second factor");
    ada.submit(off).await.shows("The second factor is removed.");
    show(&mut there, &step, "000000").await.hides("You are logged in.");
    assert!(is_in(&mut ada).await);
    assert!(app.mail_to("ada@example.org").await.subject.contains("was removed"));
    app.logged_in(Person::Ada).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn it_is_changed_only_by_who_has_proven_themselves_lately(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    Authenticator::set_up(&app, &mut ada).await;
    half_an_hour_later(&app).await;
    ada.get("/account/second-factor").await.shows("Is it you?");
    ada.post("/account/second-factor", &[("action", "off")]).await;
    ada.post("/account/second-factor", &[("action", "codes")]).await;
    assert_eq!(app.count("select count(*) from users where totp_sealed is not null").await, 1);
}

/// Ada's role asks for a second factor from now on.
async fn required(app: &TestApp) {
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("main form").tick("second_factor", "author");
    root.submit(form).await.shows("Saved.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_role_that_asks_for_it_leads_to_setting_it_up_first(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Open", "x").await;
    required(&app).await;
    let mut ada = app.browser();
    let led = log_in(&mut ada, "ada@example.org", PASSWORD).await;
    led.shows("Your role asks for a second factor");
    for path in ["/write", "/write/new", "/write/1"] {
        assert_eq!(ada.get_once(path).await.location().as_deref(), Some("/account/second-factor"), "{path}");
    }
    let typed = ada.post("/write/new", &[("title", "A title"), ("body", "Typed words")]).await;
    typed.assert_status(403).shows("Typed words");
    ada.post("/write/1", &[("title", "Changed")]).await;
    let page = ada.get(&path).await;
    page.hides("Edit").shows("Open");
    assert!(!page.has("nav a[href='/write']"));
    ada.get("/account").await.assert_status(200);
    // a reader's role asks for nothing
    log_in(&mut app.browser(), "ben@example.org", PASSWORD).await.hides("second factor");

    let (phone, _) = Authenticator::set_up(&app, &mut ada).await;
    ada.get("/write").await.shows("Writing desk");
    let off = ada.get("/account/second-factor").await.form("main form").press("Remove the second factor");
    ada.submit(off).await.shows("add a passkey before you remove it");
    let mut other = app.browser();
    let form = password(&app, &mut other, Person::Ada).await;
    show(&mut other, &form, &phone.code()).await.shows("Writing desk");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_password_alone_does_not_get_around_the_passkey_of_such_a_role(db: PgPool) {
    let app = TestApp::new(db).await;
    required(&app).await;
    app.sql(
        "insert into passkeys (user_id, credential_id, credential, name)
        select id, '\\x01', '{}', 'Phone' from users where handle = 'ada'",
    )
    .await;
    let mut thief = app.browser();
    let page = log_in(&mut thief, "ada@example.org", PASSWORD).await;
    let phone = Authenticator::of(&page);
    let form = page.form("main form").fill("code", &phone.code()).press("Turn it on");
    thief.submit(form).await.assert_status(403).shows("log in again with it");
    thief.post("/account/passkeys", &[("remove", "1")]).await.assert_status(403);
    assert_eq!(app.count("select count(*) from passkeys").await, 1);
    assert_eq!(app.count("select count(*) from users where totp_sealed is not null").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_command_line_leads_back_in_without_phone_codes_or_mail(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    Authenticator::set_up(&app, &mut root).await;
    let id = app.id(Person::Root);
    assert!(quire::accounts::forget_second_factor(&app.db, id).await.expect("a database"));
    assert!(!is_in(&mut root).await);
    assert_eq!(app.count("select count(*) from recovery_codes").await, 0);
    app.logged_in(Person::Root).await;
    assert!(!quire::accounts::forget_second_factor(&app.db, id).await.expect("a database"));
}
