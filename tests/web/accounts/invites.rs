//! Invitations.

use sqlx::PgPool;

use super::{PASSWORD, Person, TestApp, confirm, link_in, log_in, register_form, set};

async fn invitation(app: &TestApp, role: &str) -> String {
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/invites").await.form("main form").fill("role", role).fill("note", "for Zoë");
    let made = root.submit(form).await;
    made.shows("It works once");
    let link = link_in(&made.text(".notice .key code"));
    root.get("/admin/invites").await.shows("for Zoë").hides(&link);
    link
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_invitation_opens_the_door_once_and_gives_its_role(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "invite").await;
    let mut zoe = app.browser();
    zoe.get("/register").await.shows("by invitation");
    let link = invitation(&app, "author").await;
    let form = register_form(&mut zoe, &link, "zoe@example.org").await;
    let refused = zoe.submit(form.clone().fill("password", "short")).await;
    refused.assert_status(422);
    // what was refused has not used the invitation up
    zoe.submit(refused.form("main form").fill("password", PASSWORD)).await.shows("follow the link");
    confirm(&app, &mut zoe, "zoe@example.org").await.shows("Please log in.");
    log_in(&mut zoe, "zoe@example.org", PASSWORD).await.shows("Writing desk");

    let mut other = app.browser();
    other.get(&link).await.shows("This invitation is not good any more");
    other.submit(form.fill("email", "other@example.org")).await.assert_status(403);
    let mut root = app.logged_in(Person::Root).await;
    root.get("/admin/invites").await.shows("used by Zoë");
    root.get("/admin/audit?action=registered").await.shows("author");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn of_two_who_use_an_invitation_at_once_one_comes_in(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "invite").await;
    let link = invitation(&app, "editor").await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let form = register_form(&mut one, &link, "one@example.org").await;
    let (first, second) = tokio::join!(
        one.submit_once(form.clone()),
        other.submit_once(form.clone().fill("email", "other@example.org"))
    );
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 403]);
    assert_eq!(app.count("select count(*) from users where email_verified_at is null").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_invitation_ends_with_its_time_and_when_it_is_revoked(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "invite").await;
    let late = invitation(&app, "reader").await;
    let form = register_form(&mut app.browser(), &late, "late@example.org").await;
    app.sql("update invites set expires_at = now() - interval '1 second'").await;
    app.browser().get(&late).await.shows("not good any more");
    app.browser().submit(form).await.assert_status(403);

    let link = invitation(&app, "reader").await;
    let form = register_form(&mut app.browser(), &link, "zoe@example.org").await;
    let mut root = app.logged_in(Person::Root).await;
    let revoke = root.get("/admin/invites").await.form("main table form").press("Revoke");
    root.submit(revoke.clone()).await.shows("The invitation is revoked.");
    root.submit(revoke).await.shows("used already");
    app.browser().submit(form).await.assert_status(403);
    assert_eq!(app.count("select count(*) from users where email_verified_at is null").await, 0);
    assert_eq!(app.count("select count(*) from audit_log where action = 'invite_revoked'").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_invitation_spares_the_wait_for_an_admin_but_opens_no_closed_door(db: PgPool) {
    let app = TestApp::new(db).await;
    set(&app, "registration", "approval").await;
    let link = invitation(&app, "reader").await;
    let mut zoe = app.browser();
    let form = register_form(&mut zoe, &link, "zoe@example.org").await;
    set(&app, "registration", "closed").await;
    zoe.get(&link).await.shows("New accounts are made by the people who run this blog");
    zoe.submit(form.clone()).await.assert_status(403);
    app.logged_in(Person::Root).await.get("/admin/invites").await.shows("Registration is closed");

    set(&app, "registration", "approval").await;
    zoe.submit(form).await.shows("follow the link");
    confirm(&app, &mut zoe, "zoe@example.org").await.shows("Please log in.");
    log_in(&mut zoe, "zoe@example.org", PASSWORD).await.shows("You are logged in.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_is_wrong_with_an_invitation_stands_beside_its_field(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/invites").await.form("main form");
    let long = "x".repeat(201);
    let refused = root.submit(form.fill("role", "king").fill("days", "91").fill("note", &long)).await;
    refused.assert_status(422).shows("choose a role").shows("from 1 to 90").shows("200 characters");
    assert_eq!(app.count("select count(*) from invites").await, 0);
}
