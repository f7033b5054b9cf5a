//! No page asks the database more than six questions.

use sqlx::PgPool;

use super::support::{Browser, Page, Person, TestApp};

const MOST: u32 = 6;

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_page_runs_more_than_six_queries(db: PgPool) {
    let app = TestApp::new(db).await;
    quire::seed::fill(&app.state, &quire::seed::Volume { posts: 60, comments: 400, seed: 1 })
        .await
        .expect("sown");
    let newest = app.browser().get("/").await.attr(".card h2 a", "href");
    let pages = [
        "/",
        &newest,
        "/tags",
        "/tags/topic-8",
        "/authors/seed-author-1-1",
        "/archive",
        "/archive/2026",
        "/search?q=river",
        "/series",
        "/posts/no-such-post",
        "/feed.xml",
        "/sitemap.xml",
        "/write",
        "/write?stage=published&whose=all&q=river&tag=topic-8",
        "/write/series",
        "/write/new",
        "/write/1",
        "/write/media",
        "/write/media?show=forgotten",
        "/admin",
        "/admin/comments",
        "/admin/comments?state=published&q=river",
        "/admin/redirects",
        "/admin/users",
        "/admin/settings",
        "/account",
        "/posts/seed-1-1/comments",
    ];
    let mut wrong = Vec::new();
    for mut browser in [app.browser(), app.logged_in(Person::Root).await] {
        for path in pages {
            let n = queries(&browser.get_once(path).await);
            if n > MOST {
                wrong.push(format!("{path}: {n}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(queries(&counted(&mut app.browser()).await) >= 2, "queries are really counted");
}

async fn counted(browser: &mut Browser) -> Page {
    browser.get_once("/").await
}

/// From the header: `db;dur=1.2;desc="3 queries"`.
fn queries(page: &Page) -> u32 {
    let timing = page.header("server-timing");
    let n =
        timing.split("desc=\"").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse().ok());
    n.unwrap_or_else(|| panic!("{}: no count in {timing:?}", page.url))
}
