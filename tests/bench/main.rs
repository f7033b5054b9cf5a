//! How fast the pages are, on a blog of 10,000 posts and 100,000 comments. Each page is asked for one
//! request after another, through the whole application with all its layers. The yardstick is `/livez`, which
//! asks nothing of the database: the ratio travels between machines, milliseconds do not.
//!
//! `make bench`; with `QUIRE_BENCH_POSTS` and `QUIRE_BENCH_COMMENTS` a smaller blog.

mod ground;

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use quire::{router, session::Role, telemetry};
use tower::ServiceExt as _;

use ground::{Ground, PASSWORD};

const ROUNDS: usize = 200;
const WARM_UP: usize = 20;

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
#[tokio::main]
async fn main() {
    telemetry::init("error", quire::config::LogFormat::Pretty).expect("a logger");
    let folder = tempfile::tempdir().expect("a folder");
    let ground = Ground::sown(folder.path(), 10_000, 100_000).await;
    let router = router::build(ground.app.clone());
    ground.account("Bench", "bench@example.org", Role::Admin).await;
    let cookie = log_in(&router).await;
    let newest = &ground.newest_posts().await[0];

    let pages = [
        ("yardstick: /livez", "/livez".to_owned(), None),
        ("home", "/".to_owned(), None),
        ("post with 200 comments", format!("/posts/{newest}"), None),
        ("tag page", "/tags/topic-8".to_owned(), None),
        ("moderation desk", "/admin/comments".to_owned(), Some(cookie.as_str())),
        ("search", "/search?q=river+stone".to_owned(), None),
        ("feed", "/feed.xml".to_owned(), None),
    ];
    for run in 1..=2 {
        println!("\nrun {run}: {ROUNDS} requests each, milliseconds at the server");
        println!("{:<26} {:>8} {:>8} {:>8} {:>8}", "page", "median", "p95", "max", "ratio");
        let mut yardstick = None;
        for (label, path, cookie) in &pages {
            let times = measure(&router, path, *cookie).await;
            let median = times[times.len() / 2];
            let ratio = median.as_secs_f64() / yardstick.get_or_insert(median).as_secs_f64();
            let [median, p95, max] = [median, times[times.len() * 95 / 100], times[times.len() - 1]]
                .map(|time| time.as_secs_f64() * 1000.0);
            println!("{label:<26} {median:>8.2} {p95:>8.2} {max:>8.2} {ratio:>8.1}");
        }
    }

    ground.drop().await;
}

async fn measure(router: &Router, path: &str, cookie: Option<&str>) -> Vec<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS + WARM_UP {
        let mut request = Request::get(path).header(header::HOST, "bench.example");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let started = Instant::now();
        let response =
            router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert!(response.status().is_success(), "{path}: {}", response.status());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        assert!(!body.is_empty());
        if round >= WARM_UP {
            times.push(started.elapsed());
        }
    }
    times.sort_unstable();
    times
}

async fn log_in(router: &Router) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("email", "bench@example.org"), ("password", PASSWORD)])
        .finish();
    let request = Request::post("/login")
        .header(header::HOST, "bench.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form))
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let mut cookies =
        response.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let session = cookies.rfind(|cookie| cookie.contains("session=")).expect("a session");
    session.split(';').next().expect("a pair").to_owned()
}
