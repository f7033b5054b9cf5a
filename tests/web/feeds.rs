//! What machines read.

use sqlx::PgPool;

use super::support::{Person, TestApp};

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_feed_is_valid_and_holds_whole_posts_with_absolute_addresses(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form =
        ada.get("/write/new").await.form(".post-form").fill("title", "A & <b>B</b>").fill("tags", "News");
    let form = form.fill("body", "[in](/archive) and ![p](/media/x.png) & <script>x</script>\n\n## Part");
    ada.submit(form.press("Publish")).await.shows("Published.");

    let mut reader = app.browser();
    for path in ["/feed.xml", "/tags/news/feed.xml", "/authors/ada/feed.xml"] {
        let page = reader.get(path).await;
        assert!(page.header("content-type").starts_with("application/atom+xml"));
        let feed = feed_rs::parser::parse(page.body.as_bytes()).expect("a valid feed");
        let entry = feed.entries.first().expect("an entry");
        assert_eq!(entry.title.as_ref().map(|title| title.content.as_str()), Some("A & <b>B</b>"), "{path}");
        assert_eq!(entry.authors[0].name.as_deref(), Some("Ada"));
        let content = entry.content.as_ref().and_then(|content| content.body.clone()).expect("content");
        assert!(
            content.contains("href=\"http://localhost/archive\"")
                && content.contains("src=\"http://localhost/media/x.png\""),
            "{content}"
        );
        assert!(!content.contains("script"));
    }
    assert!(reader.get("/robots.txt").await.body.contains("Sitemap: http://localhost/sitemap.xml"));
    feed_rs::parser::parse(reader.get("/feed.xml").await.body.as_bytes()).expect("valid");
}
