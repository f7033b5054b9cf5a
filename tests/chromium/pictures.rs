//! A page does not jump while its pictures come.

use std::io::Cursor;

use serde_json::json;
use sqlx::PgPool;

use super::{
    chrome::Chrome,
    support::{Person, TestApp},
};

/// How much the page has jumped so far (Cumulative Layout Shift), once every picture was scrolled to and has come.
const JUMPS: &str = "
    return new Promise(async (resolve) => {
        let jumps = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => jumps += entry.value))
            .observe({ type: 'layout-shift', buffered: true });
        for (const picture of document.images) {
            picture.scrollIntoView({ behavior: 'instant' });
            await picture.decode();
        }
        window.scrollTo(0, 0);
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(jumps), 0)));
    });
";
const SOURCES: &str = "return [...document.images].map((picture) => picture.currentSrc)";

fn png(width: u32, height: u32) -> Vec<u8> {
    let picture =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 80]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).expect("encoded");
    bytes
}

/// A post with a cover and two pictures, of which each shows what `picture` makes of its address.
async fn post(app: &TestApp, title: &str, picture: impl Fn(&str) -> String) -> String {
    let mut ada = app.logged_in(Person::Ada).await;
    let mut body = "Some words before.\n\n".to_owned();
    for width in [1_500, 1_000] {
        let form = ada.get("/write/media").await.form(".upload-form");
        let page = ada.submit(form.file("files", "a.png", &png(width, 700))).await;
        body = [
            body,
            picture(&page.attr(".facts a", "href")),
            "\n\n".to_owned(),
            "Words after it. ".repeat(80),
            "\n\n".to_owned(),
        ]
        .concat();
    }
    app.run_jobs().await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", title).fill("body", &body);
    let form = form.fill("cover_alt", "A cover").file("cover", "c.png", &png(1_600, 800));
    let saved = ada.submit(form.press("Publish")).await;
    app.run_jobs().await;
    saved.attr(".post-moves a.button", "href")
}

/// Opens a page over a line on which pictures come later than words; how much it jumps.
async fn jumps(chrome: &Chrome, path: &str) -> f64 {
    chrome.go(path).await;
    chrome.evaluate(JUMPS).await.as_f64().expect("a number")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_page_jumps_while_its_pictures_come(db: PgPool) {
    let app = TestApp::new(db).await;
    let measured = post(&app, "Measured", |address| format!("![A picture]({address})")).await;
    let bare = post(&app, "Bare", |address| format!("<img src=\"{address}\" alt=\"A picture\">")).await;
    let chrome = Chrome::open(app.router.clone(), true).await;
    chrome.devtools("Network.enable", json!({})).await;
    let slow = json!({ "offline": false, "latency": 60, "downloadThroughput": 400_000, "uploadThroughput": 400_000 });
    chrome.devtools("Network.emulateNetworkConditions", slow).await;

    for path in [measured.as_str(), "/"] {
        let jumps = jumps(&chrome, path).await;
        assert!(jumps == 0.0, "{path} jumps by {jumps}");
    }
    chrome.go(&measured).await;
    chrome.evaluate(JUMPS).await;
    let sources = chrome.evaluate(SOURCES).await;
    let sources: Vec<&str> =
        sources.as_array().expect("a list").iter().filter_map(|source| source.as_str()).collect();
    assert_eq!(sources.len(), 3);
    assert!(sources.iter().all(|source| source.ends_with("-960.webp")), "copies for the column: {sources:?}");
    assert!(jumps(&chrome, &bare).await > 0.0, "a picture without its size is seen to make the page jump");
    chrome.close().await;
}
