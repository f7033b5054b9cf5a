//! A form that was open for longer than the session: nothing is changed, and nothing typed is lost.

use sqlx::PgPool;

use super::{
    everything::everything_but,
    typed::{EMAIL, WORDS, end_all_sessions, forms, gives_nothing_away, holds, unsafe_doors},
};
use crate::{
    doors::Places,
    support::{Browser, Form, Page, Person, TestApp},
};

/// What of the form comes back at a door that is open for everybody: what its own form has of it.
fn comes_back(route: &str) -> Option<&'static str> {
    match route {
        "/login" | "/password/forgot" => Some(EMAIL),
        "/logout"
        | "/rescue"
        | "/login/passkey"
        | "/verify/{token}"
        | "/password/reset/{token}"
        | "/account/email/{token}" => None,
        _ => Some(WORDS),
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_form_after_the_end_of_the_session_changes_nothing_at_any_door_and_its_words_come_back(
    db: PgPool,
) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    let mut root = app.logged_in(Person::Root).await;
    let cookies = root.cookies.clone();
    end_all_sessions(&app).await;
    // tries at a password are counted, whoever makes them, and noted
    let counted = ["rate_limits", "backoffs"];
    let mut before = everything_but(&app.db, &counted).await;

    for (route, _, address, statuses) in unsafe_doors() {
        let address = places.address(address);
        for (kind, body) in forms(route) {
            root.cookies = cookies.clone();
            let page = root.post_raw(&address, &kind, &body, &[("sec-fetch-site", "same-origin")]).await;
            gives_nothing_away(&page);
            if let Some(words) = comes_back(route) {
                assert!(holds(&page, words), "{route}: {}", page.body);
            }
            // nobody is sent to the login there: the words are shown instead, ready to be sent again
            if statuses[0] == 303 && !["/logout", "/rescue"].contains(route) {
                page.assert_status(401).shows("Your session is over, so nothing was changed.");
                let again = page.form(".typed form").press("Send it again");
                assert_eq!(again.action(), address);
                assert_eq!(again.encoded().0.split(';').next(), kind.split(';').next(), "{route}");
            }
            let after = everything_but(&app.db, &counted).await;
            if *route == "/login" {
                before.insert("audit_log".to_owned(), after["audit_log"].clone());
            }
            assert_eq!(after, before, "{route}");
        }
    }
}

/// Sends the form after the session has ended, logs in, and sends it again.
async fn sent_again(app: &TestApp, browser: &mut Browser, form: Form) -> Page {
    end_all_sessions(app).await;
    let refused = browser.submit(form).await;
    refused.assert_status(401).shows("What you wrote is still here");
    assert!(refused.has(".typed a[href='/login'][target=_blank]"));
    app.log_in(browser, Person::Root).await;
    browser.submit(refused.form(".typed form").press("Send it again")).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_what_was_typed_before_the_session_ended_is_saved_after_a_new_login(db: PgPool) {
    let app = TestApp::with(db, |config| config.bounds.form_bytes = 16_000).await;
    let mut root = app.logged_in(Person::Root).await;
    // longer than a form without files may be
    let text = "Some words of \u{5b57} & <more>.\n\n".repeat(700);
    let form = root.get("/write/new").await.form(".post-form").fill("title", WORDS).fill("body", &text);
    let form = form.fill("tags", "One, Two").fill("slug", "kept").press("Save draft");
    sent_again(&app, &mut root, form).await.shows("Draft saved.");
    let row: (String, String) = sqlx::query_as("select title, body_md from posts where slug = 'kept'")
        .fetch_one(&app.db)
        .await
        .expect("the post");
    assert_eq!((row.0.as_str(), row.1.trim()), (WORDS, text.trim()));

    let form = root.get("/account").await.form("main form").fill("bio", WORDS);
    let saved = sent_again(&app, &mut root, form).await;
    saved.shows("Saved.");
    assert_eq!(saved.form("main form").value("bio"), WORDS);

    let form = root.get("/admin/settings").await.form("main form").fill("description", WORDS);
    let form = form.tick("second_factor", "editor").tick("second_factor", "moderator");
    let saved = sent_again(&app, &mut root, form).await;
    saved.shows("Saved.");
    assert_eq!(saved.form("main form").value("description"), WORDS);
    assert!(saved.has("[name=second_factor][value=editor][checked]"));
    assert!(saved.has("[name=second_factor][value=moderator][checked]"));

    let form = root.get("/admin/users/new").await.form("main form");
    let form = form.fill("name", WORDS).fill("email", "zoe@example.org");
    sent_again(&app, &mut root, form).await.shows("The account is made");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_a_comment_after_the_end_of_the_session_is_not_lost(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut ben = app.logged_in(Person::Ben).await;
    let form = ben.get(&path).await.form(".comment-form").fill("body", WORDS).press("Send comment");
    end_all_sessions(&app).await;
    let asked = ben.submit(form).await;
    asked.assert_status(422).shows("Please say who you are");
    assert_eq!(asked.form(".comment-form").value("body"), WORDS);
    app.log_in(&mut ben, Person::Ben).await;
    ben.submit(asked.form(".comment-form").press("Send comment")).await.shows("waits for a moderator");
}
