//! A copy of one's data, and the end of an account.

use std::io::{Cursor, Read as _};

use sqlx::PgPool;

use super::{Browser, PASSWORD, Page, Person, TestApp, is_in, log_in};

async fn comment(app: &TestApp, browser: &mut Browser, path: &str, body: &str) -> i64 {
    let form = browser.get(path).await.form(".comment-form").fill("body", body);
    browser.submit(form.press("Send comment")).await;
    let newest = app.count("select max(id) from comments").await;
    let mut max = app.logged_in(Person::Max).await;
    let one = max.get("/admin/comments").await.attr(".desk-item button.primary", "value");
    max.post("/admin/comments/decisions", &[("one", &one)]).await;
    newest
}

async fn leave(browser: &mut Browser, comments: &str) -> Page {
    let form = browser.get("/account/delete").await.form("main form");
    browser.submit(form.fill("comments", comments).fill("sure", "yes")).await
}

/// Ben's comment with Eve's answer under Ada's post; its path.
async fn talk(app: &TestApp, ben: &mut Browser) -> String {
    let path = app.post("Talk", "x").await;
    let parent = comment(app, ben, &path, "A thought of Ben").await;
    let mut eve = app.logged_in(Person::Eve).await;
    let answer = format!("{path}/comments?parent={parent}");
    let form = eve.get(&answer).await.form(".comment-form").fill("body", "An answer of Eve");
    eve.submit(form.press("Send comment")).await;
    let mut max = app.logged_in(Person::Max).await;
    let one = max.get("/admin/comments").await.attr(".desk-item button.primary", "value");
    max.post("/admin/comments/decisions", &[("one", &one)]).await;
    app.browser().get(&path).await.shows("2 comments").shows("A thought of Ben").shows("Ben");
    path
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_copy_holds_ones_own_data_and_no_secret(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    talk(&app, &mut ben).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let draft = ada
        .get("/write/new")
        .await
        .form(".post-form")
        .fill("title", "Secret \"plan\"")
        .fill("body", "Not yet");
    ada.submit(draft.press("Save draft")).await;
    super::Authenticator::set_up(&app, &mut ada).await;
    app.sql(
        "insert into post_reviews (post_id, editor_id, note) \
         select min(p.id), u.id, u.handle || ' noted this' from posts p, users u group by u.id",
    )
    .await;

    for (browser, name, own, foreign) in [
        (&mut ben, "ben", "A thought of Ben", "An answer of Eve"),
        (&mut ada, "ada", "Not yet", "A thought of Ben"),
    ] {
        let form = browser.get("/account/export").await.form("main form");
        let (bytes, head) = zip_of(browser, form).await;
        assert!(head.contains(&format!("{name}.zip")), "{head}");
        let files = files_of(bytes);
        let all = files.iter().flat_map(|(name, text)| [name.as_str(), text]).collect::<Vec<_>>().join("\n");
        assert!(all.contains(own) && !all.contains(foreign), "{all}");
        assert!(all.contains(&format!("{name} noted this")) && all.matches(" noted this").count() == 1);
        assert!(all.contains(&format!("{name}@example.org")) && all.contains("127.0.0.0/24"), "{all}");
        assert!(all.contains("sign_in"), "{all}");
        for secret in
            ["argon2", "hash", "totp", "token", "sealed", "password_hash", "credential", "session_epoch"]
        {
            assert!(!all.to_lowercase().contains(secret), "{secret}: {all}");
        }
        for other in ["eve@example.org", "root@example.org", "max@example.org"] {
            assert!(!all.contains(other), "{other}: {all}");
        }
        assert!(!all.contains(&browser.cookies["session"]));
    }
}

async fn zip_of(browser: &mut Browser, form: super::Form) -> (Vec<u8>, String) {
    let (bytes, headers) = browser.download(form).await;
    assert_eq!(headers["content-type"], "application/zip");
    assert_eq!(headers["cache-control"], "no-store");
    (bytes, headers["content-disposition"].to_str().expect("text").to_owned())
}

fn files_of(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            (file.name().expect("a name").into_owned(), text)
        })
        .collect()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_copy_tells_nothing_of_whoever_had_the_handle_before(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut first = app.browser_at("203.0.113.9");
    log_in(&mut first, "ben@example.org", PASSWORD).await;
    leave(&mut first, "keep").await.shows("Your account is deleted.");
    let mut root = app.logged_in(Person::Root).await;
    let form = root
        .get("/admin/users/new")
        .await
        .form("main form")
        .fill("name", "Ben")
        .fill("email", "ben@new.example");
    root.submit(form).await.shows("The account is made");
    let mut second = app.browser();
    let reset = second.get(&app.newest_link().await).await.form("main form").fill("password", PASSWORD);
    second.submit(reset).await;
    log_in(&mut second, "ben@new.example", PASSWORD).await.shows("You are logged in.");
    let form = second.get("/account/export").await.form("main form");
    let (bytes, head) = zip_of(&mut second, form).await;
    assert!(head.contains("ben.zip"), "{head}");
    let all = format!("{:?}", files_of(bytes));
    assert!(
        all.contains("account_made") && !all.contains("203.0.113") && !all.contains("account_deleted"),
        "{all}"
    );
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn who_leaves_takes_their_name_along_and_the_thread_stays_whole(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let mut elsewhere = app.logged_in(Person::Ben).await;
    let path = talk(&app, &mut ben).await;
    let form = ben.get("/account/delete").await.form("main form");
    ben.submit(form).await.assert_status(422).shows("Please choose").shows("Please tick");
    leave(&mut ben, "keep").await.shows("Your account is deleted. Farewell.");
    assert!(!is_in(&mut ben).await && !is_in(&mut elsewhere).await);
    log_in(&mut ben, "ben@example.org", PASSWORD).await.shows("do not fit together");
    assert!(app.mail_to("ben@example.org").await.subject.contains("was deleted"));

    let page = app.browser().get(&path).await;
    page.shows("2 comments").shows("A thought of Ben").shows("An answer of Eve").shows("Somebody who left");
    let names = page.texts(".comment .name");
    assert!(!names.iter().any(|name| name == "Ben"), "{names:?}");
    let mut root = app.logged_in(Person::Root).await;
    root.get("/admin/users").await.hides("ben@example.org").hides("Somebody who left");
    assert_eq!(app.count("select count(*) from users where name = 'Ben' or handle = 'ben'").await, 0);
    let left = "select count(*) from users where deleted_at is not null and (email_sealed is not null
        or email_key is not null or password_hash is not null or totp_sealed is not null or avatar is not null
        or bio <> '')";
    assert_eq!(app.count(left).await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn who_leaves_may_take_their_words_along(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    let path = talk(&app, &mut ben).await;
    leave(&mut ben, "erase").await.shows("Your account is deleted.");
    let page = app.browser().get(&path).await;
    page.hides("A thought of Ben").shows("An answer of Eve").shows("This comment was removed.");
    let words = "select count(*) from comments where body_md like '%thought of Ben%' or body_html like '%thought of Ben%'";
    assert_eq!(app.count(words).await, 0);
    app.logged_in(Person::Max).await.get("/admin/comments?state=withdrawn").await.hides("A thought of Ben");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_posts_of_who_leaves_stay_without_their_name(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("A lasting post", "Words").await;
    let mut ada = app.logged_in(Person::Ada).await;
    app.browser().get("/authors/ada").await.shows("A lasting post");
    leave(&mut ada, "erase").await.shows("Your account is deleted.");
    let mut reader = app.browser();
    for gone in ["/authors/ada", "/authors/ada/feed.xml", "/authors/ada/avatar.svg"] {
        reader.get(gone).await.assert_status(404);
    }
    reader.get(&path).await.shows("Words").shows("Somebody who left").hides("Ada");
    for page in ["/", "/feed.xml", "/archive", "/sitemap.xml", "/search?q=lasting", "/search?q=ada"] {
        let body = reader.get(page).await.body;
        assert!(!body.contains("Ada") && !body.contains("/authors/ada"), "{page}: {body}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_last_admin_cannot_leave(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    leave(&mut root, "erase").await.assert_status(422).shows("You are the only admin.");
    assert!(is_in(&mut root).await);
    let mut tx = app.db.begin().await.expect("a transaction");
    let erased = quire::accounts::queries::erase(&mut tx, app.id(Person::Root)).await;
    assert!(!erased.expect("a database"));
    drop(tx);
    let form = root.get("/admin/users?q=max").await.form("main table form").fill("role", "admin");
    root.submit(form.press("Change")).await;
    leave(&mut root, "keep").await.shows("Your account is deleted.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_address_is_free_again_when_its_owner_has_left(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.logged_in(Person::Ben).await;
    leave(&mut ben, "keep").await;
    let form = super::register_form(&mut ben, "/register", "ben@example.org").await;
    ben.submit(form).await;
    super::confirm(&app, &mut ben, "ben@example.org").await.shows("Please log in.");
    log_in(&mut ben, "ben@example.org", PASSWORD).await.shows("You are logged in.");
}
