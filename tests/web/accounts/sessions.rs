//! Devices, and what ends a session.

use sqlx::PgPool;

use super::{NEW, PASSWORD, Person, TestApp, half_an_hour_later, is_in, log_in};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_session_that_was_ended_stays_ended(db: PgPool) {
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
async fn p5_a_changed_password_logs_all_other_devices_out(db: PgPool) {
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

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18 Safari/604.1";

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn people_see_their_devices_and_log_them_out(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut laptop = app.browser();
    laptop.agent = FIREFOX;
    log_in(&mut laptop, "ben@example.org", PASSWORD).await;
    let mut phone = app.browser_at("203.0.113.9");
    phone.agent = SAFARI;
    log_in(&mut phone, "ben@example.org", PASSWORD).await;
    app.logged_in(Person::Eve).await;

    let page = laptop.get("/account/sessions").await;
    page.shows("Firefox on Linux this one")
        .shows("Safari on iPhone")
        .shows("203.0.113.0/24")
        .hides("203.0.113.9");
    assert_eq!(page.texts(".rows-list li").len(), 2, "and nobody else's");
    let end = page.form("main form");
    laptop.submit(end.clone().press("Log out")).await.shows("That device is logged out.");
    assert!(!is_in(&mut phone).await && is_in(&mut laptop).await);
    laptop.submit(end.press("Log out")).await.shows("was logged out already");
    laptop.get("/account/sessions").await.hides("Safari");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn nobody_ends_the_session_of_somebody_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let mut eve = app.logged_in(Person::Eve).await;
    app.logged_in(Person::Ben).await;
    let id = ben.get("/account/sessions").await.attr(".rows-list button", "value");
    for end in [id.as_str(), "", "%", "0", "all'"] {
        eve.post("/account/sessions", &[("end", end)]).await;
    }
    eve.post("/account/sessions", &[("end", "all")]).await;
    assert_eq!(ben.get("/account/sessions").await.texts(".rows-list li").len(), 2);
    assert!(is_in(&mut eve).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_ending_all_others_renews_this_one_but_proves_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let (mut here, mut there) = (app.logged_in(Person::Ben).await, app.logged_in(Person::Ben).await);
    let stolen = here.clone();
    half_an_hour_later(&app).await;
    app.sql("update sessions set created_at = created_at - interval '80 days'").await;
    app.sql(
        "update sessions set data = jsonb_set(data, '{user,begun}', to_jsonb((data->'user'->>'begun')::bigint - 6912000))
        where user_id is not null",
    )
    .await;
    let form = here.get("/account/sessions").await.form("main form").press("Log out all others");
    here.submit(form).await.shows("All other devices are logged out.");
    assert!(is_in(&mut here).await && !is_in(&mut there).await && !is_in(&mut stolen.clone()).await);
    here.get("/account/email").await.shows("Is it you?");
    let left = "select extract(day from expires_at - now())::bigint from sessions where user_id is not null";
    assert!(app.count(left).await <= 10, "a session does not become younger by that");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_request_under_way_does_not_undo_a_logout(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let stolen = ben.clone();
    // each page now writes the session anew
    app.sql(
        "update sessions set data = jsonb_set(data, '{user,seen}', to_jsonb((data->'user'->>'seen')::bigint - 7200))
        where user_id is not null",
    )
    .await;
    let logout = ben.get_once("/archive").await.form("form[action='/logout']");
    app.sql(
        "update sessions set data = jsonb_set(data, '{user,seen}', to_jsonb((data->'user'->>'seen')::bigint - 7200))
        where user_id is not null",
    )
    .await;
    let requests = (0..12).map(|at| {
        let (mut browser, logout) = (stolen.clone(), logout.clone());
        async move {
            if at == 5 {
                browser.submit_once(logout).await;
            } else {
                browser.get_once("/account").await;
            }
        }
    });
    futures_util::future::join_all(requests).await;
    assert!(!is_in(&mut stolen.clone()).await);
    assert_eq!(app.count("select count(*) from sessions where user_id is not null").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_session_ends_when_it_is_idle_and_sooner_for_who_runs_the_blog(db: PgPool) {
    let app = TestApp::new(db).await;
    let (mut ben, mut root) = (app.logged_in(Person::Ben).await, app.logged_in(Person::Root).await);
    let hours = "select (extract(epoch from expires_at - now()) / 3600)::bigint from sessions s
        join users u on u.id = s.user_id where u.handle = 'root'";
    assert_eq!(app.count(hours).await, 12, "from the first minute on");
    app.sql("update sessions set expires_at = expires_at - interval '12 hours'").await;
    assert!(is_in(&mut ben).await && !is_in(&mut root).await);
    app.sql("update sessions set expires_at = now() - interval '1 second'").await;
    assert!(!is_in(&mut ben).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_another_role_ends_the_sessions(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/users?q=ada").await.form("main table form").fill("role", "editor");
    root.submit(form.press("Change")).await.shows("their sessions have ended");
    assert!(!is_in(&mut ada).await);
    assert!(is_in(&mut root).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_matters_asks_for_the_password_once_more(db: PgPool) {
    let app = TestApp::new(db).await;
    let (mut ben, mut root) = (app.logged_in(Person::Ben).await, app.logged_in(Person::Root).await);
    half_an_hour_later(&app).await;
    for path in [
        "/account/email",
        "/account/second-factor",
        "/account/passkeys",
        "/account/export",
        "/account/delete",
    ] {
        let asked = ben.get_once(path).await.location().unwrap_or_default();
        assert!(asked.starts_with("/login/again?next="), "{path}: {asked}");
    }
    for (path, fields) in [
        ("/account/email", &[("email", "new@example.org")][..]),
        ("/account/second-factor", &[("action", "on")]),
        ("/account/passkeys", &[("remove", "1")]),
        ("/account/export", &[]),
        ("/account/delete", &[("comments", "erase"), ("sure", "yes")]),
    ] {
        let page = ben.post(path, fields).await;
        assert!(page.status == 401 || page.location().is_some_and(|to| to == "/login/again"), "{path}");
    }
    let ada = format!("/admin/users/{}", app.id(Person::Ada));
    for (path, fields) in [
        (ada.as_str(), &[("action", "show-link")][..]),
        (&ada, &[("action", "role"), ("role", "admin")]),
        ("/admin/users/new", &[("name", "X"), ("email", "x@example.org"), ("role", "admin")]),
        ("/admin/invites", &[("role", "admin"), ("days", "7")]),
        ("/admin/settings", &[("registration", "open")]),
        ("/admin/settings/mail", &[("smtp_url", "smtp://evil.example")]),
        ("/admin/audit/export", &[]),
        ("/admin/waits", &[("key", "x")]),
    ] {
        let page = root.post(path, fields).await;
        assert!(page.status == 401 || page.location().is_some_and(|to| to == "/login/again"), "{path}");
    }
    let gone =
        "select count(*) from users where deleted_at is not null or (role = 'admin' and handle <> 'root')";
    assert_eq!(app.count(gone).await, 0);
    assert_eq!(app.count("select count(*) from invites").await, 0);

    let before = ben.cookies["session"].clone();
    let again = ben.get("/account/delete").await;
    let form = again.form("main form");
    ben.submit(form.clone().fill("password", "wrong"))
        .await
        .assert_status(422)
        .shows("This is not your password.");
    ben.submit(form.fill("password", PASSWORD)).await.shows("Delete your account").shows("Thank you.");
    assert_ne!(ben.cookies["session"], before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_guessing_the_password_of_an_open_session_is_slowed_down(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut thief = app.logged_in(Person::Ben).await;
    for _ in 0..5 {
        thief.post("/login/again", &[("password", "wrong")]).await.assert_status(422);
    }
    let refused = thief.post("/login/again", &[("password", PASSWORD)]).await;
    refused.assert_status(429);
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    let fields = [("current", PASSWORD), ("password", NEW)];
    thief.post("/account/password", &fields).await.assert_status(429);
}
