//! What benches stand on: a database of their own with a made-up blog, and people with passwords.

use std::path::Path;

use quire::{
    AppState, MIGRATOR,
    accounts::{self, NewAccount},
    config::{Bounds, Config},
    db,
    mail::Address,
    seed::{self, Volume},
    session::Role,
};
use sqlx::{ConnectOptions as _, PgPool, postgres::PgConnectOptions};

pub(crate) const PASSWORD: &str = "a sentence for the bench";
pub(crate) const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";

/// A database that is dropped at the end, and the application on it.
pub(crate) struct Ground {
    pub(crate) app: AppState,
    /// Of the database.
    pub(crate) name: String,
}

impl Ground {
    /// A blog of this size; `QUIRE_BENCH_POSTS` and `QUIRE_BENCH_COMMENTS` make another one.
    pub(crate) async fn sown(folder: &Path, posts: u32, comments: u32) -> Self {
        let name = format!("quire_bench_{}", std::process::id());
        execute(&format!("create database {name}")).await;
        let pool = db::connect(options(&name), 10);
        MIGRATOR.run(&pool).await.expect("migrated");
        let app = AppState::new(config(folder), pool).await.expect("the application");
        let volume = Volume {
            posts: from_env("QUIRE_BENCH_POSTS", posts),
            comments: from_env("QUIRE_BENCH_COMMENTS", comments),
            seed: 1,
        };
        // filling takes longer than a request may: on connections without that limit
        let patient = PgPool::connect_with(options(&name)).await.expect("connected");
        seed::fill(&AppState { db: patient.clone(), ..app.clone() }, &volume).await.expect("sown");
        patient.close().await;
        Self { app, name }
    }

    /// Somebody who may log in with [`PASSWORD`].
    pub(crate) async fn account(&self, name: &str, email: &str, role: Role) {
        let new = NewAccount {
            name: name.to_owned(),
            email: Address::parse(email),
            email_verified: true,
            approved: true,
            password_hash: Some(self.app.passwords.hash(PASSWORD).await.expect("a hash")),
            role,
        };
        accounts::create(&self.app.db, &self.app.keys, &new)
            .await
            .expect("a database")
            .expect("a new account");
    }

    /// The slugs of the newest posts, the newest first: that one has a thread of 200 comments.
    pub(crate) async fn newest_posts(&self) -> Vec<String> {
        sqlx::query_scalar("select slug from posts order by publish_at desc limit 2")
            .fetch_all(&self.app.db)
            .await
            .expect("posts")
    }

    pub(crate) async fn drop(self) {
        self.app.db.close().await;
        execute(&format!("drop database {} with (force)", self.name)).await;
    }
}

/// A number that the environment may set.
pub(crate) fn from_env(name: &str, default: u32) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a bench is told its volume by the environment")]
    let value = std::env::var(name);
    value.ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Where a database of this name is.
pub(crate) fn url_of(database: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a bench is told its server by the environment")]
    let server = std::env::var("DATABASE_URL").expect("DATABASE_URL: run `make bench`");
    let mut url: url::Url = server.parse().expect("an address");
    url.set_path(database);
    url.into()
}

fn config(folder: &Path) -> Config {
    Config {
        database_url: None,
        database_pool: 10,
        listen: "127.0.0.1:0".parse().expect("an address"),
        base_url: "https://bench.example".parse().expect("an address"),
        data_dir: folder.to_owned(),
        secret_key: SECRET_KEY.into(),
        media_url: url::Url::from_directory_path(folder.join("media")).expect("a path"),
        media_keys: None,
        smtp_url: None,
        mail_from: "Bench <bench@localhost>".to_owned(),
        trusted_proxies: Vec::new(),
        metrics_listen: None,
        metrics_token: None,
        registration: "closed".to_owned(),
        tls: None,
        http_listen: None,
        fetch_allow_private: false,
        bounds: Bounds::default(),
        program: env!("CARGO_BIN_EXE_quire").into(),
        previous_keys: Vec::new(),
        log: "error".to_owned(),
        log_format: quire::config::LogFormat::Pretty,
    }
}

fn options(database: &str) -> PgConnectOptions {
    url_of(database).parse().expect("an address")
}

async fn execute(statement: &str) {
    use sqlx::Executor as _;

    let mut connection = options("postgres").connect().await.expect("the server");
    let statement: &'static str = String::leak(statement.to_owned());
    connection.execute(statement).await.expect("done");
}
