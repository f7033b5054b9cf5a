//! Pictures.

use std::io::Cursor;

use sqlx::PgPool;

use super::support::{Person, TestApp};

/// A picture of this size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let picture =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 80]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).expect("encoded");
    bytes
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_picture_in_the_text_has_its_size_and_smaller_copies(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "P").fill("body", "Look:");
    let form = form.file("picture", "p.png", &png(1200, 300)).fill("picture_alt", "A [wide] field");
    let inserted = ada.submit(form.press("Insert picture")).await;
    let body = inserted.form(".post-form").value("body");
    assert!(body.starts_with("Look:\n\n![A wide field](/media/"), "{body}");
    ada.submit(inserted.form(".post-form").press("Publish")).await.shows("Published.");

    let mut reader = app.browser();
    let page = reader.get("/posts/p").await;
    assert_eq!(
        (page.attr(".prose img", "width"), page.attr(".prose img", "height")),
        ("1200".to_owned(), "300".to_owned())
    );
    assert_eq!(page.attr(".prose img", "loading"), "", "the first one is there at once");
    let copy = page.attr(".prose source", "srcset").split_whitespace().next().expect("a copy").to_owned();
    let before = reader.get(&copy).await;
    assert_eq!(before.header("cache-control"), "no-cache", "the original stands in until the job has run");
    app.run_jobs().await;
    let after = reader.get(&copy).await;
    assert_eq!(after.header("content-type"), "image/webp");
    assert!(after.header("cache-control").contains("immutable"));
    assert!(after.header("content-security-policy").contains("sandbox"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_same_picture_twice_is_kept_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for _ in 0..2 {
        let form = ada.get("/write/new").await.form(".post-form").fill("title", "P").fill("body", "x");
        ada.submit(form.file("picture", "p.png", &png(100, 50)).press("Save draft")).await;
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from media").fetch_one(&app.db).await.expect("rows");
    assert_eq!(kept, 1);
}
