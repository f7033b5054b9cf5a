//! How fast somebody may guess, and that it never locks an owner out.

use sqlx::PgPool;

use super::{Browser, PASSWORD, Page, Person, TestApp, log_in, login_form};

const WRONG: &str = "wrong wrong wrong";

async fn guess(browser: &mut Browser, email: &str) -> u16 {
    let fields = [("email", email), ("password", WRONG)];
    browser.post("/login", &fields).await.status.as_u16()
}

async fn ten_guesses(app: &TestApp, email: &str) -> Browser {
    let mut stranger = app.browser_at("203.0.113.9");
    alone(app).await;
    for _ in 0..10 {
        assert_eq!(guess(&mut stranger, email).await, 422);
    }
    alone(app).await;
    stranger
}

/// What everybody together may do in two seconds is another limit, and how fast a test runs is chance.
async fn alone(app: &TestApp) {
    app.sql("delete from rate_limits where key like 'login-everybody%'").await;
}

fn assert_waits(page: &Page) {
    page.assert_status(429).shows("There were too many tries.");
    assert!(page.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=3600).contains(&seconds)));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_guessing_a_password_is_slowed_down_even_for_who_has_it_right_at_last(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut stranger = ten_guesses(&app, "ben@example.org").await;
    assert_waits(&log_in(&mut stranger, "ben@example.org", PASSWORD).await);
    assert_waits(&log_in(&mut app.browser_at("198.51.100.7"), "Ben@Example.org ", PASSWORD).await);
    log_in(&mut app.browser_at("198.51.100.7"), "eve@example.org", PASSWORD)
        .await
        .shows("You are logged in.");
    // an address that nobody has waits like one that somebody has
    let mut stranger = ten_guesses(&app, "nobody@example.org").await;
    assert_waits(&log_in(&mut stranger, "nobody@example.org", PASSWORD).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_many_guesses_at_once_do_not_slip_through(db: PgPool) {
    let app = TestApp::new(db).await;
    let guesses = (0..20).map(|_| {
        let mut browser = app.browser();
        async move { guess(&mut browser, "ben@example.org").await }
    });
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 10, "{answers:?}");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_strangers_do_not_lock_an_owner_out_of_their_own_browser(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut owner = app.logged_in(Person::Ben).await;
    let logout = owner.get("/").await.form("form[action='/logout']");
    owner.submit(logout).await;
    let mut stranger = ten_guesses(&app, "ben@example.org").await;
    assert_waits(&log_in(&mut stranger, "ben@example.org", PASSWORD).await);

    log_in(&mut owner, "ben@example.org", PASSWORD).await.shows("You are logged in.");
    assert_waits(&log_in(&mut stranger, "ben@example.org", PASSWORD).await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_no_forged_cookie_or_header_gets_around_the_wait(db: PgPool) {
    let app = TestApp::new(db).await;
    ten_guesses(&app, "ben@example.org").await;
    let eve = app.logged_in(Person::Eve).await.cookies["device"].clone();
    let (text, signature) = eve.split_once('.').expect("a signed text");
    let other = app.state.keys.sign("flash", &format!("{}:abc", app.id(Person::Ben)));
    for device in ["forged", "", eve.as_str(), &format!("{text}."), &format!(".{signature}"), &other] {
        let mut stranger = app.browser();
        stranger.cookies.insert("device".to_owned(), device.to_owned());
        assert_eq!(guess(&mut stranger, "ben@example.org").await, 429, "{device}");
    }
    let kind = "application/x-www-form-urlencoded";
    for name in ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip"] {
        let headers = [("sec-fetch-site", "same-origin"), (name, "198.51.100.1")];
        let body = "email=ben%40example.org&password=wrong";
        let page = app.browser().post_raw("/login", kind, body, &headers).await;
        page.assert_status(429);
    }
    let networks = "select count(*) from rate_limits where key like '%198.51.100%'";
    assert_eq!(app.count(networks).await, 0, "a header of a stranger says nothing");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_stolen_device_cookie_guesses_no_faster(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut thief = app.logged_in(Person::Ben).await;
    thief.cookies.remove("session");
    for _ in 0..10 {
        assert_eq!(guess(&mut thief, "ben@example.org").await, 422);
    }
    assert_eq!(guess(&mut thief, "ben@example.org").await, 429);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_wait_ends_and_the_next_one_is_longer(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut stranger = ten_guesses(&app, "ben@example.org").await;
    let mut waits = Vec::new();
    for _ in 0..3 {
        let page = log_in(&mut stranger, "ben@example.org", PASSWORD).await;
        assert_waits(&page);
        waits.push(page.header("retry-after").parse::<u32>().expect("seconds"));
        app.sql("update backoffs set blocked_until = now() - interval '1 second'").await;
        assert_eq!(guess(&mut stranger, "ben@example.org").await, 422);
    }
    assert!(waits.windows(2).all(|two| two[1] > two[0] + 20), "{waits:?}");
    app.sql("update backoffs set blocked_until = now() - interval '1 second'").await;
    log_in(&mut stranger, "ben@example.org", PASSWORD).await.shows("You are logged in.");
    assert_eq!(app.count("select count(*) from backoffs").await, 0, "who is in starts afresh");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p8_one_network_has_thirty_tries_and_cannot_use_up_everybodys(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql(
        "insert into rate_limits (key, window_start, hits)
        select 'login-network:203.0.113.0/24', date_bin('5 minutes', now(), 'epoch') + n * interval '5 minutes', 30
        from generate_series(0, 1) n",
    )
    .await;
    assert_waits(&log_in(&mut app.browser_at("203.0.113.200"), "eve@example.org", PASSWORD).await);
    assert_eq!(app.count("select count(*) from rate_limits where key like 'login-everybody%'").await, 0);
    log_in(&mut app.browser_at("203.0.114.1"), "eve@example.org", PASSWORD).await.shows("You are logged in.");

    let mut root = app.logged_in(Person::Root).await;
    let waits = root.get("/admin/waits").await;
    waits.shows("203.0.113.0/24");
    root.submit(waits.form("main form")).await.shows("They can try again at once.");
    log_in(&mut app.browser_at("203.0.113.9"), "ben@example.org", PASSWORD).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_admin_sees_who_waits_and_lifts_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    root.get("/admin/waits").await.shows("Nobody has to wait.");
    let mut stranger = ten_guesses(&app, "ben@example.org").await;
    assert_waits(&log_in(&mut stranger, "ben@example.org", PASSWORD).await);
    let waits = root.get("/admin/waits").await;
    waits.shows("ben").hides("ben@example.org");
    let lift = waits.form("main form");
    root.submit(lift.clone()).await.shows("They can try again at once.");
    root.submit(lift).await.shows("They did not have to wait any more.");
    log_in(&mut stranger, "ben@example.org", PASSWORD).await.shows("You are logged in.");
    let log = root.get("/admin/audit?person=ben").await;
    log.shows("lifted a wait").shows("was made to wait before signing in").shows("failed to sign in");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_new_password_by_mail_ends_the_wait(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut stranger = ten_guesses(&app, "ben@example.org").await;
    let form = login_form(&mut stranger, "ben@example.org", PASSWORD).await;
    assert_waits(&stranger.submit(form).await);
    let mut ben = app.browser();
    let forgot = ben.get("/password/forgot").await.form("main form").fill("email", "ben@example.org");
    ben.submit(forgot).await;
    let reset = ben.get(&app.newest_link().await).await.form("main form").fill("password", super::NEW);
    ben.submit(reset).await.shows("Your new password is set.");
    log_in(&mut ben, "ben@example.org", super::NEW).await.shows("You are logged in.");
}
