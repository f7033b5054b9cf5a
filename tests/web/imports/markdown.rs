//! Folders of Markdown.

use std::path::{Path, PathBuf};

use quire::imports::{self, Options, Program, Report};
use sqlx::PgPool;

use crate::support::{Person, TestApp};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/trees").join(name)
}

async fn markdown(app: &TestApp, dir: &Path, options: &Options) -> Report {
    imports::import(&app.state, Program::Markdown, dir, options).await.expect("imported")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_tree_is_imported_and_a_second_run_changes_nothing(db: PgPool) {
    let app = TestApp::new(db).await;
    let dry = markdown(&app, &fixture("zola"), &Options { dry_run: true, ..Options::default() }).await;
    assert_eq!((dry.added(), dry.dry_run), (2, true));
    app.browser().get("/").await.shows("Nothing is published here yet.");

    let first = markdown(&app, &fixture("zola"), &Options::default()).await;
    assert_eq!((first.added(), first.pictures), (2, 2), "{first}");
    assert!(first.to_string().contains("content/broken.md:3: broken:"), "{first}");
    let mut reader = app.browser();
    let page = reader.get("/posts/trip").await;
    page.shows("By Ada Winter and Ben Ritter").shows("4 May 2021");
    assert!(page.attr(".prose img", "src").starts_with("/media/"));
    for old in ["/old/trip.html", "/2021/05/04/trip"] {
        assert_eq!(reader.get_once(old).await.location().as_deref(), Some("/posts/trip"));
    }

    let rows = "select md5(string_agg(p::text, '' order by id)) from posts p";
    let before: String = sqlx::query_scalar(rows).fetch_one(&app.db).await.expect("rows");
    let second = markdown(&app, &fixture("zola"), &Options::default()).await;
    assert_eq!((second.added(), second.updated(), second.unchanged()), (0, 0, 2));
    let after: String = sqlx::query_scalar(rows).fetch_one(&app.db).await.expect("rows");
    assert_eq!(before, after);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_somebody_edited_here_is_never_overwritten(db: PgPool) {
    let app = TestApp::new(db).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.md");
    let write = |text: &str| {
        std::fs::write(&file, format!("---\ntitle: A\ndate: 2020-01-01\n---\n{text}\n")).expect("written");
    };
    let options = Options::default();
    let run = || markdown(&app, folder.path(), &options);
    write("first");
    assert_eq!(run().await.added(), 1);
    write("second");
    assert_eq!(run().await.updated(), 1);
    app.browser().get("/posts/a").await.shows("second");

    let mut edi = app.logged_in(Person::Edi).await;
    let desk = edi.get("/write?stage=published&whose=all").await.attr(".desk-table a", "href");
    let form = edi.get(&desk).await.form(".post-form").fill("body", "edited here").press("Save");
    edi.submit(form).await.shows("Saved.");
    write("third");
    let report = run().await;
    assert!(report.to_string().contains("somebody has edited the post here: it stays"), "{report}");
    app.browser().get("/posts/a").await.shows("edited here");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_real_blog_is_taken_whole_where_it_is_present(db: PgPool) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/rust-blog");
    if !real.is_dir() {
        return;
    }
    let app = TestApp::new(db).await;
    let report = markdown(&app, &real, &Options { dry_run: true, ..Options::default() }).await;
    assert_eq!(report.added(), 750);
    assert_eq!(report.notes.iter().filter(|note| note.text.ends_with("is not there")).count(), 64);
}
