//! Exports of Ghost.

use std::path::Path;

use quire::imports::{self, Options, Program};
use sqlx::PgPool;

use super::{content, export, numbers};
use crate::support::TestApp;

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_export_of_ghost_is_taken_and_nothing_for_members_leaks(db: PgPool) {
    let app = TestApp::new(db).await;
    let options = Options { media: Some(export("uploads")), ..Options::default() };
    let file = export("ghost.json");
    let run = || imports::import(&app.state, Program::Ghost, &file, &options);
    let report = run().await.expect("imported");
    let expected = [
        ("posts published".to_owned(), 4, 4, 0),
        ("posts draft".to_owned(), 1, 1, 0),
        ("posts scheduled".to_owned(), 1, 1, 0),
        ("pages published".to_owned(), 1, 1, 0),
    ];
    assert_eq!(numbers(&report), expected, "{report}");

    let mut reader = app.browser();
    let page = reader.get("/posts/hello").await;
    page.shows("By Ada Winter and Ben Ritter").shows("Drawn");
    assert_eq!(page.attr(".prose a", "href"), "/members");
    assert_eq!(reader.get_once("/hello/").await.location().as_deref(), Some("/posts/hello"));
    reader.get("/posts/markdown").await.shows("With stars");
    reader.get("/posts/lexical").await.shows("Lexical words");
    reader.get("/about").await.shows("About words");
    for hidden in ["/posts/members", "/posts/draft", "/posts/later"] {
        reader.get(hidden).await.assert_status(404).hides("Member words");
    }
    reader.get("/search?q=member").await.hides("Member words");
    let described = "select count(*) from posts where slug = 'hello' and description = 'For search engines.'
        and canonical_url = 'https://first.example/hello' and summary = 'In short.'";
    assert_eq!(app.count(described).await, 1);
    let told = report.to_string();
    for words in [
        "is for “members” at the source: here it is private",
        "the internal tag “#hidden”",
        "the code that was injected",
        "is featured at the source",
        "the words below its feature picture have no place here: “Words below”",
        "what was embedded from https://video.example/1 is a link now",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("secret") && !told.contains("mail.example"), "{told}");
    let before = content(&app).await;
    let again = run().await.expect("imported");
    assert_eq!((again.added(), again.updated(), again.unchanged()), (0, 0, 7));
    assert_eq!(content(&app).await, before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_export_of_ghost_counts_as_its_file_does_where_it_is_present(db: PgPool) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ghost/v4_export.json");
    if !real.is_file() {
        return;
    }
    let app = TestApp::new(db).await;
    let report =
        imports::import(&app.state, Program::Ghost, &real, &Options::default()).await.expect("imported");
    assert_eq!(
        numbers(&report),
        [("posts published".to_owned(), 7, 7, 0), ("pages published".to_owned(), 4, 4, 0)],
        "{report}"
    );
    assert_eq!(app.count("select count(*) from posts where visibility = 'private'").await, 1);
}
