//! How fast the pages are, on a blog of 10,000 posts and 100,000 comments. Each page is asked for one
//! request after another, through the whole application with all its layers. The yardstick is `/livez`, which
//! asks nothing of the database: the ratio travels between machines, milliseconds do not.
//!
//! `make bench`; with `QUIRE_BENCH_POSTS` and `QUIRE_BENCH_COMMENTS` a smaller blog.

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use quire::{
    AppState, MIGRATOR,
    accounts::{self, NewAccount},
    config::{Bounds, Config},
    db,
    mail::Address,
    router,
    seed::{self, Volume},
    session::Role,
    telemetry,
};
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};
use tower::ServiceExt as _;

const ROUNDS: usize = 200;
const WARM_UP: usize = 20;
const PASSWORD: &str = "a sentence for the bench";

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
#[tokio::main]
async fn main() {
    telemetry::init("error", quire::config::LogFormat::Pretty).expect("a logger");
    let folder = tempfile::tempdir().expect("a folder");
    let (app, name) = sown(folder.path()).await;
    let router = router::build(app.clone());
    let cookie = log_in(&app, &router).await;
    let newest = newest_post(&app).await;

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

    app.db.close().await;
    drop_database(&name).await;
}

/// A database of its own, filled.
async fn sown(folder: &std::path::Path) -> (AppState, String) {
    let name = format!("quire_bench_{}", std::process::id());
    execute(&format!("create database {name}")).await;
    let pool = db::connect(server().database(&name), 10);
    MIGRATOR.run(&pool).await.expect("migrated");
    let config = Config {
        database_url: None,
        database_pool: 10,
        listen: "127.0.0.1:0".parse().expect("an address"),
        base_url: "https://bench.example".parse().expect("an address"),
        data_dir: folder.to_owned(),
        secret_key: "0123456789abcdef0123456789abcdef".into(),
        media_url: url::Url::from_directory_path(folder.join("media")).expect("a path"),
        smtp_url: None,
        mail_from: "Bench <bench@localhost>".to_owned(),
        trusted_proxies: Vec::new(),
        metrics_listen: None,
        metrics_token: None,
        registration: "closed".to_owned(),
        tls: None,
        http_listen: None,
        bounds: Bounds::default(),
        previous_keys: Vec::new(),
        log: "error".to_owned(),
        log_format: quire::config::LogFormat::Pretty,
    };
    let app = AppState::new(config, pool.clone()).await.expect("the application");
    let volume = Volume {
        posts: from_env("QUIRE_BENCH_POSTS", 10_000),
        comments: from_env("QUIRE_BENCH_COMMENTS", 100_000),
        seed: 1,
    };
    // filling takes longer than a request may: on connections without that limit
    let patient = sqlx::PgPool::connect_with(server().database(&name)).await.expect("connected");
    seed::fill(&AppState { db: patient.clone(), ..app.clone() }, &volume).await.expect("sown");
    patient.close().await;
    (app, name)
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

async fn log_in(app: &AppState, router: &Router) -> String {
    let new = NewAccount {
        name: "Bench".to_owned(),
        email: Address::parse("bench@example.org"),
        email_verified: true,
        approved: true,
        password_hash: Some(app.passwords.hash(PASSWORD).await.expect("a hash")),
        role: Role::Admin,
    };
    accounts::create(&app.db, &app.keys, &new).await.expect("a database").expect("a new account");
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

async fn newest_post(app: &AppState) -> String {
    sqlx::query_scalar("select slug from posts order by publish_at desc limit 1")
        .fetch_one(&app.db)
        .await
        .expect("a post")
}

fn server() -> PgConnectOptions {
    #[expect(clippy::disallowed_methods, reason = "a bench is told its server by the environment")]
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL: run `make bench`");
    url.parse().expect("an address")
}

fn from_env(name: &str, default: u32) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a bench is told its volume by the environment")]
    let value = std::env::var(name);
    value.ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

async fn execute(statement: &str) {
    use sqlx::Executor as _;

    let mut connection = server().connect().await.expect("the server");
    let statement: &'static str = String::leak(statement.to_owned());
    connection.execute(statement).await.expect("done");
}

async fn drop_database(name: &str) {
    execute(&format!("drop database {name} with (force)")).await;
}
