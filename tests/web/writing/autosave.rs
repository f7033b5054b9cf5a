//! What was typed and not saved.

use sqlx::PgPool;

use super::{autosave, body_of, draft, with_body};
use crate::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_was_typed_is_kept_beside_the_post_and_offered_with_its_difference(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Trains", "One.\n\nTwo.").await;
    autosave(&mut ada, with_body(&page, "One.\n\nTwo and a half.")).await.assert_status(204);
    assert_eq!(body_of(&app).await, "One.\n\nTwo.", "the post itself is as it was saved");

    let again = ada.get(&page.url).await;
    again.shows("Typed here before, and not saved");
    assert_eq!(again.form(".post-form").value("body"), "One.\n\nTwo.", "nothing is applied by itself");
    let difference = ada.get(&again.attr("#q-unsaved ~ ul a", "href")).await;
    assert_eq!(difference.texts(".diff ins"), ["added: Two and a half."]);
    let form = ada.get(&difference.attr("a.primary", "href")).await;
    form.shows("This is what you typed and did not save.");
    assert_eq!(form.form(".post-form").value("body"), "One.\n\nTwo and a half.");
    ada.submit(form.form(".post-form").press("Save draft")).await.shows("Draft saved.");
    assert!(!ada.get(&page.url).await.has("#q-unsaved"), "what is saved is not offered any longer");
    assert_eq!(app.count("select count(*) from post_autosaves").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_was_put_aside_is_found_for_another_week(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Trains", "One.").await;
    autosave(&mut ada, with_body(&page, "Another.")).await.assert_status(204);
    let again = ada.get(&page.url).await;
    let difference = ada.get(&again.attr("#q-unsaved ~ ul a", "href")).await;
    let aside = ada.submit(difference.form("main form").press("Put it aside")).await;
    assert!(!aside.has("#q-unsaved"));
    ada.get(&format!("{}/revisions", page.url)).await.shows("Put aside in the last week").shows("Trains");
    app.sql("update post_autosaves set discarded_at = now() - interval '8 days'").await;
    quire::worker::tidy(&app.state).await.expect("tidied");
    assert_eq!(app.count("select count(*) from post_autosaves").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_post_that_was_never_saved_is_offered_to_its_author_alone(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Begun").fill("body", "Some");
    autosave(&mut ada, form.clone()).await.assert_status(204);
    // another tab of the same person does not write over it
    let other = ada.get("/write/new").await.form(".post-form").fill("title", "Other").fill("body", "More");
    autosave(&mut ada, other).await.assert_status(204);
    let offered = ada.get("/write/new").await;
    offered.shows("Begun").shows("Other");
    let path = offered.attr("#q-unsaved ~ ul li:last-child a", "href");
    ada.get(&path).await.shows("Some");
    for person in [Person::Eve, Person::Root] {
        let mut other = app.logged_in(person).await;
        other.get("/write/new").await.hides("Begun");
        other.get(&path).await.assert_status(404);
        other.get(&format!("/write/new?from={}", form.value("tab"))).await.assert_status(404);
    }
    ada.submit(form.press("Save draft")).await.shows("Draft saved.");
    ada.get("/write/new").await.hides("Begun").shows("Other");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_preview_and_a_refused_form_are_kept_without_a_script(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for (button, field, value) in [("Preview", "title", "Looked at"), ("Save draft", "slug", "Not A Slug")] {
        let form = ada.get("/write/new").await.form(".post-form").fill("body", "My words");
        ada.submit(form.fill(field, value).press(button)).await;
    }
    let offered = ada.get("/write/new").await.texts("#q-unsaved ~ ul a");
    assert_eq!(offered, ["My words", "Looked at"]);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn who_else_has_it_open_is_said_and_forgotten_soon(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Trains", "One.").await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&page.url).await;
    theirs.shows("Ada has this open, too.");
    let tab = page.form(".post-form").value("tab");
    let beat = ada.post(&format!("{}/beat", page.url), &[("tab", &tab)]).await;
    assert!(
        beat.body.contains("Edi has this open, too.") && beat.body.contains("\"version\":1"),
        "{}",
        beat.body
    );
    app.sql("update presence set seen_at = now() - interval '31 seconds'").await;
    let beat = ada.post(&format!("{}/beat", page.url), &[("tab", &tab)]).await;
    assert!(beat.body.contains("\"others\":\"\""), "{}", beat.body);
}
