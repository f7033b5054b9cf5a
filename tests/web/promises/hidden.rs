//! P4: what is not for somebody is not there, by whatever address, flag or number they ask.

use sqlx::PgPool;

use super::everything::everything;
use crate::{
    doors::Places,
    support::{Page, Person, TestApp},
};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_12_no_flag_shows_a_draft_or_a_scheduled_post(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for (title, button, at) in [("Hushed", "Save draft", ""), ("Hushed later", "Publish", "2999-01-01T10:00")]
    {
        let form = ada.get("/write/new").await.form(".post-form").fill("title", title).fill("body", "hushed");
        ada.submit(form.fill("tags", "Hushed").fill("publish_at", at).press(button)).await;
    }
    app.post("Open", "A word.").await;
    let flags = "status=draft&state=draft&stage=draft&post_status=any&preview=true&preview=1&draft=1&drafts=1\
                 &static=1&order=asc&whose=all&include=drafts&filter=status:draft&p=1&id=1&page_id=1&year=2999";
    for mut browser in [app.browser(), app.logged_in(Person::Ben).await] {
        for path in [
            "/",
            "/tags",
            "/tags/hushed",
            "/archive",
            "/archive/2999",
            "/archive/2999/01",
            "/authors/ada",
            "/search",
            "/search?q=hushed",
            "/feed.xml",
            "/authors/ada/feed.xml",
            "/tags/hushed/feed.xml",
            "/sitemap.xml",
            "/posts/open",
            "/posts/hushed",
            "/posts/hushed-later",
            "/posts/hushed/comments",
            "/hushed",
            "/write/1",
        ] {
            let more = if path.contains('?') { '&' } else { '?' };
            let page = browser.get_once(&format!("{path}{more}{flags}")).await;
            // the words of a search stand in its field
            let body = page.body.replace("value=\"hushed\"", "").replace("“hushed”", "");
            assert!(!body.to_lowercase().contains("hushed"), "{path}: {body}");
            if path.starts_with("/posts/hushed") {
                page.assert_status(404);
            }
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_13_waiting_comments_and_those_of_hidden_posts_are_nowhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Open", "A word.").await;
    let mut guest = app.browser();
    crate::comments::comment(&app, &mut guest, &path, "Hushedguest", "Hushedwords").await.shows("waits");
    let places = [
        "/",
        "/posts/open",
        "/posts/open/comments",
        "/posts/open?after=0",
        "/authors/ada",
        "/archive",
        "/feed.xml",
        "/search?q=hushedwords",
        "/sitemap.xml",
        "/comments/1",
        "/comments/1/delete",
    ];
    let hidden = |page: &Page| {
        assert!(!page.body.contains("Hushedwords") && !page.body.contains("Hushedguest"), "{}", page.url);
        assert!(!page.body.contains("1 comment"), "{}: {}", page.url, page.body);
    };
    for mut browser in [app.browser(), app.logged_in(Person::Eve).await] {
        for path in places {
            hidden(&browser.get_once(path).await);
        }
        browser.get_once("/comments/1").await.assert_status(404);
    }
    let mut max = app.logged_in(Person::Max).await;
    let one = max.get("/admin/comments").await.attr(".desk-item button.primary", "value");
    max.post("/admin/comments/decisions", &[("one", &one)]).await;
    guest.get("/posts/open").await.shows("Hushedwords");
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = ada.get("/write?stage=published").await.attr(".desk-table a", "href");
    let unpublish = ada.get(&desk).await.form(".post-moves").press("Unpublish");
    ada.submit(unpublish).await.shows("it is a draft again");
    for path in places {
        hidden(&guest.get_once(path).await);
    }
    guest.get_once("/comments/1").await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_14_no_answer_to_the_public_depends_on_a_private_field(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Open", "A word.").await;
    let mut browser = app.browser();
    for path in ["/", "/authors/ada", "/tags", "/archive", "/feed.xml", "/sitemap.xml"] {
        let plain = browser.get_once(path).await.body;
        for query in [
            "email=ada@example.org",
            "email[like]=a%25",
            "filter=email:~'a'",
            "filter=password_hash:-null",
            "search=ada@example.org",
            "q=ada@example.org",
            "sort=password_hash",
            "order=email_key%20desc",
            "order_by=users.email_key",
            "fields=email,password_hash",
            "include=sessions",
            "role=admin",
        ] {
            assert_eq!(browser.get_once(&format!("{path}?{query}")).await.body, plain, "{path}?{query}");
        }
    }
    for (known, unknown) in [("ada@example.org", "abc@example.org"), ("argon2id", "argon2ix")] {
        let found = |page: &Page| page.texts(".card h2").len();
        let known = browser.get(&format!("/search?q={known}")).await;
        let unknown = browser.get(&format!("/search?q={unknown}")).await;
        assert_eq!((found(&known), found(&unknown)), (0, 0));
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_15_no_spelling_of_an_address_of_admins_opens_it(db: PgPool) {
    let app = TestApp::new(db).await;
    for person in [None, Some(Person::Ben), Some(Person::Ada), Some(Person::Max)] {
        let mut browser = match person {
            None => app.browser(),
            Some(person) => app.logged_in(person).await,
        };
        for spelling in [
            "/admin/users",
            "/admin/users/",
            "/admin//users",
            "//admin/users",
            "/admin/./users",
            "/x/../admin/users",
            "/admin/x/../users",
            "/Admin/Users",
            "/ADMIN/USERS",
            "/%61dmin/users",
            "/admin/%75sers",
            "/admin%2fusers",
            "/admin%2Fusers",
            "/admin%5cusers",
            "/admin;x/users",
            "/admin/users;.css",
            "/admin/users.json",
            "/admin/users.css",
            "/admin/users%20",
            "/admin/users%23",
            "/admin/users%3fx",
            "/admin/users?format=json",
            "/static/../admin/users",
            "/static/..%2fadmin/users",
            "/admin/users/index.html",
        ] {
            let page = browser.get_once(spelling).await;
            assert!(
                [303, 403, 404].contains(&page.status.as_u16()),
                "{spelling} for {person:?}: {}",
                page.status
            );
            assert!(!page.body.contains("@example.org"), "{spelling} for {person:?}");
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_11_an_id_is_a_number_or_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    let mut eve = app.logged_in(Person::Eve).await;
    let mut root = app.logged_in(Person::Root).await;
    let draft = places.address("DRAFT");
    let before = everything(&app.db).await;
    for odd in [
        format!("{draft}helloworld"),
        format!("{draft}%20"),
        format!("%20{draft}"),
        format!("{draft}.0"),
        format!("{draft},1"),
        format!("{draft};1"),
        format!("{draft}%00").replace("%00", "%0a"),
        format!("0x{draft}"),
        format!("-{draft}"),
        format!("{draft}e0"),
        format!("{draft}%20or%201=1"),
        "%EF%BC%91".to_owned(),
        "99999999999999999999".to_owned(),
    ] {
        let fields = [("title", "Taken"), ("body", "over"), ("text_version", "1"), ("action", "save")];
        for browser in [&mut eve, &mut root] {
            browser.get_once(&format!("/write/{odd}")).await.assert_status(404);
            browser.post(&format!("/write/{odd}"), &fields).await.assert_status(404);
            let trash = [("action", "trash")];
            browser.post(&format!("/write/{odd}/publication"), &trash).await.assert_status(404);
            browser.post(&format!("/comments/{odd}/delete"), &[]).await.assert_status(404);
        }
        root.post(&format!("/admin/users/{odd}"), &[("action", "role"), ("role", "admin")])
            .await
            .assert_status(404);
    }
    eve.post(&format!("/write/{draft}?id={draft}helloworld"), &[("title", "x"), ("id", &draft)])
        .await
        .assert_status(404);
    assert_eq!(everything(&app.db).await, before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_class_16_nobody_changes_what_belongs_to_somebody_else(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    sqlx::query("update comments set state = 'published'").execute(&app.db).await.expect("approved");
    let mut eve = app.logged_in(Person::Eve).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let other: String = sqlx::query_scalar(
        "select encode(substring(id_hash from 1 for 8), 'hex') from sessions where user_id = $1 limit 1",
    )
    .bind(app.id(Person::Ada))
    .fetch_one(&app.db)
    .await
    .expect("a session of Ada's");
    let before = everything(&app.db).await;
    let fields = [("title", "Taken"), ("body", "over"), ("text_version", "1"), ("action", "save")];
    eve.post(&places.address("/write/DRAFT"), &fields).await.assert_status(404);
    for action in ["trash", "unpublish", "restore"] {
        eve.post(&places.address("/write/DRAFT/publication"), &[("action", action)]).await.assert_status(404);
    }
    eve.post(&places.address("/comments/COMMENT/delete"), &[]).await.assert_status(404);
    eve.get(&places.address("/comments/COMMENT/delete")).await.assert_status(404);
    eve.post("/account/sessions", &[("end", &other)]).await.assert_status(303);
    assert_eq!(everything(&app.db).await, before);
    ada.get_once("/account").await.assert_status(200);
}
