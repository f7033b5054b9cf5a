//! Payloads in the files of another blog: front matter, names of files and people, and the text, each in a post of its
//! own; and what feeds make of them.

use std::{collections::HashSet, fs, path::Path};

use quick_xml::{Reader, events::Event};
use quire::imports::{self, Options, Program};
use serde_json::json;
use sqlx::PgPool;

use super::{
    hostile,
    markup::wrong_with_text,
    nothing_happens,
    payloads::Payload,
    png,
    support::{Page, Person, TestApp},
};

/// One file of the tree, with the payload in every place that takes text.
fn write(folder: &Path, payload: &Payload) {
    let text = payload.text.as_str();
    let day = payload.number % 28 + 1;
    let fields = json!({
        "title": text,
        "date": format!("2020-{:02}-{day:02}", payload.number % 12 + 1),
        "description": text,
        "authors": [format!("{} {text}", payload.number % 100)],
        "tags": [text, format!("feed {}", payload.number / 20)],
        "aliases": [text],
        "slug": text,
    });
    let name: String = text.replace(['/', '\0'], "_").chars().take(50).collect();
    let file = folder.join(format!("{} {name}.md", payload.number));
    // JSON is YAML too, when what YAML cannot hold is escaped
    let fields = fields.to_string().replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
    fs::write(file, format!("---\n{fields}\n---\n{text}\n")).expect("written");
}

fn write_picture(folder: &Path, payload: &Payload) {
    let name: String =
        payload.text.replace(['/', '\0', '(', ')', '<', '>', ' '], "_").chars().take(50).collect();
    let name = format!("{} {}.png", payload.number, name.replace(char::is_whitespace, "_"));
    fs::write(folder.join(&name), png(payload.number)).expect("written");
    let text = format!("---\ntitle: p\ndate: 2019-01-01\n---\n![{0}](<{0}>)\n", name.replace(' ', "%20"));
    fs::write(folder.join(format!("picture {}.md", payload.number)), text).expect("written");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_in_an_import_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    let (trap, payloads) = hostile().await;
    let folder = tempfile::tempdir().expect("a folder");
    for payload in &payloads {
        write(folder.path(), payload);
    }
    for payload in payloads.iter().step_by(101) {
        write_picture(folder.path(), payload);
    }
    let report = imports::import(&app.state, Program::Markdown, folder.path(), &Options::default())
        .await
        .expect("imported");
    let told = report.to_string();
    let broken: Vec<&str> = told.lines().filter(|line| line.contains(": broken: ")).collect();
    assert_eq!(broken, [""; 0]);
    assert_eq!(report.added(), payloads.len() + payloads.len().div_ceil(101));
    // nobody waits here for what autovacuum does within a minute
    sqlx::query("analyze").execute(&app.db).await.expect("counted");
    sqlx::query("update settings set posts_per_page = 100").execute(&app.db).await.expect("set");
    app.state.site.reload(&app.db).await.expect("read");

    let mut reader = app.browser();
    let mut paths: Vec<String> = vec!["/".to_owned()];
    while let Some(last) = paths.last() {
        let page = reader.get_once(last).await;
        let links = page.body.split("<a ").filter(|link| link.contains("rel=\"next\">Older</a>"));
        let next = links.last().and_then(|link| link.split('"').nth(1));
        let Some(next) = next else { break };
        paths.push(next.replace("&#38;", "&"));
    }
    assert!(paths.len() > payloads.len() / 100, "the whole stream");
    paths.extend(
        ["/archive", "/archive/2020", "/tags", "/admin/users", "/write?stage=published&whose=all"]
            .map(str::to_owned),
    );
    let rows = "select '/posts/' || slug from posts where id % 60 = 0 union all
        select '/authors/' || handle from users where email is null and id % 40 = 0 union all
        select '/write/' || id from posts where id % 300 = 0";
    paths.extend(sqlx::query_scalar::<_, String>(rows).fetch_all(&app.db).await.expect("rows"));
    feeds_are_clean(&app, &payloads).await;
    nothing_happens(&app, &trap, Some(Person::Root), &paths).await;
}

/// Twenty entries are in a feed, and each twenty payloads have a tag in common.
async fn feeds_are_clean(app: &TestApp, payloads: &[Payload]) {
    let mut paths = vec!["/feed.xml".to_owned()];
    paths.extend((0..=payloads.len() / 20).map(|tag| format!("/tags/feed-{tag}/feed.xml")));
    let rows = "select '/authors/' || handle || '/feed.xml' from users where email is null and id % 40 = 0
        union all select '/tags/' || slug || '/feed.xml' from tags where slug not like 'feed-%' and id % 40 = 0";
    paths.extend(sqlx::query_scalar::<_, String>(rows).fetch_all(&app.db).await.expect("rows"));
    let mut reader = app.browser();
    let mut entries = HashSet::new();
    for path in paths {
        entries.extend(check_feed(&reader.get_once(&path).await));
    }
    assert!(entries.len() >= payloads.len(), "every payload was in a feed: {}", entries.len());
    only_xml(&reader.get_once("/sitemap.xml").await);
}

/// The entries of a feed that is well-formed, whose elements are those of Atom, and whose contents are clean.
fn check_feed(page: &Page) -> Vec<String> {
    page.assert_status(200);
    only_xml(page);
    let feed =
        feed_rs::parser::parse(page.body.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", page.url));
    let entries = feed.entries.into_iter().map(|entry| {
        let content = entry.content.and_then(|content| content.body).unwrap_or_default();
        let wrong = wrong_with_text(&content);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", page.url);
        entry.id
    });
    entries.collect()
}

fn only_xml(page: &Page) {
    const ATOM: [&str; 19] = [
        "author",
        "category",
        "content",
        "entry",
        "feed",
        "generator",
        "id",
        "link",
        "name",
        "published",
        "subtitle",
        "summary",
        "title",
        "updated",
        "uri",
        "urlset",
        "url",
        "loc",
        "lastmod",
    ];
    // https://www.w3.org/TR/xml/#charsets
    let odd = page.body.chars().find(|c| {
        !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
    });
    assert_eq!(odd, None, "{} holds what no XML may hold", page.url);
    let mut reader = Reader::from_str(&page.body);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{}: {error}", page.url)) {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().into_inner().to_owned();
                assert!(ATOM.contains(&name.as_str()), "<{name}> in {}", page.url);
            }
            Event::Eof => return,
            _ => {}
        }
    }
}
