//! Links to drafts.

use sqlx::PgPool;

use super::{draft, with_body};
use crate::support::{Page, Person, TestApp};

fn link(page: &Page) -> String {
    page.attr("#q-link", "value").trim_start_matches("http://localhost").to_owned()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_shared_draft_is_read_without_an_account_until_the_link_ends(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Not yet", "First *words*.").await;
    let share = ada.get(&page.attr(".post-moves a[href$=share]", "href")).await;
    let made = ada.submit(share.form("main form").fill("note", "Ines").press("Make a link")).await;
    made.shows("it is shown only this once").shows("Ines");
    let link = link(&made);
    assert_eq!(
        app.count("select count(*) from post_shares where encode(token_hash, 'escape') like '%/p/%'").await,
        0
    );

    ada.submit(with_body(&page, "Newer *words*.").press("Save draft")).await;
    let mut guest = app.browser();
    let read = guest.get(&link).await;
    read.shows("A draft, shared with you.").shows("Newer words.").shows("By Ada");
    assert_eq!(read.header("x-robots-tag"), "noindex");
    assert_eq!(
        (read.header("cache-control").as_str(), read.header("referrer-policy").as_str()),
        ("no-store", "no-referrer")
    );
    let list = ada.get(&format!("{}/share", page.url)).await;
    list.shows("1 time, last on");
    ada.submit(list.form(".desk-table form").press("End it")).await.shows("The link is ended");
    guest.get(&link).await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_link_ends_by_itself_and_with_its_post(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Not yet", "Words.").await;
    let share = ada.get(&format!("{}/share", page.url)).await.form("main form");
    let made = ada.submit(share.clone().fill("days", "1").press("Make a link")).await;
    let link = link(&made);
    app.browser().get(&link).await.assert_status(200);
    app.sql("update posts set status = 'trashed'").await;
    app.browser().get(&link).await.assert_status(404);
    app.sql("update posts set status = 'draft'; ").await;
    app.sql("update post_shares set expires_at = now()").await;
    app.browser().get(&link).await.assert_status(404);
    let refused = ada.submit(share.fill("days", "100000").press("Make a link")).await;
    refused.assert_status(422).shows("Please choose one of these.");
}
