//! Every version, compared and restored.

use sqlx::PgPool;

use super::{draft, with_body};
use crate::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn versions_are_listed_compared_and_made_the_text_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Birds", "A *red* bird sings.\n\nIt rains.").await;
    let changed = with_body(&page, "A *blue* bird sings.\n\nIt rains.").fill("title", "A bird");
    ada.submit(changed.press("Save draft")).await.shows("Draft saved.");

    let list = ada.get(&format!("{}/revisions", page.url)).await;
    assert_eq!(list.texts(".history tbody tr").len(), 2);
    let words = ada.submit(list.form("#q-compare").with("from", "1").with("to", "2")).await;
    words.shows("The title was Birds and became A bird");
    assert_eq!(
        (words.texts(".diff del"), words.texts(".diff ins")),
        (vec!["removed: *red*".to_owned()], vec!["added: *blue*".to_owned()])
    );
    let rendered = ada.get(&words.attr(".tabs a[href]", "href")).await;
    assert_eq!(rendered.texts("del.block"), ["removed: A red bird sings."]);
    assert_eq!(rendered.texts("ins.block em"), ["blue"]);

    let restored = ada.submit(list.form(".history form").press("Make it the text again")).await;
    restored.shows("Version 1 is the text again.");
    let form = restored.form(".post-form");
    assert_eq!((form.value("title").as_str(), form.value("text_version").as_str()), ("Birds", "3"));
    assert_eq!(app.count("select count(*) from post_revisions where reason = 'restore' and n = 3").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_save_that_changes_nothing_makes_no_version(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Birds", "Text").await;
    let saved = ada.submit(page.form(".post-form").press("Save draft")).await;
    ada.submit(saved.form(".post-form").press("Save draft")).await.shows("Draft saved.");
    assert_eq!(app.count("select count(*) from post_revisions").await, 1);
    ada.submit(saved.form(".post-form").fill("tags", "New").press("Save draft")).await;
    assert_eq!(app.count("select count(*) from post_revisions").await, 2, "fields have a history, too");
}
