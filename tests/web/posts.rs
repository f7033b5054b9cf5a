//! Reading.

use sqlx::PgPool;

use super::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_empty_blog_says_so(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut browser = app.browser();
    browser.get("/").await.assert_status(200).shows("Nothing is published here yet.");
    browser.get("/archive").await.shows("Nothing is published here yet.");
    browser.get("/tags").await.shows("No post has a tag yet.");
    browser.get("/search?q=x").await.shows("Nothing was found");
    app.logged_in(Person::Ada).await.get("/").await.shows("Write the first post");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_published_post_is_everywhere_a_reader_looks(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form");
    let form = form
        .fill("title", "Über Flüsse")
        .fill("body", "## One\n\nRivers\n\n## Two\n\n## Three")
        .fill("tags", "Water, Maps");
    ada.submit(form.press("Publish")).await.shows("Published.");

    let mut reader = app.browser();
    let page = reader.get("/posts/uber-flusse").await;
    page.assert_status(200).shows("By Ada").shows("Contents");
    assert_eq!(page.texts(".post-foot .tag"), ["Maps", "Water"]);
    assert_eq!(page.attr("link[rel=canonical]", "href"), "http://localhost/posts/uber-flusse");
    assert!(page.has("time[datetime]") && page.has("h2#one"));
    for (list, css) in [
        ("/", ".card h2"),
        ("/tags/water", ".card h2"),
        ("/authors/ada", ".card h2"),
        ("/search?q=rivers", ".card h2"),
    ] {
        assert_eq!(reader.get(list).await.texts(css), ["Über Flüsse"], "{list}");
    }
    let archive = reader.get("/archive").await.attr(".months a", "href");
    assert_eq!(reader.get(&archive).await.texts(".lines a"), ["Über Flüsse"]);
    assert!(reader.get("/sitemap.xml").await.body.contains("/posts/uber-flusse"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_a_draft_is_hidden_from_readers_everywhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for (title, button, at) in [("Draft", "Save draft", ""), ("Later", "Publish", "2999-01-01T10:00")] {
        let form = ada.get("/write/new").await.form(".post-form").fill("title", title).fill("body", "secret");
        ada.submit(form.fill("tags", "Hidden").fill("publish_at", at).press(button)).await;
    }
    let mut reader = app.browser();
    for path in ["/", "/search?q=secret", "/tags", "/archive", "/feed.xml", "/sitemap.xml"] {
        let page = reader.get(path).await;
        page.hides("Draft").hides("Later").hides("Hidden").hides("/posts/draft");
    }
    for path in ["/posts/draft", "/posts/later", "/authors/ada"] {
        reader.get(path).await.assert_status(404);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn long_lists_page_by_key_without_gaps(db: PgPool) {
    let app = TestApp::new(db).await;
    quire::seed::fill(&app.state, &quire::seed::Volume { posts: 47, comments: 10, seed: 1 })
        .await
        .expect("sown");
    let mut reader = app.browser();
    let mut seen = Vec::new();
    let mut path = "/".to_owned();
    loop {
        let page = reader.get(&path).await;
        seen.extend(page.texts(".card h2").iter().zip(page_links(&page)).map(|(_, link)| link));
        if !page.has(".paging [rel=next]") {
            break;
        }
        path = page.attr(".paging [rel=next]", "href");
    }
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (47, 47));
    reader.get("/?before=nonsense").await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn neighbours_lead_from_post_to_post(db: PgPool) {
    let app = TestApp::new(db).await;
    let (first, second) = (app.post("First", "1").await, app.post("Second", "2").await);
    let mut reader = app.browser();
    assert_eq!(reader.get(&first).await.attr(".neighbours .newer", "href"), second);
    assert_eq!(reader.get(&second).await.attr(".neighbours .older", "href"), first);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_page_of_an_editor_is_in_the_menu_and_not_in_the_stream(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut edi = app.logged_in(Person::Edi).await;
    let form = edi
        .get("/write/new")
        .await
        .form(".post-form")
        .fill("title", "About")
        .fill("body", "Us")
        .fill("kind", "page");
    edi.submit(form.press("Publish")).await.shows("Published.");
    app.state.site.reload(&app.db).await.expect("settings");

    let mut reader = app.browser();
    let home = reader.get("/").await;
    home.shows("About").shows("Nothing is published here yet.");
    reader.get("/about").await.assert_status(200).shows("Us");
    reader.get("/posts/about").await.assert_status(404);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p14_odd_texts_are_shown_whole_and_escaped(db: PgPool) {
    let app = TestApp::new(db).await;
    let word = "x".repeat(400);
    let title = "<b>\"Tést\"</b> 👩‍👩‍👧 עברית <3";
    let path = app.post(title, &format!("{word}\n\n<script>alert(1)</script>null")).await;
    let page = app.browser().get(&path).await;
    assert_eq!(page.text("h1"), title);
    page.shows(&word);
    assert!(!page.has(".prose script") && !page.has("h1 b"));
}

fn page_links(page: &super::support::Page) -> Vec<String> {
    let document = scraper::Html::parse_document(&page.body);
    let links = scraper::Selector::parse(".card h2 a").expect("css");
    document.select(&links).filter_map(|link| link.value().attr("href").map(str::to_owned)).collect()
}
