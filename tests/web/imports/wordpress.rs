//! Exports of WordPress.

use std::path::Path;

use quire::imports::{self, Options, Program, Report};
use sqlx::PgPool;

use super::{content, export, numbers, with_uploads};
use crate::support::TestApp;

async fn wordpress(app: &TestApp, options: &Options) -> Report {
    imports::import(&app.state, Program::WordPress, &export("wordpress.xml"), options)
        .await
        .expect("imported")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_export_of_wordpress_is_taken_whole_and_the_rest_is_named(db: PgPool) {
    let app = TestApp::new(db).await;
    let dry = wordpress(&app, &Options { dry_run: true, ..with_uploads() }).await;
    let report = wordpress(&app, &with_uploads()).await;
    assert_eq!(numbers(&dry), numbers(&report), "a dry run says what a real one does");
    let expected = [
        ("posts published", 4, 4, 0),
        ("posts draft", 1, 1, 0),
        ("posts pending", 1, 1, 0),
        ("posts private", 1, 1, 0),
        ("posts scheduled", 1, 1, 0),
        ("posts in the trash", 1, 1, 0),
        ("pages published", 2, 2, 0),
        ("comments published", 3, 3, 0),
        ("comments held", 1, 1, 0),
        ("comments spam", 1, 1, 0),
        ("comments trashed", 1, 1, 0),
        ("files ", 2, 1, 1),
        ("pingbacks left", 1, 0, 1),
        ("reusable blocks put into the posts that use them", 1, 0, 1),
        ("menu entries left", 1, 0, 1),
        ("other kinds left", 1, 0, 1),
    ];
    let mut got = numbers(&report);
    let mut expected: Vec<_> = expected.map(|(what, a, b, c)| (what.to_owned(), a, b, c)).into();
    got.sort();
    expected.sort();
    assert_eq!(got, expected, "{report}");

    let mut reader = app.browser();
    let page = reader.get("/posts/first-walk").await;
    page.shows("First walk & more").shows("By Ada Winter").shows("Two lines").shows("Bold words");
    assert!(page.attr(".prose img", "src").starts_with("/media/"));
    assert_eq!(page.attr(".prose a[href*=second]", "href"), "/2019/05/06/second#end".replace("06", "04"));
    for old in ["/2019/05/04/first-walk/", "/2019/05/04/walk-one", "/?p=1"] {
        assert_eq!(reader.get_once(old).await.location().as_deref(), Some("/posts/first-walk"), "{old}");
    }
    reader.get("/posts/second").await.shows("Head").shows("Shared words").shows("wide");
    reader.get("/about").await.shows("About words");
    reader.get("/search-2").await.shows("Search words");
    for hidden in ["behind", "for-us", "later", "thrown-away-trashed", "not-finished", "for-review"] {
        reader.get(&format!("/posts/{hidden}")).await.assert_status(404);
    }
    reader.get("/posts/without-a-title").await.shows("without a title");

    let told = report.to_string();
    for words in [
        "“First walk & more”: left: is kept on top at the source",
        "its format “Aside” has no meaning here",
        "the shortcode [contact-form] stands in the text as it is",
        "the picture https://elsewhere.example/x.png lies on another site",
        "the pingback from “Other blog” is left",
        "what the comment 7 answers is not there",
        "“Behind a password”: changed: has a password at the source",
        "the block “latest-posts” is filled by WordPress itself",
        "menu “Top”: left: 1 entries",
        "product 40 “A thing”: left: is of the kind “product”",
        "sound.mp3: ",
        "“Search”: changed: the address search is in use here: it is at /search-2",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("mail.example"), "no address of anybody is in the report");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn comments_keep_their_threads_states_and_dates(db: PgPool) {
    let app = TestApp::new(db).await;
    wordpress(&app, &Options::default()).await;
    let page = app.browser().get("/posts/first-walk").await;
    page.shows("Nice walk!").shows("Thanks.").shows("An answer to nobody").shows("5 May 2019");
    page.hides("Waits").hides("Buy");
    let answer = "select count(*) from comments c join comments p on p.id = c.parent_id
        where c.body_md = 'Thanks.' and p.body_md like 'Nice%' and c.author_id is not null and c.state = 'published'";
    assert_eq!(app.count(answer).await, 1);
    assert_eq!(
        app.count("select count(*) from comments where state in ('held', 'spam', 'trashed')").await,
        3
    );
    assert_eq!(app.count("select comment_count::bigint from posts where slug = 'first-walk'").await, 3);
    assert_eq!(app.count("select count(*) from comments where body_md ilike '%script%'").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_second_run_of_an_export_changes_nothing_whatever_its_options(db: PgPool) {
    let app = TestApp::new(db).await;
    wordpress(&app, &with_uploads()).await;
    let before = content(&app).await;
    for options in [with_uploads(), Options::default()] {
        let again = wordpress(&app, &options).await;
        assert_eq!((again.added(), again.updated(), again.unchanged()), (0, 0, 11), "{again}");
        assert_eq!(content(&app).await, before);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_import_that_was_cut_off_goes_on_where_it_was(db: PgPool) {
    let app = TestApp::new(db).await;
    // an item in the middle fails, as if the database went away there
    app.sql(
        "create function stop() returns trigger language plpgsql as
        $$ begin if new.slug = 'for-us' then raise exception 'stop'; end if; return new; end $$",
    )
    .await;
    app.sql("create trigger stop before update on posts for each row execute function stop()").await;
    let cut =
        imports::import(&app.state, Program::WordPress, &export("wordpress.xml"), &with_uploads()).await;
    assert!(cut.is_err());
    let half = app.count("select count(*) from import_items").await;
    assert!((1..11).contains(&half), "{half} items");
    assert_eq!(
        app.count("select count(*) from posts where slug = 'for-us'").await,
        0,
        "nothing of it is there"
    );
    app.sql("drop trigger stop on posts").await;

    let rest = wordpress(&app, &with_uploads()).await;
    assert_eq!(i64::try_from(rest.unchanged()).ok(), Some(half));
    let resumed = content(&app).await;
    // what an undisturbed run makes of an empty blog
    for statement in [
        "delete from comments",
        "delete from posts",
        "delete from import_items",
        "delete from import_comments",
        "delete from import_media",
    ] {
        app.sql(statement).await;
    }
    wordpress(&app, &with_uploads()).await;
    assert_eq!(content(&app).await, resumed);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_was_deleted_or_thrown_away_here_stays_away(db: PgPool) {
    let app = TestApp::new(db).await;
    wordpress(&app, &Options::default()).await;
    app.sql("delete from comments where body_md = 'Thanks.'").await;
    app.sql("delete from posts where slug = 'second'").await;
    let again = wordpress(&app, &Options::default()).await;
    assert_eq!((again.added(), again.updated()), (0, 0), "{again}");
    assert!(again.to_string().contains("was imported before and deleted here: it stays away"), "{again}");
    assert_eq!(app.count("select count(*) from comments where body_md = 'Thanks.'").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_damaged_export_is_refused_with_its_place_and_nothing_is_written(db: PgPool) {
    let app = TestApp::new(db).await;
    let whole = std::fs::read_to_string(export("wordpress.xml")).expect("the fixture");
    let file = tempfile::NamedTempFile::new().expect("a file");
    let half = &whole[..whole.find("Behind a password").expect("there")];
    for (text, sentence) in [
        (half.to_owned(), "line 195, column 14: this is not well-formed XML"),
        (whole.replace("</wp:post_type>", "</wp:post>"), "line 30, column 31: "),
        (whole.replace("<rss", "<!DOCTYPE rss [<!ENTITY x \"y\">]><rss"), "document type"),
        (whole.replace("Walks &amp; maps", "Walks &nbsp; maps"), "the entity &nbsp; is not one of XML's own"),
        (whole.replace("<wp:wxr_version>1.2</wp:wxr_version>", ""), "there is no wxr_version in it"),
        (whole.replace(">1.2</wp:wxr", ">2.0</wp:wxr"), "this export is of version 2.0"),
        (format!("<rss>{}", "<a>".repeat(100)), "deeper than any export"),
        ("PK\u{3}\u{4}".to_owned(), "the file is packed"),
        ("<html></html>".to_owned(), "line 1, column "),
        (String::new(), "there is no wxr_version in it"),
    ] {
        std::fs::write(file.path(), text).expect("written");
        let result = imports::import(&app.state, Program::WordPress, file.path(), &Options::default()).await;
        let error = result.expect_err(sentence).to_string();
        assert!(error.contains(sentence), "{sentence}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    for (text, sentence) in
        [("{\n  \"db\": [,]}", "line 2, column 10: "), ("{}", "there is no data in it"), ("[1", "line 1")]
    {
        std::fs::write(file.path(), text).expect("written");
        let result = imports::import(&app.state, Program::Ghost, file.path(), &Options::default()).await;
        let error = result.expect_err(sentence).to_string();
        assert!(error.contains(sentence), "{sentence}: {error}");
    }
    assert_eq!(app.count("select count(*) from posts").await, 0);
    assert_eq!(app.count("select count(*) from import_items").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_theme_unit_test_of_wordpress_counts_as_its_file_does_where_it_is_present(db: PgPool) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/wxr/theme-unit-test-data.xml");
    if !real.is_file() {
        return;
    }
    let app = TestApp::new(db).await;
    let options = Options::default();
    let run = || imports::import(&app.state, Program::WordPress, &real, &options);
    let report = run().await.expect("imported");
    let mut got = numbers(&report);
    got.sort();
    let expected = [
        ("comments held", 3, 3, 0),
        ("comments published", 26, 26, 0),
        ("files ", 37, 0, 37),
        ("menu entries left", 70, 0, 70),
        ("pages published", 21, 21, 0),
        ("pingbacks left", 2, 0, 2),
        ("posts draft", 1, 1, 0),
        ("posts published", 56, 56, 0),
        ("posts scheduled", 1, 1, 0),
        ("trackbacks left", 2, 0, 2),
    ];
    assert_eq!(got, expected.map(|(what, a, b, c)| (what.to_owned(), a, b, c)), "{report}");
    let before = content(&app).await;
    let again = run().await.expect("imported");
    assert_eq!((again.added(), again.updated(), again.unchanged()), (0, 0, 79));
    assert_eq!(content(&app).await, before);
}
