//! Two people, or two tabs, and one post.

use sqlx::PgPool;

use super::{body_of, draft, with_body};
use crate::support::{Person, TestApp};

const TEXT: &str = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.";

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn changes_in_different_places_are_put_together_and_it_is_said(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mine = draft(&mut ada, "Shared", TEXT).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&mine.url).await;
    let changed = with_body(&theirs, &TEXT.replace("Third", "Last")).fill("tags", "Rail");
    edi.submit(changed.press("Save draft")).await.shows("Draft saved.");

    let changed = with_body(&mine, &TEXT.replace("First", "Very first")).fill("summary", "About trains");
    let saved = ada.submit(changed.press("Save draft")).await;
    saved.shows("Somebody else had saved meanwhile; both changes are in the text now.");
    let form = saved.form(".post-form");
    assert_eq!(form.value("body"), TEXT.replace("First", "Very first").replace("Third", "Last"));
    assert_eq!((form.value("tags").as_str(), form.value("summary").as_str()), ("Rail", "About trains"));
    assert_eq!(app.count("select count(*) from post_revisions where reason = 'merge'").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn publishing_scheduling_counting_and_bulk_changes_are_no_conflict(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mine = draft(&mut ada, "Shared", TEXT).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let publish = edi.get(&mine.url).await.form(".post-form").press("Publish");
    edi.submit(publish).await.shows("Published.");
    app.run_jobs().await;
    app.sql("update posts set comment_count = 7, updated_at = now()").await;
    let saved = ada.submit(with_body(&mine, "New text.").press("Save draft")).await;
    saved.assert_status(200).shows("Saved.");
    assert_eq!(body_of(&app).await, "New text.");
    assert_eq!(app.count("select count(*) from posts where live(posts)").await, 1, "it stays published");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_result_can_be_looked_at_and_changed_before_it_is_saved(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mine = draft(&mut ada, "Shared", TEXT).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&mine.url).await.form(".post-form").fill("title", "Theirs");
    edi.submit(theirs.fill("body", &TEXT.replace("Second", "Edi's")).press("Save draft"))
        .await
        .shows("saved");

    let changed = with_body(&mine, &TEXT.replace("Second", "Ada's")).fill("title", "Mine");
    let conflict = ada.submit(changed.press("Save draft")).await;
    conflict.assert_status(409).shows("Yours: Mine").shows("Theirs: Theirs");
    let chosen = conflict.form(".conflict-page form").fill("piece-0", "mine").fill("field-title", "theirs");
    let result = ada.submit(chosen.press("Edit the result first")).await;
    result.shows("This is the result.");
    let form = result.form(".post-form");
    assert_eq!(form.value("title"), "Theirs");
    assert_eq!(form.value("body"), TEXT.replace("Second", "Ada's"));
    ada.submit(form.press("Save draft")).await.shows("Draft saved.");
    assert_eq!(app.count("select count(*) from post_revisions").await, 3);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_changes_while_somebody_decides_is_decided_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mine = draft(&mut ada, "Shared", TEXT).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&mine.url).await;
    let saved = edi.submit(with_body(&theirs, &TEXT.replace("Second", "Edi's")).press("Save draft")).await;
    let conflict = ada.submit(with_body(&mine, &TEXT.replace("Second", "Ada's")).press("Save draft")).await;
    edi.submit(with_body(&saved, &TEXT.replace("Second", "Edi's other")).press("Save draft")).await;

    let chosen = conflict.form(".conflict-page form").fill("piece-0", "mine");
    let again = ada.submit(chosen.press("Save the result")).await;
    again.assert_status(409).shows("It was changed once more").shows("Edi's other");
    ada.submit(again.form(".conflict-page form").press("Save the result")).await.shows("Saved.");
    let both = "First paragraph.\n\nEdi's other paragraph.\n\nAda's paragraph.\n\nThird paragraph.";
    assert_eq!(body_of(&app).await, both);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn pressing_save_twice_saves_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Twice", TEXT).await;
    let form = with_body(&page, "Once.").press("Save draft");
    for _ in 0..2 {
        ada.submit(form.clone()).await.assert_status(200);
    }
    assert_eq!(
        (body_of(&app).await.as_str(), app.count("select count(*) from post_revisions").await),
        ("Once.", 2)
    );
}
