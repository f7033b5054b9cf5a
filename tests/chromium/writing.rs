//! The desk in real browsers: two people at once, a browser that dies, a session that ends.

use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::{
    chrome::Chrome,
    journeys::log_in,
    support::{Person, TestApp},
};

const TEXT: &str = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.";

/// A draft of Ada's; its page on the desk.
async fn draft(app: &TestApp) -> String {
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Shared").fill("body", TEXT);
    ada.submit(form.press("Save draft")).await.url
}

async fn body_of(app: &TestApp) -> String {
    sqlx::query_scalar("select body_md from posts").fetch_one(&app.db).await.expect("a post")
}

/// Waits until this holds words that were just typed.
async fn kept_beside(app: &TestApp, words: &str) {
    let started = Instant::now();
    while app.count("select count(*) from post_autosaves").await == 0 || !autosaved(app).await.contains(words)
    {
        assert!(started.elapsed() < Duration::from_secs(5), "not kept within five seconds");
        tokio::task::yield_now().await;
    }
}

async fn autosaved(app: &TestApp) -> String {
    let text = sqlx::query_scalar("select string_agg(body_md, '\n') from post_autosaves");
    text.fetch_one(&app.db).await.expect("an autosave")
}

async fn two_people_change_different_paragraphs(db: PgPool, javascript: bool) {
    let app = TestApp::new(db).await;
    let desk = draft(&app).await;
    let (ada, edi) = (
        Chrome::open(app.router.clone(), javascript).await,
        Chrome::open(app.router.clone(), javascript).await,
    );
    log_in(&ada, Person::Ada).await;
    log_in(&edi, Person::Edi).await;
    ada.go(&desk).await;
    edi.go(&desk).await;
    edi.sees("Ada has this open, too.").await;
    edi.fill("Text", &TEXT.replace("Third", "Last")).await;
    edi.press("Save draft").await;
    edi.sees("Draft saved.").await;
    ada.fill("Text", &TEXT.replace("First", "Very first")).await;
    ada.press("Save draft").await;
    ada.sees("both changes are in the text now").await;
    assert_eq!(body_of(&app).await, TEXT.replace("First", "Very first").replace("Third", "Last"));
    ada.close().await;
    edi.close().await;
}

async fn two_people_change_the_same_paragraph(db: PgPool, javascript: bool) {
    let app = TestApp::new(db).await;
    let desk = draft(&app).await;
    let (ada, edi) = (
        Chrome::open(app.router.clone(), javascript).await,
        Chrome::open(app.router.clone(), javascript).await,
    );
    log_in(&ada, Person::Ada).await;
    log_in(&edi, Person::Edi).await;
    ada.go(&desk).await;
    edi.go(&desk).await;
    edi.fill("Text", &TEXT.replace("Second", "Edi's")).await;
    edi.press("Save draft").await;
    edi.sees("Draft saved.").await;
    ada.fill("Text", &TEXT.replace("Second", "Ada's")).await;
    ada.press("Save draft").await;
    ada.sees("Two changes of the same lines").await;
    ada.sees("Edi's paragraph.").await;
    ada.press("Save the result").await;
    ada.sees("All three texts are in the history").await;
    let both = "First paragraph.\n\nEdi's paragraph.\n\nAda's paragraph.\n\nThird paragraph.";
    assert_eq!(body_of(&app).await, both);
    let versions: Vec<String> = sqlx::query_scalar("select body_md from post_revisions order by n")
        .fetch_all(&app.db)
        .await
        .expect("versions");
    assert_eq!(versions, [TEXT.to_owned(), TEXT.replace("Second", "Edi's"), both.to_owned()]);
    ada.close().await;
    edi.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn two_people_who_change_different_paragraphs_both_keep_theirs(db: PgPool) {
    two_people_change_different_paragraphs(db, true).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn two_people_who_change_different_paragraphs_both_keep_theirs_without_javascript(db: PgPool) {
    two_people_change_different_paragraphs(db, false).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn two_people_who_change_the_same_paragraph_decide_and_no_word_is_lost(db: PgPool) {
    two_people_change_the_same_paragraph(db, true).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn two_people_who_change_the_same_paragraph_decide_and_no_word_is_lost_without_javascript(db: PgPool) {
    two_people_change_the_same_paragraph(db, false).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_browser_that_is_killed_while_somebody_types_loses_five_seconds_at_most(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), true).await;
    log_in(&chrome, Person::Ada).await;
    chrome.go("/write/new").await;
    chrome.type_into("Title", "Killed").await;
    // the clock runs from the last key of the first words; the browser goes on being typed into until it dies
    chrome.type_into("Text", "Words that must not be lost.").await;
    kept_beside(&app, "must not be lost.").await;
    chrome.type_into("Text", " And some more").await;
    chrome.kill();

    let again = Chrome::open(app.router.clone(), true).await;
    log_in(&again, Person::Ada).await;
    again.go("/write/new").await;
    again.sees("Typed here before, and not saved").await;
    again.press("Killed").await;
    again.press("Go on with it").await;
    again.sees("This is what you typed and did not save.").await;
    let text = again.evaluate("return document.querySelector('#q-body').value").await;
    assert!(text.as_str().is_some_and(|text| text.starts_with("Words that must not be lost.")), "{text}");
    again.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn typing_that_never_pauses_is_kept_all_the_same(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), true).await;
    log_in(&chrome, Person::Ada).await;
    chrome.go("/write/new").await;
    chrome.type_into("Text", "Beginning ").await;
    let started = Instant::now();
    while app.count("select count(*) from post_autosaves").await == 0 {
        assert!(started.elapsed() < Duration::from_secs(5), "somebody who types on is never kept");
        chrome.type_into("Text", "x").await;
    }
    chrome.close().await;
}

async fn the_session_ends(db: PgPool, javascript: bool) {
    let app = TestApp::new(db).await;
    let desk = draft(&app).await;
    let chrome = Chrome::open(app.router.clone(), javascript).await;
    log_in(&chrome, Person::Ada).await;
    chrome.go(&desk).await;
    chrome.fill("Text", "Typed before the session ended.").await;
    app.sql("delete from sessions").await;
    chrome.press("Save draft").await;
    chrome.sees("What you wrote is still here").await;

    log_in(&chrome, Person::Ada).await;
    chrome.press("Look at it").await;
    chrome.sees("Typed before the session ended.").await;
    chrome.press("Send it again").await;
    chrome.sees("Draft saved.").await;
    assert_eq!(body_of(&app).await, "Typed before the session ended.");
    chrome.close().await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_text_is_there_after_the_login_when_the_session_ended_before_it_was_saved(db: PgPool) {
    the_session_ends(db, true).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_text_is_there_after_the_login_when_the_session_ended_without_javascript(db: PgPool) {
    the_session_ends(db, false).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_script_of_the_form_only_presses_its_buttons(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), true).await;
    log_in(&chrome, Person::Ada).await;
    chrome.go("/write/new").await;
    chrome.type_into("Title", "By keyboard").await;
    chrome.type_into("Text", "Some words").await;
    chrome.keys("Text", "\u{e009}a").await;
    chrome.keys("Text", "\u{e009}b").await;
    let text = chrome.evaluate("return document.querySelector('#q-body').value").await;
    assert_eq!(text, "**Some words**");
    chrome.press("Preview beside the text").await;
    chrome.sees("Preview: nothing is saved yet").await;
    let strong = chrome.evaluate("return document.querySelector('.panes strong').textContent").await;
    assert_eq!(strong, "Some words");
    chrome.keys("Text", "\u{e009}s").await;
    chrome.sees("Draft saved.").await;
    assert_eq!(body_of(&app).await, "**Some words**");
    let at = chrome
        .evaluate("return [location.pathname, document.querySelector('[name=text_version]').value]")
        .await;
    assert!(at[0].as_str().is_some_and(|path| path.starts_with("/write/") && path != "/write/new"), "{at}");
    assert_eq!(at[1], "1");
    // and once more, on the page that did not go away
    chrome.type_into("Text", " and more").await;
    chrome.keys("Text", "\u{e009}s").await;
    chrome.sees("Draft saved.").await;
    assert!(!chrome.shows("Two changes").await);
    chrome.close().await;
}

const ENTER: &str = "\u{e007}";

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_post_is_written_looked_at_and_published_by_the_keyboard_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let chrome = Chrome::open(app.router.clone(), true).await;
    log_in(&chrome, Person::Ada).await;
    chrome.go("/write").await;
    chrome.tab_to("New post").await;
    chrome.press_key(ENTER).await;
    chrome.sees("Formatting help").await;
    chrome.tab_to("Title").await;
    chrome.press_key("By keyboard").await;
    // the toolbar is one stop on the way
    chrome.tab_to("Bold").await;
    chrome.tab_to("Text").await;
    chrome.press_key("Some words.").await;
    chrome.tab_to("Formatting help").await;
    chrome.press_key(ENTER).await;
    chrome.tab_to("Preview").await;
    chrome.press_key(ENTER).await;
    chrome.sees("nothing is saved yet").await;
    chrome.tab_to("Check and schedule").await;
    chrome.press_key(ENTER).await;
    chrome.sees("What was found").await;
    chrome.tab_to("Publish").await;
    chrome.press_key(ENTER).await;
    chrome.sees("Published.").await;
    chrome.tab_to("History").await;
    chrome.press_key(ENTER).await;
    chrome.sees("Compare the two that are chosen").await;
    chrome.tab_to("Make it the text again").await;
    chrome.press_key(ENTER).await;
    chrome.sees("is the text again.").await;
    chrome.close().await;
}
