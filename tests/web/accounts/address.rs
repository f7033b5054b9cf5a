//! Another e-mail address.

use sqlx::PgPool;

use super::{Browser, PASSWORD, Page, Person, TestApp, is_in, link_in, log_in};

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let form = browser.get("/account/email").await.form("main form[novalidate]").fill("email", email);
    browser.submit(form).await
}

async fn link_to(app: &TestApp, email: &str) -> String {
    link_in(&app.mail_to(email).await.text)
}

async fn press(browser: &mut Browser, link: &str) -> Page {
    let page = browser.get(link).await;
    browser.submit(page.form("main form")).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_an_address_changes_when_both_have_confirmed_and_ends_all_sessions(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    ask(&mut ben, "ben@new.example")
        .await
        .shows("follow the links in the two mails")
        .shows("ben@new.example");
    let (old, new) = (link_to(&app, "ben@example.org").await, link_to(&app, "ben@new.example").await);
    assert_ne!(old, new);

    let mut anywhere = app.browser();
    let page = anywhere.get(&old).await;
    page.shows("ben@example.org").shows("ben@new.example");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    anywhere.get(&old).await.assert_status(200);
    press(&mut anywhere, &old).await.shows("Now the new address has to confirm it");
    anywhere.get(&old).await.assert_status(410);
    assert!(is_in(&mut ben).await, "half a change changes nothing");
    app.logged_in(Person::Ben).await;

    press(&mut anywhere, &new).await.shows("The new address is in force.");
    anywhere.get(&new).await.assert_status(410);
    assert!(!is_in(&mut ben).await);
    log_in(&mut ben, "ben@example.org", PASSWORD).await.shows("do not fit together");
    log_in(&mut ben, "ben@new.example", PASSWORD).await.shows("You are logged in.");
    for email in ["ben@example.org", "ben@new.example"] {
        assert!(app.mail_to(email).await.subject.contains("another e-mail address"), "{email} is told");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn one_of_the_two_links_is_not_enough_not_even_twice(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    ask(&mut ben, "ben@new.example").await;
    let new = link_to(&app, "ben@new.example").await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let form = one.get(&new).await.form("main form");
    let (first, second) = tokio::join!(one.submit_once(form.clone()), other.submit_once(form.clone()));
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 410]);
    one.submit(form).await.assert_status(410);
    log_in(&mut one, "ben@new.example", PASSWORD).await.assert_status(422);
    app.logged_in(Person::Ben).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn both_links_at_once_are_both_heard(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    ask(&mut ben, "ben@new.example").await;
    let (old, new) = (link_to(&app, "ben@example.org").await, link_to(&app, "ben@new.example").await);
    let (mut one, mut other) = (app.browser(), app.browser());
    let (first, second) = (one.get(&old).await.form("main form"), other.get(&new).await.form("main form"));
    let (first, second) = tokio::join!(one.submit_once(first), other.submit_once(second));
    assert_eq!([first.status.as_u16(), second.status.as_u16()], [303, 303]);
    log_in(&mut one, "ben@new.example", PASSWORD).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p7_a_taken_address_tells_nothing_and_changes_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let taken = ask(&mut ben, "Eve@Example.org").await;
    let notice = taken.text(".notice").replace("eve@example.org", "x@example.org");
    let (flash, mails) = (taken.text(".flash"), app.mails().await);
    assert!(
        mails
            .iter()
            .any(|mail| mail.to == "eve@example.org" && mail.subject.contains("already have an account"))
    );
    assert!(!mails.iter().any(|mail| mail.text.contains("/account/email/")), "no link goes out");
    let free = ask(&mut ben, "x@example.org").await;
    assert_eq!((free.text(".notice"), free.text(".flash")), (notice, flash));
    app.logged_in(Person::Eve).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_address_that_somebody_takes_meanwhile_stays_theirs(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let mut eve = app.logged_in(Person::Eve).await;
    for browser in [&mut ben, &mut eve] {
        ask(browser, "wanted@new.example").await;
    }
    let links: Vec<(String, String)> = app
        .mails()
        .await
        .iter()
        .filter(|mail| mail.text.contains("/account/email/"))
        .map(|mail| (mail.to.clone(), link_in(&mail.text)))
        .collect();
    let mut anywhere = app.browser();
    let mut last = 0;
    for (_, link) in &links {
        last = press(&mut anywhere, link).await.status.as_u16();
    }
    assert_eq!(last, 410, "{links:?}");
    let with_it = log_in(&mut anywhere, "wanted@new.example", PASSWORD).await;
    with_it.shows("You are logged in.");
    app.logged_in(Person::Eve).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_change_is_stopped_replaced_and_forgotten_in_time(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    ask(&mut ben, "ben@example.org").await.assert_status(422).shows("your address already");
    ask(&mut ben, "nonsense").await.assert_status(422).shows("not an e-mail address");
    let first = ask(&mut ben, "first@new.example").await;
    let link = link_to(&app, "first@new.example").await;
    ben.submit(first.form("main .notice form").press("Leave it as it is")).await.shows("stays as it is");
    app.browser().get(&link).await.assert_status(410);

    ask(&mut ben, "second@new.example").await;
    let second = link_to(&app, "second@new.example").await;
    ask(&mut ben, "third@new.example").await;
    app.browser().get(&second).await.assert_status(410);
    let third = link_to(&app, "third@new.example").await;
    app.browser().get(&third).await.assert_status(200);
    app.sql("update account_tokens set expires_at = expires_at - interval '1 day'").await;
    app.browser().get(&third).await.assert_status(410);
    app.browser().post(&third, &[]).await.assert_status(410);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_new_address_ends_the_links_that_were_sent_to_the_old_one(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let forgot = ben.get("/password/forgot").await.form("main form").fill("email", "ben@example.org");
    ben.submit(forgot).await;
    let reset = app.newest_link().await;
    ask(&mut ben, "ben@new.example").await;
    for email in ["ben@example.org", "ben@new.example"] {
        let link = link_to(&app, email).await;
        press(&mut app.browser(), &link).await;
    }
    app.browser().get(&reset).await.assert_status(410);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_command_line_changes_an_address_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let address = |text: &str| quire::mail::Address::parse(text).expect("an address");
    let id = app.id(Person::Ben);
    let taken = quire::accounts::set_email(&app.state, id, &address("eve@example.org")).await;
    assert!(!taken.expect("a database"));
    assert!(is_in(&mut ben).await);
    let done = quire::accounts::set_email(&app.state, id, &address("ben@new.example")).await;
    assert!(done.expect("a database"));
    assert!(!is_in(&mut ben).await);
    log_in(&mut ben, "ben@new.example", PASSWORD).await.shows("You are logged in.");
}
