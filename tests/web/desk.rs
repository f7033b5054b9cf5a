//! Writing.

use sqlx::PgPool;

use super::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_author_writes_previews_publishes_and_edits(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form =
        ada.get("/write/new").await.form(".post-form").fill("title", "A walk").fill("body", "Some *words*.");
    let preview = ada.submit(form.press("Preview")).await;
    preview.assert_status(200).shows("nothing is saved yet");
    assert!(preview.has(".preview em"));
    ada.get("/write").await.hides("A walk");

    let saved = ada.submit(preview.form(".post-form").press("Save draft")).await;
    saved.shows("Draft saved.");
    ada.get("/write").await.shows("A walk");
    let published = ada.submit(saved.form(".post-form").press("Publish")).await;
    published.shows("Published.");
    let edited = ada.submit(published.form(".post-form").fill("body", "Other words.").press("Save")).await;
    edited.shows("Saved.");
    app.browser().get("/posts/a-walk").await.shows("Other words.").hides("Some words");
    let revisions: Vec<String> = sqlx::query_scalar("select reason from post_revisions order by n")
        .fetch_all(&app.db)
        .await
        .expect("rows");
    assert_eq!(revisions, ["save", "publish", "save"]);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_stale_save_never_overwrites_and_comes_back_with_both_texts(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form =
        ada.get("/write/new").await.form(".post-form").fill("title", "Shared").fill("body", "one\ntwo\n");
    let desk = ada.submit(form.press("Save draft")).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&desk.url).await.form(".post-form").fill("body", "one\ntheirs\n");
    edi.submit(theirs.press("Save draft")).await.shows("Draft saved.");

    let conflict = ada.submit(desk.form(".post-form").fill("body", "one\nmine\n").press("Save draft")).await;
    conflict.assert_status(409).shows("Edi").shows("Nothing was overwritten");
    assert_eq!(conflict.texts(".clash ins"), ["mine"]);
    assert_eq!(conflict.texts(".clash del"), ["theirs"]);
    let after = ada.get(&desk.url).await;
    assert!(after.form(".post-form").value("body").contains("theirs"));
    assert_eq!(after.texts("#q-unsaved").len(), 1, "mine is kept beside it, too");

    let chosen = conflict.form(".conflict-page form").fill("piece-0", "both").press("Save the result");
    let saved = ada.submit(chosen).await;
    saved.shows("Saved. All three texts are in the history");
    assert_eq!(saved.form(".post-form").value("body"), "one\ntheirs\n\nmine");
    assert!(!saved.has("#q-unsaved"));
    let texts: i64 =
        sqlx::query_scalar("select count(*) from post_revisions").fetch_one(&app.db).await.expect("rows");
    assert_eq!(texts, 3, "no text is lost");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_refused_form_keeps_everything_and_saves_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form");
    let form = form
        .fill("title", "T")
        .fill("body", "my words")
        .fill("slug", "Not A Slug")
        .fill("publish_at", "soon")
        .fill("tags", "a, b");
    let refused = ada.submit(form.press("Publish")).await;
    refused.assert_status(422).shows("not-a-slug").shows("This is not a time");
    assert_eq!(refused.attr("#q-slug", "aria-invalid"), "true");
    let form = refused.form(".post-form");
    for (field, value) in [("body", "my words"), ("slug", "Not A Slug"), ("tags", "a, b"), ("title", "T")] {
        assert_eq!(form.value(field), value);
    }
    let posts: i64 = sqlx::query_scalar("select count(*) from posts").fetch_one(&app.db).await.expect("rows");
    assert_eq!(posts, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_taken_address_is_told_when_chosen_and_numbered_when_proposed(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Same", "1").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Same").fill("body", "2");
    let chosen = ada.submit(form.clone().fill("slug", "same").press("Save draft")).await;
    chosen.assert_status(422).shows("Another post already has this address.");
    let proposed = ada.submit(form.press("Save draft")).await;
    assert_eq!(proposed.form(".post-form").value("slug"), "same-2");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_old_address_leads_to_the_new_one_at_once(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("First name", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    for slug in ["second-name", "third-name"] {
        let desk = ada.get("/write?stage=published").await.attr(".desk-table a", "href");
        let form = ada.get(&desk).await.form(".post-form").fill("slug", slug);
        ada.submit(form.press("Save")).await.shows("Saved.");
    }
    for old in ["first-name", "second-name"] {
        let moved = app.browser().get_once(&format!("/posts/{old}")).await;
        moved.assert_status(301);
        assert_eq!(moved.location().as_deref(), Some("/posts/third-name"));
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn posts_are_unpublished_trashed_and_restored(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Comes and goes", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = ada.get("/write?stage=published").await.attr(".desk-table a", "href");
    let unpublish = ada_page(&mut ada, &desk).await.press("Unpublish");
    let draft = ada.submit(unpublish).await;
    draft.shows("it is a draft again");
    app.browser().get(&path).await.assert_status(404);
    ada.submit(draft.form(".post-moves").press("Move to the trash")).await.shows("Moved to the trash");
    let trash = ada.get("/write?stage=trash").await;
    trash.shows("Comes and goes");
    let restore = ada_page(&mut ada, &desk).await.press("Restore");
    let restored = ada.submit(restore).await;
    restored.shows("Restored as a draft.");
    let again = restored.form(".post-form").press("Publish");
    ada.submit(again).await.shows("Published.");
    app.browser().get(&path).await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_is_not_yours_is_not_there(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Of Ada", "x").await;
    let id: i64 = sqlx::query_scalar("select id from posts").fetch_one(&app.db).await.expect("a post");
    let mut eve = app.logged_in(Person::Eve).await;
    eve.get(&format!("/write/{id}")).await.assert_status(404);
    let fields = [("title", "Eve's"), ("body", "x"), ("text_version", "1"), ("action", "save")];
    eve.post(&format!("/write/{id}"), &fields).await.assert_status(404);
    eve.post(&format!("/write/{id}/publication"), &[("action", "trash")]).await.assert_status(404);
    eve.get("/write?whose=all&stage=published").await.hides("Of Ada");
    app.logged_in(Person::Edi).await.get("/write?whose=all&stage=published").await.shows("Of Ada");
    let mut page = fields.to_vec();
    page.push(("kind", "page"));
    eve.post("/write/new", &page).await.assert_status(422).shows("Only editors make pages.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_cover_is_cleaned_shown_and_removed(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Pictured").fill("body", "x");
    let refused = ada.submit(form.clone().file("cover", "a.png", b"<html>").press("Publish")).await;
    refused.assert_status(422).shows("not a picture that we know");

    let picture = super::media::png(1000, 500);
    let form = form.file("cover", "a.png", &picture).fill("cover_alt", "A field");
    let saved = ada.submit(form.press("Publish")).await;
    saved.shows("Published.");
    app.run_jobs().await;
    let page = app.browser().get("/posts/pictured").await;
    assert_eq!(page.attr("img.cover", "alt"), "A field");
    assert_eq!(page.attr("img.cover", "width"), "1000");
    assert_eq!(page.attr(".post-head source", "srcset").matches("webp").count(), 2);
    let removed = saved.form(".post-form").tick("remove_cover", "on").press("Save");
    ada.submit(removed).await.shows("Saved.");
    assert!(!app.browser().get("/posts/pictured").await.has("img.cover"));
}

async fn ada_page(ada: &mut super::support::Browser, desk: &str) -> super::support::Form {
    ada.get(desk).await.form(".post-moves")
}
