//! Who sees what, and until when.

use sqlx::PgPool;

use super::support::{Browser, Page, Person, TestApp};

/// Ada's posts, one in each place where readers do not find it by themselves, all in one series and with a tag of their
/// own; and one that everybody sees.
async fn furnish(app: &TestApp) {
    for title in ["Openword", "Privateword", "Unlistedword", "Expiredword", "Scheduledword"] {
        let mut ada = app.logged_in(Person::Ada).await;
        let form = ada.get("/write/new").await.form(".post-form").fill("title", title);
        let form = form.fill("body", &format!("About {title}.")).fill("tags", &format!("Tag {title}"));
        let visibility = match title {
            "Privateword" => "private",
            "Unlistedword" => "unlisted",
            _ => "public",
        };
        let form = form.fill("series", "Walks").fill("visibility", visibility);
        ada.submit(form.press("Publish")).await.shows("Published.");
    }
    app.sql("insert into series (slug, title) select 'of-' || slug, 'Of ' || title from posts").await;
    app.sql(
        "update posts set series_id = (select id from series where slug = 'walks'), series_position = id",
    )
    .await;
    app.sql("update posts set unpublish_at = now() where slug = 'expiredword'").await;
    app.sql("update posts set publish_at = now() + interval '1 day' where slug = 'scheduledword'").await;
    app.sql(
        "insert into comments (post_id, path, guest_name, person_key, body_md, body_html, renderer_version, state)
         select id, array[id], 'Guest ' || title, '\\x00', 'Comment of ' || title, 'Comment of ' || title, 9, 'published'
         from posts",
    )
    .await;
    app.state.site.reload(&app.db).await.expect("settings");
}

/// Every address of the public side that could tell of a post.
const PLACES: [&str; 29] = [
    "/",
    "/?before=9999999999999999-9",
    "/archive",
    "/archive/2026",
    "/tags",
    "/authors/ada",
    "/search?q=privateword",
    "/search?q=unlistedword",
    "/search?q=expiredword",
    "/search?q=scheduledword",
    "/search?q=about",
    "/series",
    "/series/walks",
    "/series/of-privateword",
    "/feed.xml",
    "/tags/tag-openword/feed.xml",
    "/authors/ada/feed.xml",
    "/series/walks/feed.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/posts/openword",
    "/posts/openword/comments",
    "/tags/tag-openword",
    "/tags/tag-privateword",
    "/tags/tag-unlistedword",
    "/tags/tag-expiredword",
    "/tags/tag-scheduledword",
    "/tags/tag-privateword/feed.xml",
    "/no-such-page",
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_what_is_private_unlisted_over_or_not_yet_out_is_in_no_public_place(db: PgPool) {
    let app = TestApp::new(db).await;
    furnish(&app).await;
    let comments: Vec<i64> =
        sqlx::query_scalar("select id from comments order by id").fetch_all(&app.db).await.expect("comments");
    let permalinks = comments.iter().map(|id| format!("/comments/{id}"));
    let places: Vec<String> = PLACES.into_iter().map(str::to_owned).chain(permalinks).collect();
    for mut browser in [app.browser(), app.logged_in(Person::Ben).await, app.logged_in(Person::Eve).await] {
        for place in &places {
            let page = browser.get_once(place).await;
            for word in ["privateword", "unlistedword", "expiredword", "scheduledword"] {
                tells_nothing(&page, word);
            }
        }
        for place in ["/", "/authors/ada", "/feed.xml", "/sitemap.xml", "/series/walks", "/search?q=openword"]
        {
            assert!(browser.get_once(place).await.body.to_lowercase().contains("/posts/openword"), "{place}");
        }
    }
}

fn tells_nothing(page: &Page, word: &str) {
    // the words of a search stand in its field, and in what it says when nothing was found
    let body = page.body.to_lowercase();
    let body = body.replace(&format!("value=\"{word}\""), "").replace(&format!("“{word}”"), "");
    assert!(!body.contains(word), "{} tells of {word}: {body}", page.url);
    assert!(!page.header("location").contains(word), "{} leads to {word}", page.url);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_address_shows_what_its_visitor_may_see(db: PgPool) {
    let app = TestApp::new(db).await;
    furnish(&app).await;
    let expected = [
        ("openword", [200, 200, 200, 200]),
        ("privateword", [404, 404, 200, 200]),
        ("unlistedword", [200, 200, 200, 200]),
        ("expiredword", [410, 410, 410, 410]),
        ("scheduledword", [404, 404, 404, 404]),
    ];
    let mut visitors = vec![app.browser()];
    for person in [Person::Eve, Person::Ada, Person::Edi] {
        visitors.push(app.logged_in(person).await);
    }
    for (slug, statuses) in expected {
        for (browser, status) in visitors.iter_mut().zip(statuses) {
            browser.get(&format!("/posts/{slug}")).await.assert_status(status);
        }
    }
    let [guest, _, ada, _] = visitors.as_mut_slice() else { panic!("four visitors") };
    guest.get("/posts/expiredword").await.shows("This page was here for a time, and that time is over.");
    let own = ada.get("/posts/privateword").await;
    own.shows("Private: only those who may edit it see it.").shows("Comments are closed.");
    assert!(!own.has(".comment-form"));
    ada.get("/posts/privateword/comments").await.assert_status(404);
    guest.get("/posts/privateword/comments").await.assert_status(404);
    guest.get("/posts/unlistedword").await.hides("Unlisted:");
    ada.get("/posts/unlistedword").await.shows("Unlisted: it stands in no list");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_page_that_is_not_public_is_not_in_the_menu(db: PgPool) {
    let app = TestApp::new(db).await;
    furnish(&app).await;
    app.sql("update posts set kind = 'page'").await;
    app.state.site.reload(&app.db).await.expect("settings");
    let mut guest = app.browser();
    assert_eq!(guest.get("/").await.texts(".menu a"), ["Archive", "Tags", "Openword", "Search"]);
    for (slug, status) in [
        ("openword", 200),
        ("privateword", 404),
        ("unlistedword", 200),
        ("expiredword", 410),
        ("scheduledword", 404),
    ] {
        guest.get(&format!("/{slug}")).await.assert_status(status);
    }
    app.logged_in(Person::Edi).await.get("/privateword").await.shows("Private: only those");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn machines_are_told_what_the_author_says(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Told", "The beginning of it.").await;
    let mut guest = app.browser();
    let page = guest.get(&path).await;
    assert_eq!(page.attr("meta[name=description]", "content"), "The beginning of it.");
    assert_eq!(page.attr("link[rel=canonical]", "href"), format!("http://localhost{path}"));
    assert_eq!(
        (page.attr("article", "lang"), page.attr("article", "dir")),
        ("en".to_owned(), "ltr".to_owned())
    );
    assert!(!page.has("meta[name=robots]") && page.header("x-robots-tag").is_empty());
    assert!(guest.get("/sitemap.xml").await.body.contains(&path));

    app.sql(
        "insert into media (source_hash, file_key, kind, width, height, bytes)
         values ('\\x00', 'ab/share.png', 'png', 10, 10, 10)",
    )
    .await;
    app.sql(
        "update posts set description = 'In <short>', canonical_url = 'https://first.example/told', language = 'he',
            noindex = true, share_image_id = (select id from media)",
    )
    .await;
    let page = guest.get(&path).await;
    for css in ["meta[name=description]", "meta[property=\"og:description\"]"] {
        assert_eq!(page.attr(css, "content"), "In <short>");
    }
    assert_eq!(page.attr("meta[property=\"og:image\"]", "content"), "http://localhost/media/ab/share.png");
    assert_eq!(page.attr("link[rel=canonical]", "href"), "https://first.example/told");
    assert_eq!(
        (page.attr("article", "lang"), page.attr("article", "dir")),
        ("he".to_owned(), "rtl".to_owned())
    );
    assert_eq!(page.attr("meta[name=robots]", "content"), "noindex");
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert!(!guest.get("/sitemap.xml").await.body.contains(&path));
    let feed = guest.get("/feed.xml").await.body;
    assert!(feed.contains("<entry xml:lang=\"he\">"), "{feed}");

    app.sql("update posts set noindex = false, visibility = 'unlisted'").await;
    assert_eq!(guest.get(&path).await.header("x-robots-tag"), "noindex");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn comments_close_at_the_time_that_is_named(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut guest = app.browser();
    app.sql("update posts set comments_close_at = '2999-05-01 10:00+00'").await;
    let open = guest.get(&path).await;
    open.shows("Comments close on 1 May 2999, 10:00.");
    let form = open.form(".comment-form").fill("name", "Guest").fill("body", "In time?");
    app.sql("update posts set comments_close_at = '2001-05-01 10:00+00'").await;
    guest.submit(form.press("Send comment")).await.assert_status(403).shows("Comments are closed here.");
    let closed = guest.get(&path).await;
    closed.shows("Comments closed on 1 May 2001, 10:00.");
    assert!(!closed.has(".comment-form"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_co_author_finds_and_edits_the_post_on_their_desk(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Together", "x").await;
    let mut eve = app.logged_in(Person::Eve).await;
    let id: i64 = sqlx::query_scalar("select id from posts").fetch_one(&app.db).await.expect("a post");
    eve.get(&format!("/write/{id}")).await.assert_status(404);
    assert!(!eve.get(&path).await.has(".byline a[href^=\"/write\"]"));

    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get(&format!("/write/{id}")).await.form(".post-form").fill("authors", "ada, eve");
    ada.submit(form.press("Save")).await.shows("Saved.");
    let shelf = eve.get("/write?stage=published").await;
    shelf.shows("Together");
    assert_eq!(shelf.text(".tabs a[aria-current]"), "Published 1");
    let page = eve.get(&path).await;
    page.shows("By Ada and Eve");
    let form = eve.get(&page.attr(".byline a[href^=\"/write\"]", "href")).await.form(".post-form");
    eve.submit(form.fill("body", "of two").press("Save")).await.shows("Saved.");
    assert!(
        reads(&mut eve, "/authors/eve").await.contains(&path)
            && reads(&mut eve, "/authors/ada").await.contains(&path)
    );
}

async fn reads(browser: &mut Browser, path: &str) -> String {
    browser.get(path).await.body
}
