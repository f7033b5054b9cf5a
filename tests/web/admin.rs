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

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn pictures_of_other_sites_are_shown_only_where_the_settings_say_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let images =
        |policy: String| policy.split(';').find(|part| part.trim().starts_with("img-src")).map(str::to_owned);
    let before = app.browser().get("/").await.header("content-security-policy");
    assert_eq!(images(before).as_deref().map(str::trim), Some("img-src 'self'"));
    let form = root.get("/admin/settings").await.form("main form").fill("foreign_pictures", "yes");
    root.submit(form).await.shows("Saved.");
    let after = app.browser().get("/").await.header("content-security-policy");
    assert!(!after.contains("script-src 'self' https:"), "{after}");
    assert_eq!(images(after).as_deref().map(str::trim), Some("img-src 'self' https:"));
    assert_eq!(root.get("/admin/settings").await.form("main form").value("foreign_pictures"), "yes");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_security_contact_is_shown_where_researchers_look(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    app.browser().get("/.well-known/security.txt").await.assert_status(404);
    let form = root.get("/admin/settings").await.form("main form");
    for bad in ["nonsense", "javascript:alert(1)", "a@example.org\nContact: https://evil.example"] {
        let refused = root.submit(form.clone().fill("security_contact", bad)).await;
        refused.assert_status(422).shows("An e-mail address, or the https address");
    }
    for (contact, line) in [
        ("security@example.org", "Contact: mailto:security@example.org"),
        ("https://example.org/security", "Contact: https://example.org/security"),
    ] {
        root.submit(form.clone().fill("security_contact", contact)).await.shows("Saved.");
        let text = app.browser().get("/.well-known/security.txt").await;
        assert!(text.header("content-type").starts_with("text/plain"));
        assert!(text.body.lines().any(|found| found == line), "{}", text.body);
        let expires = text.body.lines().find_map(|line| line.strip_prefix("Expires: ")).expect("an end");
        let expires: chrono::DateTime<chrono::Utc> = expires.parse().expect("RFC 3339");
        let days = (expires - chrono::Utc::now()).num_days();
        assert!((30..=366).contains(&days), "{days}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_mail_server_is_set_kept_and_never_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let page = root.get("/admin/settings").await;
    let form = page.form("form[action='/admin/settings/mail']");
    for bad in ["", "http://mail.example", "smtp://", "mail.example.org"] {
        let refused = root.submit(form.clone().fill("smtp_url", bad).press("Save the mail server")).await;
        refused.assert_status(422).shows("Such as smtps://");
    }
    let url = "smtps://me:geheim@mail.example.org";
    let saved = root.submit(form.fill("smtp_url", url).press("Save the mail server")).await;
    saved.shows("One is set.").hides("geheim");
    assert!(!saved.body.contains("geheim") && !saved.body.contains("mail.example.org\""), "{}", saved.body);
    let form = saved.form("form[action='/admin/settings/mail']").press("Remove it");
    root.submit(form).await.shows("None is set");
}
