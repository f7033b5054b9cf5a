//! An editor looks at a post before readers do.

use sqlx::PgPool;

use super::{autosave, body_of, draft, with_body};
use crate::support::{Browser, Form, Page, Person, TestApp};

const WAITING: &str = "select count(*) from posts where submitted_at is not null";
const PUBLISHED: &str = "select count(*) from posts where status = 'published'";
const REFUSED: &str = "An editor publishes it: submit it for review.";

async fn editors_come_first(app: &TestApp) {
    app.sql("update settings set review_first = true").await;
    app.state.site.reload(&app.db).await.expect("settings");
}

async fn new_post(author: &mut Browser, title: &str) -> Form {
    author.get("/write/new").await.form(".post-form").fill("title", title).fill("body", "Words.")
}

/// A new post that waits; its page on the desk.
async fn submitted(author: &mut Browser, title: &str) -> Page {
    let form = new_post(author, title).await;
    let saved = author.submit(form.press("Submit for review")).await;
    saved.shows("Submitted. An editor looks at it, and you get a mail with the answer.");
    saved
}

async fn press_move(browser: &mut Browser, url: &str, button: &str) -> Page {
    let form = browser.get(url).await.form(".post-moves");
    browser.submit(form.press(button)).await
}

async fn mails_to(app: &TestApp, person: Person) -> usize {
    app.mails().await.iter().filter(|mail| mail.to == person.email()).count()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_new_post_is_submitted_and_every_editor_is_told_and_nobody_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = submitted(&mut ada, "Trains").await;
    assert_eq!(page.text("h1 .badge"), "In review");
    page.shows("Submitted by Ada on").hides("send it back");
    assert!(!page.has("button[value=submit]") && !page.has("[name=review_note]"));
    app.browser().get("/posts/trains").await.assert_status(404);

    let mails = app.mails().await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [Person::Edi.email(), Person::Max.email(), Person::Root.email()]);
    for mail in &mails {
        assert!(mail.subject.starts_with("“Trains” waits for an editor"), "{mail:?}");
        assert!(mail.text.contains("Ada has submitted “Trains” for review."), "{mail:?}");
        assert!(mail.text.contains(&format!("http://localhost{}\n", page.url)), "{mail:?}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_draft_is_submitted_with_what_was_typed_and_needs_a_title(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Trains", "One.").await;
    let nameless = with_body(&page, "Two.").fill("title", " ");
    let refused = ada.submit(nameless.press("Submit for review")).await;
    refused.assert_status(422).shows("A post needs a title before it is submitted.");
    assert_eq!(refused.form(".post-form").value("body"), "Two.");
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (0, "One."));

    ada.submit(with_body(&page, "Two.").press("Submit for review")).await.shows("Submitted.");
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (1, "Two."));
    assert_eq!(mails_to(&app, Person::Edi).await, 1);

    // what changes nothing is submitted all the same
    press_move(&mut ada, &page.url, "Take it back").await;
    let same = ada.get(&page.url).await.form(".post-form");
    ada.submit(same.press("Submit for review")).await.shows("Submitted.");
    assert_eq!(app.count(WAITING).await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_editor_sends_it_back_with_a_note_that_its_author_reads_here_and_by_mail(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = submitted(&mut ada, "Trains").await.url;
    let mut edi = app.logged_in(Person::Edi).await;
    let page = edi.get(&url).await;
    page.shows("Submitted by Ada on").shows("Publish it, or send it back with a note.");

    let empty = with_body(&page, "Words, and more.").fill("review_note", " \n ");
    let refused = edi.submit(empty.press("Send back")).await;
    refused.assert_status(422).shows("Please write what should be changed.");
    assert!(refused.has("#q-review_note[aria-invalid]"));
    assert_eq!(refused.form(".post-form").value("body"), "Words, and more.");
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (1, "Words."));

    let note = "Shorter, please.\n<b>And</b> kinder.";
    let form = refused.form(".post-form").fill("review_note", note);
    let back = edi.submit(form.press("Send back")).await;
    back.shows("Sent back to Ada.");
    assert!(!back.has("[name=review_note]") && !back.has("#q-unsaved"));
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (0, "Words, and more."));

    let read = ada.get(&url).await;
    assert_eq!(read.text("h1 .badge"), "Draft");
    assert_eq!(read.text("a[href='#q-reviews']"), "An editor wrote what should be changed.");
    let in_sight = "Shorter, please. <b>And</b> kinder.";
    assert_eq!(read.texts(".reviews .note"), [in_sight]);
    assert!(read.body.contains("Shorter, please.\n"), "the lines of a note stay");
    assert!(read.text(".reviews .muted").starts_with("Edi, "));
    let mail = app.mail_to(&Person::Ada.email()).await;
    assert!(mail.subject.starts_with("“Trains” comes back with a note"), "{mail:?}");
    assert!(mail.text.contains("\n> Shorter, please.\n> <b>And</b> kinder.\n"), "{mail:?}");
    assert!(mail.text.contains("Edi has looked at") && mail.text.contains(&url), "{mail:?}");

    // the next round, and the newest note first
    ada.submit(read.form(".post-form").press("Submit for review")).await.shows("Submitted.");
    let waits = edi.get(&url).await;
    assert!(waits.has("#q-reviews") && !waits.has("a[href='#q-reviews']"));
    let form = waits.form(".post-form").fill("review_note", "Better.");
    edi.submit(form.press("Send back")).await.shows("Sent back to Ada.");
    assert_eq!(ada.get(&url).await.texts(".reviews .note"), ["Better.", in_sight]);
    assert_eq!(mails_to(&app, Person::Ada).await, 2);
    let form = edi.get(&url).await.form(".post-form");
    edi.submit(form.press("Publish")).await.shows("Published.").hides("Better.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn nobody_is_told_what_they_did_themselves_or_are_no_editor_for(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let form = new_post(&mut edi, "Trains").await;
    let page = edi.submit(form.with("action", "submit")).await;
    page.shows("Submitted.");
    app.sql("update users set role = 'author' where handle = 'max'").await;
    let mails = app.mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [Person::Root.email()]);
    let form = page.form(".post-form").fill("review_note", "To myself");
    edi.submit(form.press("Send back")).await.shows("Sent back to Edi.");
    assert_eq!(mails_to(&app, Person::Edi).await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_where_editors_come_first_no_road_of_an_author_leads_to_the_readers(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let settings = root.get("/admin/settings").await.form("form[action='/admin/settings']");
    root.submit(settings.tick("review_first", "yes").press("Save")).await.shows("Saved.");
    let mut ada = app.logged_in(Person::Ada).await;

    let blank = ada.get("/write/new").await;
    assert!(!blank.has("button[value=publish]"));
    assert_eq!(blank.text("button[value=check]"), "Check");
    let form = new_post(&mut ada, "Trains").await;
    // also when something has to be mended, which would be said after a save
    for body in ["![](/media/x.png)", "Words."] {
        let refused = ada.submit(form.clone().fill("body", body).with("action", "publish")).await;
        refused.assert_status(422).shows(REFUSED);
        assert_eq!(refused.form(".post-form").value("body"), body);
    }
    assert_eq!(app.count("select count(*) from posts").await, 0);

    let page = draft(&mut ada, "Trains", "One.").await;
    let refused = ada.submit(with_body(&page, "Two.").with("action", "publish")).await;
    refused.assert_status(422).shows(REFUSED);
    assert_eq!(refused.form(".post-form").value("body"), "Two.");
    assert_eq!(body_of(&app).await, "One.");

    let checks = ada.get(&format!("{}/publish", page.url)).await;
    assert_eq!(checks.text("h1"), "Submit for review");
    let timed = checks.form("main form").fill("publish_at", "2031-03-30T12:00");
    for action in ["publish", ""] {
        let refused = ada.submit(timed.clone().with("action", action)).await;
        refused.assert_status(422).shows(REFUSED);
        assert_eq!(refused.form("main form").value("publish_at"), "2031-03-30T12:00");
    }

    // what the page of a conflict does not send
    let decided = [
        ("title", "Trains"),
        ("body", "Three."),
        ("slug", "trains"),
        ("text_version", "1"),
        ("head_version", "1"),
        ("decide", "save"),
        ("action", "publish"),
    ];
    ada.post(&format!("{}/conflict", page.url), &decided).await.assert_status(303);
    assert_eq!(body_of(&app).await, "Three.");
    assert_eq!(app.count(PUBLISHED).await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_an_author_does_not_send_back(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = submitted(&mut ada, "Trains").await;
    let forged = with_body(&page, "Mine.").with("review_note", "Nice work").with("action", "send-back");
    let refused = ada.submit(forged).await;
    refused.assert_status(422).shows("Only editors send a post back.");
    assert_eq!(refused.form(".post-form").value("body"), "Mine.");
    assert_eq!(app.count(WAITING).await, 1);
    assert_eq!(app.count("select count(*) from post_reviews").await, 0);
    let mut eve = app.logged_in(Person::Eve).await;
    eve.post(&format!("{}/publication", page.url), &[("action", "take-back")]).await.assert_status(404);
    assert_eq!(app.count(WAITING).await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_page_before_publishing_submits_with_the_time_that_is_wished(db: PgPool) {
    let app = TestApp::new(db).await;
    editors_come_first(&app).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = draft(&mut ada, "Trains", "Words.").await;
    let checks = ada.get(&format!("{}/publish", page.url)).await.form("main form");
    let wish = checks.fill("publish_at", "2031-03-30T12:00").fill("visibility", "unlisted");
    ada.submit(wish.press("Submit for review")).await.shows("Submitted.");
    assert_eq!((app.count(WAITING).await, app.count(PUBLISHED).await), (1, 0));

    let again = ada.get(&format!("{}/publish", page.url)).await.form("main form");
    ada.submit(again.press("Save")).await.shows("Saved. It still waits for an editor.");
    let mut edi = app.logged_in(Person::Edi).await;
    let form = edi.get(&page.url).await.form(".post-form");
    assert_eq!(
        (form.value("publish_at").as_str(), form.value("visibility").as_str()),
        ("2031-03-30T12:00", "unlisted")
    );
    edi.submit(form.press("Publish")).await.shows("Published.");
    let mail = app.mail_to(&Person::Ada.email()).await;
    assert!(mail.subject.starts_with("“Trains” is scheduled"), "{mail:?}");
    assert!(
        mail.text.contains("Edi has published “Trains”. It comes out on 30 March 2031, 12:00"),
        "{mail:?}"
    );
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_editor_publishes_it_and_its_author_is_told_once(db: PgPool) {
    let app = TestApp::new(db).await;
    editors_come_first(&app).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = submitted(&mut ada, "Trains").await.url;
    let mut edi = app.logged_in(Person::Edi).await;
    let form = edi.get(&url).await.form(".post-form");
    edi.submit(form.press("Publish")).await.shows("Published.");
    assert_eq!(app.count(WAITING).await, 0);
    app.browser().get("/posts/trains").await.assert_status(200);
    let mail = app.mail_to(&Person::Ada.email()).await;
    assert!(mail.subject.starts_with("“Trains” is published"), "{mail:?}");
    assert!(mail.text.contains("Edi has published “Trains”:\n\nhttp://localhost/posts/trains\n"), "{mail:?}");

    let form = edi.get(&url).await.form(".post-form").fill("body", "Better words.");
    edi.submit(form.press("Save")).await.shows("Saved.");
    assert_eq!(mails_to(&app, Person::Ada).await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_came_out_once_is_its_author_s_to_change_until_it_is_unpublished(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Trains", "Words.").await;
    editors_come_first(&app).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = ada.get("/write?stage=published").await.attr(".title-cell a", "href");
    let form = ada.get(&url).await.form(".post-form").with("action", "submit");
    ada.submit(form).await.shows("Saved. Only a draft can be submitted.");
    let checks = ada.get(&format!("{url}/publish")).await.form("main form");
    ada.submit(checks.fill("publish_at", "2031-03-30T12:00").press("Save")).await.shows("Scheduled");
    let checks = ada.get(&format!("{url}/publish")).await.form("main form");
    ada.submit(checks.fill("publish_at", "2020-03-30T12:00").press("Publish")).await.shows("Published.");
    app.browser().get("/posts/trains").await.assert_status(200);

    press_move(&mut ada, &url, "Unpublish").await.shows("it is a draft again");
    let page = ada.get(&url).await;
    assert_eq!(page.text("h1 .badge"), "Draft");
    ada.submit(page.form(".post-form").with("action", "publish")).await.assert_status(422).shows(REFUSED);
    ada.submit(page.form(".post-form").press("Submit for review")).await.shows("Submitted.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn without_the_rule_authors_publish_as_before_also_what_waits(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = new_post(&mut ada, "At once").await;
    ada.submit(form.press("Publish")).await.shows("Published.");
    let page = submitted(&mut ada, "Later").await;
    ada.submit(page.form(".post-form").press("Publish")).await.shows("Published.");
    assert_eq!((app.count(WAITING).await, app.count(PUBLISHED).await), (0, 2));
    assert_eq!(mails_to(&app, Person::Ada).await, 0, "nobody tells her what she did herself");
    let mut edi = app.logged_in(Person::Edi).await;
    assert!(!edi.get("/write/new").await.has("button[value=submit]"), "an editor asks nobody");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_trash_and_being_published_end_the_waiting_for_good(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = submitted(&mut ada, "Trains").await.url;
    press_move(&mut ada, &url, "Move to the trash").await.shows("Moved to the trash.");
    press_move(&mut ada, &url, "Restore").await.shows("Restored as a draft.");
    assert_eq!(ada.get(&url).await.text("h1 .badge"), "Draft");

    let form = ada.get(&url).await.form(".post-form");
    ada.submit(form.press("Submit for review")).await.shows("Submitted.");
    let mut edi = app.logged_in(Person::Edi).await;
    let form = edi.get(&url).await.form(".post-form");
    edi.submit(form.press("Publish")).await.shows("Published.");
    press_move(&mut ada, &url, "Unpublish").await;
    assert_eq!(ada.get(&url).await.text("h1 .badge"), "Draft");
    assert_eq!(app.count("select count(*) from posts where submitted_by is not null").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn its_author_takes_it_back_and_whoever_sends_it_back_then_loses_no_word(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = submitted(&mut ada, "Trains").await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&page.url).await;
    press_move(&mut ada, &page.url, "Take it back").await.shows("Taken back");
    assert_eq!(app.count(WAITING).await, 0);
    assert!(app.mails().await.is_empty(), "nobody is asked to look at what does not wait");
    ada.submit(page.form(".post-moves").press("Take it back")).await.assert_status(409);

    let form = with_body(&theirs, "Edi's words.").fill("review_note", "A thought of mine");
    let saved = edi.submit(form.press("Send back")).await;
    saved.shows("Saved, and not sent back: it does not wait for an editor any more.");
    assert_eq!(body_of(&app).await, "Edi's words.");
    assert_eq!(saved.form(".post-form").value("review_note"), "A thought of mine");
    assert_eq!(app.count("select count(*) from post_reviews").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_post_goes_on_waiting_while_it_is_changed(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let page = submitted(&mut ada, "Trains").await;
    let saved = ada.submit(with_body(&page, "Other words.").press("Save draft")).await;
    saved.shows("Saved. It still waits for an editor.");
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (1, "Other words."));
    // the button in a form that was opened before
    let stale = saved.form(".post-form").with("action", "submit");
    ada.submit(stale).await.shows("Saved. It still waits for an editor.");
    assert_eq!((app.count(WAITING).await, mails_to(&app, Person::Edi).await), (1, 1));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_save_that_is_put_together_with_another_is_submitted_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mine = draft(&mut ada, "Trains", "One.\n\nTwo.\n\nThree.").await;
    let mut edi = app.logged_in(Person::Edi).await;
    let theirs = edi.get(&mine.url).await;
    edi.submit(with_body(&theirs, "One.\n\nTwo.\n\nLast.").press("Save draft")).await.shows("saved");
    let form = with_body(&mine, "First.\n\nTwo.\n\nThree.");
    let saved = ada.submit(form.press("Submit for review")).await;
    saved.shows("Submitted.").shows("both changes are in the text now");
    assert_eq!((app.count(WAITING).await, body_of(&app).await.as_str()), (1, "First.\n\nTwo.\n\nLast."));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn editors_are_told_of_a_post_once_an_hour_at_most(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = submitted(&mut ada, "Trains").await.url;
    for (minutes, mails) in [(0, 1), (59, 1), (61, 2), (0, 2)] {
        sqlx::query("update post_events set at = now() - make_interval(mins => $1)")
            .bind(minutes)
            .execute(&app.db)
            .await
            .expect("as if it were long ago");
        press_move(&mut ada, &url, "Take it back").await;
        let form = ada.get(&url).await.form(".post-form");
        ada.submit(form.press("Submit for review")).await.shows("Submitted.");
        assert_eq!(mails_to(&app, Person::Edi).await, mails, "{minutes} minutes later");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_must_be_mended_holds_back_what_is_submitted_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = new_post(&mut ada, "Held").await.fill("body", "![](/media/x.png)");
    let held = ada.submit(form.press("Submit for review")).await;
    held.shows("Saved, and not submitted yet: something has to be mended first.").shows("has no words");
    editors_come_first(&app).await;
    let page = ada.get(&held.url).await.form("main form");
    ada.submit(page.press("Submit for review")).await.assert_status(422).shows("not submitted yet");
    assert_eq!(app.count(WAITING).await, 0);
    assert!(app.mails().await.is_empty());
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_note_that_was_typed_and_not_sent_stays(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let url = submitted(&mut ada, "Trains").await.url;
    let mut edi = app.logged_in(Person::Edi).await;
    let form = edi.get(&url).await.form(".post-form").fill("review_note", "Half a thought");
    autosave(&mut edi, form.clone()).await.assert_status(204);
    let again = edi.get(&url).await;
    edi.get(&again.attr("#q-unsaved ~ ul a", "href")).await.shows("Half a thought");

    let saved = edi.submit(form.press("Save draft")).await;
    saved.shows("Your note to the author is still here. Nobody has got it yet.");
    let form = saved.form(".post-form");
    assert_eq!(form.value("review_note"), "Half a thought");

    // both change the same line: the note waits until that is decided
    let theirs = ada.get(&url).await;
    ada.submit(with_body(&theirs, "Ada's words.").press("Save draft")).await.shows("Saved.");
    let conflict = edi.submit(form.fill("body", "Edi's words.").press("Send back")).await;
    conflict.assert_status(409);
    let decided = conflict.form(".conflict-page form");
    let edited = edi.submit(decided.clone().press("Edit the result first")).await;
    assert_eq!(edited.form(".post-form").value("review_note"), "Half a thought");
    let saved = edi.submit(decided.press("Save the result")).await;
    assert_eq!(app.count(WAITING).await, 1);
    edi.submit(saved.form(".post-form").press("Send back")).await.shows("Sent back to Ada.");
    assert!(!edi.get(&url).await.has("#q-unsaved"));
    assert_eq!(ada.get(&url).await.texts(".reviews .note"), ["Half a thought"]);
}
