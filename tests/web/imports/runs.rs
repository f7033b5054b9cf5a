//! Imports that an admin begins in the browser.

use axum::{Router, http::header, routing::get};
use sqlx::PgPool;

use super::{content, export};
use crate::{
    media::png,
    support::{Browser, Page, Person, TestApp},
};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(export(name)).expect("the fixture")
}

async fn send(root: &mut Browser, program: &str, (name, bytes): (&str, &[u8]), dry_run: bool) -> Page {
    let form = root.get("/admin/imports").await.form(".import-form").fill("program", program);
    let form = if dry_run { form } else { form.fill("dry_run", "") };
    root.submit(form.file("file", name, bytes).press("Send the file")).await
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_export_is_tried_out_and_then_imported(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let page = send(&mut root, "wordpress", ("wordpress.xml", &file("wordpress.xml")), true).await;
    page.shows("Waits for its turn.");
    assert!(page.has("meta[http-equiv=refresh]"), "the page loads itself again");

    app.run_jobs().await;
    let page = root.get(&page.url).await;
    page.shows("Tried out: nothing was written.").shows("has a password at the source");
    assert!(!page.has("meta[http-equiv=refresh]"));
    assert_eq!(app.count("select count(*) from posts").await, 0);

    let page = root.submit(page.form("form.buttons").press("Import it now")).await;
    page.shows("The import has begun.");
    app.run_jobs().await;
    let page = root.get(&page.url).await;
    page.shows("Imported.");
    assert_eq!(page.text("tbody tr"), "posts published 4 4 0 0 0");
    app.browser().get("/posts/first-walk").await.shows("Bold words");
    assert_eq!(app.count("select count(*) from audit_log where action = 'imported'").await, 1);

    let before = content(&app).await;
    let page = send(&mut root, "wordpress", ("again.xml", &file("wordpress.xml")), false).await;
    app.run_jobs().await;
    assert_eq!(root.get(&page.url).await.text("tbody tr"), "posts published 4 0 0 4 0");
    assert_eq!(content(&app).await, before);
    let page = root.get(&page.url).await;
    root.submit(page.form("form.buttons").press("Delete the report and the file")).await.hides("again.xml");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_run_that_was_cut_off_goes_on_and_its_report_is_that_of_one_run(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    app.sql(
        "create function stop() returns trigger language plpgsql as
        $$ begin if new.slug = 'for-us' then raise exception 'stop'; end if; return new; end $$",
    )
    .await;
    app.sql("create trigger stop before update on posts for each row execute function stop()").await;
    let page = send(&mut root, "wordpress", ("wordpress.xml", &file("wordpress.xml")), false).await;
    app.run_jobs().await;
    let half = root.get(&page.url).await;
    half.shows("Importing: ");
    assert!(half.has("progress"), "how far it is");
    assert!(app.count("select count(*) from import_items").await > 0);

    app.sql("drop trigger stop on posts").await;
    app.sql("update jobs set run_at = now(), locked_until = null").await;
    app.run_jobs().await;
    let whole = root.get(&page.url).await;
    whole.shows("Imported.");
    let rows = whole.texts("tbody tr").join("\n");
    for row in ["posts published 4 4 0 0 0", "posts private 1 1 0 0 0", "pages published 2 2 0 0 0"] {
        assert!(rows.contains(row), "{row}\n{rows}");
    }
    let notes = whole.texts(".import-notes dd").join("\n");
    assert_eq!(notes.matches("is kept on top at the source").count(), 1, "no note is told twice\n{notes}");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_damaged_export_is_refused_in_one_sentence(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let whole = file("wordpress.xml");
    let page = send(&mut root, "wordpress", ("half.xml", &whole[..9000]), false).await;
    app.run_jobs().await;
    let page = root.get(&page.url).await;
    page.shows("Nothing was imported.").shows("Line ").shows("this is not well-formed XML");
    assert!(!page.body.contains("/imports/half") && !page.body.contains(".import"), "no path of the server");
    assert_eq!(app.count("select count(*) from posts").await, 0);
    let page = send(&mut root, "ghost", ("not.json", b"{}"), false).await;
    app.run_jobs().await;
    root.get(&page.url).await.shows("This is not an export of Ghost: there is no data in it.");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_form_without_a_usable_file_comes_back(db: PgPool) {
    let app = TestApp::with(db, |config| {
        config.bounds.import_bytes = 2 << 20;
        config.bounds.upload_bytes = 1 << 10;
    })
    .await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/imports").await.form(".import-form").fill("site", "nowhere");
    let page = root.submit(form.press("Send the file")).await;
    page.assert_status(422).shows("Please choose the file.").shows("This is not the address of a blog.");
    let page = send(&mut root, "ghost", ("export.json.zip", b"PK"), true).await;
    page.assert_status(422).shows("This file is packed.");
    let large = vec![b' '; 4 << 20];
    send(&mut root, "ghost", ("large.json", &large), true).await.assert_status(413);
    // larger than other forms may be, but not than this one
    send(&mut root, "ghost", ("small.json", &large[..1 << 20]), true).await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn pictures_are_fetched_from_the_old_blog_and_what_is_not_there_is_named(db: PgPool) {
    // main does it otherwise
    rustls::crypto::ring::default_provider().install_default().ok();
    let picture = || async { ([(header::CONTENT_TYPE, "image/png")], png(60, 40)) };
    let old = Router::new().route("/content/images/2021/03/map.png", get(picture));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let site = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(async move { axum::serve(listener, old).await });

    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/imports").await.form(".import-form").fill("program", "ghost");
    let form = form.fill("dry_run", "").tick("fetch_media", "yes").fill("site", &site);
    let page = root.submit(form.file("file", "ghost.json", &file("ghost.json")).press("Send the file")).await;
    app.run_jobs().await;
    root.get(&page.url).await.shows("Imported.").shows("1 picture taken.");
    let page = app.browser().get("/posts/hello").await;
    assert!(
        page.attr(".prose img", "src").starts_with("/media/"),
        "the copy of another size is the picture itself"
    );
    assert_eq!(
        app.count("select count(*) from posts where slug = 'hello' and cover_id is not null").await,
        1
    );
}
