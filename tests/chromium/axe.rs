//! What axe-core (Deque, the rules of WCAG 2.2 AA) finds on the desk. `make axe` fetches it and runs this; nothing of it is
//! part of this repository.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    chrome::Chrome,
    journeys::log_in,
    support::{Person, TestApp},
};

/// Serious and critical findings, as rule and element.
const RUN: &str =
    "return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(found => found.violations
        .filter(rule => ['serious', 'critical'].includes(rule.impact))
        .flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html.slice(0, 200))));";

async fn findings(chrome: &Chrome, axe: &str) -> Vec<String> {
    let found = chrome.evaluate(&format!("{axe}\n{RUN}")).await;
    found.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
#[ignore = "needs axe-core, which `make axe` fetches"]
async fn nothing_serious_is_found_on_the_desk_in_either_scheme(db: PgPool) {
    #[expect(clippy::disallowed_methods, reason = "the file lies where the environment says")]
    let axe = std::env::var("QUIRE_AXE").expect("QUIRE_AXE: run `make axe`");
    let axe = std::fs::read_to_string(axe).expect("axe-core");
    let app = TestApp::new(db).await;
    app.post("Out", "Some words.").await;
    let mut root = app.logged_in(Person::Root).await;
    let body = "## One\n\nWords.\n\n#### Deep";
    let form = root.get("/write/new").await.form(".post-form").fill("title", "Draft").fill("body", body);
    let form = form.file("picture", "p.png", &png()).fill("picture_alt", "A field");
    let inserted = root.submit(form.press("Insert picture")).await;
    let desk = root.submit(inserted.form(".post-form").press("Save draft")).await;
    let changed = desk.form(".post-form").fill("body", "Other words.").press("Save draft");
    root.submit(changed).await.shows("Draft saved.");
    let unsaved = root.get(&desk.url).await.form(".post-form").fill("body", "Not saved.").press("Preview");
    root.submit(unsaved).await;
    // the form is the one from before the change: the same lines were changed meanwhile
    let stale = desk.form(".post-form").fill("body", "Clashing words.").press("Save draft");
    let conflict = root.submit(stale).await;
    conflict.assert_status(409);

    let id = desk.url.trim_start_matches("/write/");
    let picture =
        sqlx::query_scalar::<_, i64>("select id from media").fetch_one(&app.db).await.expect("a picture");
    let unsaved: uuid::Uuid = sqlx::query_scalar("select tab from post_autosaves limit 1")
        .fetch_one(&app.db)
        .await
        .expect("a text");
    let pages = [
        "/write".to_owned(),
        "/write?stage=published".to_owned(),
        "/write/new".to_owned(),
        desk.url.clone(),
        format!("/write/{id}/revisions"),
        format!("/write/{id}/revisions/diff?from=1&to=2"),
        format!("/write/{id}/revisions/diff?from=1&to=2&view=rendered"),
        format!("/write/{id}/publish"),
        format!("/write/{id}/share"),
        format!("/write/unsaved/{unsaved}"),
        "/write/media".to_owned(),
        format!("/write/media/{picture}"),
        format!("/write/media/{picture}/delete"),
        "/write/series".to_owned(),
        "/admin/redirects".to_owned(),
        "/admin/imports".to_owned(),
        "/admin/settings".to_owned(),
        "/rescue".to_owned(),
    ];
    let chrome = Chrome::open(app.router.clone(), true).await;
    log_in(&chrome, Person::Root).await;
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        chrome.devtools("Emulation.setEmulatedMedia", media).await;
        for page in &pages {
            chrome.go(page).await;
            wrong.extend(
                findings(&chrome, &axe).await.into_iter().map(|found| format!("{page} ({scheme}): {found}")),
            );
        }
        // the page of a conflict is an answer to a form
        chrome.go(&desk.url).await;
        chrome.run("document.querySelector('[name=text_version]').value = '1'", Vec::new()).await;
        chrome.fill("Text", "Clashing once more.").await;
        chrome.press("Save draft").await;
        chrome.sees("Two changes of the same lines").await;
        wrong.extend(
            findings(&chrome, &axe).await.into_iter().map(|found| format!("conflict ({scheme}): {found}")),
        );
    }
    chrome.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::new_rgb8(640, 360);
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).expect("encoded");
    bytes
}
