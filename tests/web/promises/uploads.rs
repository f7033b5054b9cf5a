//! P10: an upload is a picture, decoded and encoded anew, or it is nothing.

use sqlx::PgPool;

use crate::{
    media::png,
    support::{Browser, Page, Person, TestApp},
};

const SCRIPT: &str = "<script>alert(document.domain)</script>";

async fn cover(ada: &mut Browser, name: &str, bytes: &[u8]) -> Page {
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "P").fill("body", "x");
    ada.submit(form.file("cover", name, bytes).press("Save draft")).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p10_class_06_a_page_that_is_called_a_picture_is_refused(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let gif = format!("GIF89a/*{SCRIPT}*/=1;");
    let html = format!("<!doctype html>{SCRIPT}");
    let pdf = format!("%PDF-1.4 {SCRIPT}");
    let jpeg = [b"\xff\xd8\xff\xe0".as_slice(), SCRIPT.as_bytes()].concat();
    for bytes in
        [html.as_bytes(), gif.as_bytes(), pdf.as_bytes(), &jpeg, b"RIFF....WAVEfmt <?xml ?>", b"#!/bin/sh"]
    {
        for name in ["a.png", "a.jpg", "a.gif", "a.svg", "a.html", "../../a.php", "a.png\u{202e}gpj.exe"] {
            cover(&mut ada, name, bytes).await.assert_status(422);
        }
        let form = ada.get("/account").await.form("main form");
        ada.submit(form.file("picture", "a.png", bytes)).await.assert_status(422);
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from media").fetch_one(&app.db).await.expect("rows");
    assert_eq!(kept, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p10_class_06_what_hides_behind_a_picture_is_gone_and_its_name_says_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut bytes = png(40, 30);
    bytes.extend(SCRIPT.as_bytes());
    let saved = cover(&mut ada, "evil.html", &bytes).await;
    saved.shows("Draft saved.");
    let kept = ada.get_once(&saved.attr(".cover-thumb", "src")).await;
    assert_eq!(kept.header("content-type"), "image/png");
    assert!(!kept.body.contains("alert") && !kept.url.contains("evil"), "{}", kept.url);
    assert_eq!(kept.header("x-content-type-options"), "nosniff");
    let policy = kept.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("allow-")
    );
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p10_class_07_a_drawing_is_cleaned_and_served_in_a_sandbox(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for inner in [
        SCRIPT,
        "<rect width=\"9\" onload=\"alert(1)\"/>",
        "<a href=\"javascript:alert(1)\"><rect width=\"9\"/></a>",
        "<foreignObject><iframe src=\"javascript:alert(1)\"/></foreignObject>",
        "<image href=\"https://evil.example/alert\"/>",
        "<use href=\"https://evil.example/alert#x\"/>",
        "<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>",
        "<style>@import 'https://evil.example/alert';</style>",
    ] {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><g/>{inner}</svg>");
        let saved = cover(&mut ada, "face.svg", svg.as_bytes()).await;
        saved.shows("Draft saved.");
        let kept = ada.get_once(&saved.attr(".cover-thumb", "src")).await;
        assert_eq!(kept.header("content-type"), "image/svg+xml");
        assert!(!kept.body.contains("alert"), "{}", kept.body);
        assert!(kept.header("content-security-policy").contains("sandbox"));
    }
}
