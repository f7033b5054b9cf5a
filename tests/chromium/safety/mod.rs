//! The promise that no text of anybody becomes a script: with the security policy of the blog, and without it.

mod comments;
mod control;
mod files;
mod imports;
mod markup;
mod posts;
mod renderer;
mod settings;

use serde_json::json;

use super::{
    chrome::Chrome,
    journeys::log_in,
    payloads::{self, Payload},
    support::{self, Page, Person, TestApp},
    trap::{Hit, Trap},
};

const AUDIT: &str = include_str!("audit.js");

/// A foreign host, and the payloads that would ask it for something.
async fn hostile() -> (Trap, Vec<Payload>) {
    let trap = Trap::set().await;
    let payloads = payloads::all(trap.address());
    (trap, payloads)
}

/// A browser in which every document has the function that short payloads call.
async fn armed(app: axum::Router, trap: &Trap) -> Chrome {
    let chrome = Chrome::open(app, true).await;
    let source = format!(
        "window.ran = n => {{ fetch('{}/' + n + '/ran'); top.__ran = n; top.document.title = 'ran ' + n; }}",
        trap.address()
    );
    chrome.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    chrome
}

/// Opens some of these pages with the blog's policy: nothing happens at all. Then all of them without it: nothing but
/// that pictures and sound are loaded from where a text says.
async fn nothing_happens(app: &TestApp, trap: &Trap, person: Option<Person>, paths: &[String]) {
    let chrome = armed(app.router.clone(), trap).await;
    if let Some(person) = person {
        log_in(&chrome, person).await;
    }
    look_at(&chrome, paths.iter().step_by(3)).await;
    assert_eq!(asked_by(&chrome, trap).await, []);

    without_policy(&chrome).await;
    look_at(&chrome, paths.iter()).await;
    let hits = asked_by(&chrome, trap).await;
    assert_eq!(hits.into_iter().filter(|hit| !hit.is_media()).collect::<Vec<_>>(), []);
    chrome.close().await;
}

async fn without_policy(chrome: &Chrome) {
    chrome.devtools("Page.setBypassCSP", json!({ "enabled": true })).await;
}

async fn look_at(chrome: &Chrome, paths: impl Iterator<Item = &String>) {
    for path in paths {
        chrome.go(path).await;
        let wrong = chrome.evaluate(AUDIT).await;
        assert_eq!(wrong, json!([]), "{path}");
    }
}

/// What the trap was asked for until now: the browser's last errand is one to the trap itself.
async fn asked_by(chrome: &Chrome, trap: &Trap) -> Vec<Hit> {
    let end = format!("/end/{}", trap.visits());
    chrome.evaluate(&format!("location.assign('{}{end}')", trap.address())).await;
    trap.is_asked_for(&end).await;
    trap.hits()
}

/// The answer holds nothing that a text has smuggled in.
fn is_clean(page: &Page) {
    let wrong = markup::wrong_with_page(&page.body);
    assert!(wrong.is_empty(), "{}: {wrong:#?}", page.url);
}

/// As a part of an address.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A small picture that no other number gives.
fn png(number: usize) -> Vec<u8> {
    let [_, red, green, blue] = u32::try_from(number).expect("small").to_be_bytes();
    let picture = image::RgbImage::from_pixel(2, 1, image::Rgb([red, green, blue]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("encoded");
    bytes.into_inner()
}

/// Nothing is looked at before a post is published: what is sent here is meant to be odd.
async fn without_checks(app: &TestApp) {
    app.sql(
        "update settings set publish_checks = '{\"links\": \"off\", \"alt\": \"off\", \"headings\": \"off\",
         \"description\": \"off\", \"title\": \"off\"}'",
    )
    .await;
    app.state.site.reload(&app.db).await.expect("settings");
}
