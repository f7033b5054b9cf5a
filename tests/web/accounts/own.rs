//! One's own account: what readers see of it.

use sqlx::PgPool;

use super::{Person, TestApp};
use crate::media::png;

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
async fn a_face_is_drawn_until_one_is_uploaded(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let page = ben.get("/account").await;
    assert_eq!(page.attr("img.face", "src"), "/authors/ben/avatar.svg");
    let drawn = app.browser().get("/authors/ben/avatar.svg").await;
    drawn.assert_status(200);
    assert_eq!(drawn.header("content-type"), "image/svg+xml");
    assert!(drawn.body.contains(">B<") && !drawn.body.contains("http://evil"), "{}", drawn.body);
    app.browser().get("/authors/nobody/avatar.svg").await.assert_status(404);

    let form = page.form("main form").file("picture", "me.png", &png(400, 300));
    let saved = ben.submit(form).await;
    saved.shows("Saved.");
    let face = saved.attr("img.face", "src");
    assert!(face.starts_with("/media/"), "{face}");
    app.run_jobs().await;
    app.browser().get(&face).await.assert_status(200);
    let led = app.browser().get_once("/authors/ben/avatar.svg").await;
    assert_eq!(led.location().as_ref(), Some(&face));
    let form = saved.form("main form").fill("remove_picture", "yes");
    assert_eq!(ben.submit(form).await.attr("img.face", "src"), "/authors/ben/avatar.svg");
    app.run_jobs().await;
    app.browser().get(&face).await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p10_a_face_is_a_picture_and_nothing_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>";
    let form = ben.get("/account").await.form("main form").fill("name", "Ben the Great");
    for (name, bytes) in [
        ("me.png", &b"<html><script>alert(1)</script>"[..]),
        ("me.jpg", b"MZ\x90\x00"),
        ("me.gif", b"GIF89a"),
    ] {
        let refused = ben.submit(form.clone().file("picture", name, bytes)).await;
        refused.assert_status(422);
        assert_eq!(refused.form("main form").value("name"), "Ben the Great");
    }
    let answer = ben.submit(form.file("picture", "me.svg", script)).await;
    if answer.status == 200 {
        let face = app.browser().get(&answer.attr("img.face", "src")).await;
        assert!(!face.body.contains("alert"), "{}", face.body);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_name_without_letters_and_a_name_of_markup_have_a_face_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    for (name, letter) in
        [("</text><script>", ">T<"), ("💡", ">?<"), ("\u{202e}ßen", ">SS<"), ("名前", ">名<")]
    {
        let form = ben.get("/account").await.form("main form").fill("name", name);
        ben.submit(form).await.shows("Saved.");
        let face = app.browser().get("/authors/ben/avatar.svg").await;
        assert!(face.body.contains(letter) && !face.body.contains("<script"), "{name}: {}", face.body);
    }
}
