//! Running the blog.

use sqlx::PgPool;

use super::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn settings_take_effect_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root
        .get("/admin/settings")
        .await
        .form("main form")
        .fill("title", "Marginalia <3")
        .fill("language", "de");
    let refused = root.submit(form.clone().fill("time_zone", "Mars").fill("posts_per_page", "1000")).await;
    refused.assert_status(422).shows("such as Europe/Berlin").shows("from 5 to 100");
    assert_eq!(refused.form("main form").value("title"), "Marginalia <3");
    root.submit(form).await.shows("Saved.");
    let home = app.browser().get("/").await;
    home.shows("Marginalia <3");
    assert_eq!(home.attr("html", "lang"), "de");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_invited_author_chooses_a_password_and_writes(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root
        .get("/admin/users/new")
        .await
        .form("main form")
        .fill("name", "Kim")
        .fill("email", "kim@example.org");
    root.submit(form.clone()).await.shows("The account is made");
    root.submit(form).await.assert_status(422).shows("already has an account");
    let mut kim = app.browser();
    let reset =
        kim.get(&app.newest_link().await).await.form("main form").fill("password", "kims own long sentence");
    let login = kim.submit(reset).await.form("main form");
    let login = login.fill("email", "kim@example.org").fill("password", "kims own long sentence");
    kim.submit(login).await.shows("Writing desk");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_changed_role_ends_the_sessions_and_the_last_admin_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let path = format!("/admin/users/{}", app.id(Person::Ada));
    root.post(&path, &[("action", "role"), ("role", "reader")]).await.assert_status(303);
    ada.get_once("/write").await.assert_status(303);
    let mut ada = app.logged_in(Person::Ada).await;
    ada.get("/write").await.assert_status(403);

    let own = format!("/admin/users/{}", app.id(Person::Root));
    root.post(&own, &[("action", "role"), ("role", "reader")]).await;
    root.get("/admin/users").await.assert_status(200).shows("Your own role stays");
    let kept =
        quire::accounts::queries::set_role(&app.db, app.id(Person::Root), quire::session::Role::Reader).await;
    assert!(!kept.expect("a database"), "the last admin");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn people_are_found_by_name_and_role(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    root.get("/admin/users?q=ben@example.org").await.shows("Ben").hides("Eve");
    root.get("/admin/users?role=moderator").await.shows("Max").hides("Ben@");
    root.get("/admin/users?q=%25").await.shows("Nobody fits.");
    root.get("/admin").await.shows("6 accounts");
}
