//! The application with a database of its own, mails in memory and files in a folder that goes away.

use std::collections::HashMap;

use axum::Router;
use quire::{
    AppState,
    config::{Bounds, Config, LogFormat},
    mail::{Mail, Mailer},
    router, telemetry, worker,
};
use secrecy::SecretString;
use sqlx::PgPool;
use tempfile::TempDir;

use super::{Browser, Person, cast};

pub struct TestApp {
    pub state: AppState,
    pub router: Router,
    pub db: PgPool,
    people: HashMap<Person, i64>,
    _folder: TempDir,
}

impl TestApp {
    /// An empty blog with a cast of people.
    pub async fn new(db: PgPool) -> Self {
        Self::with(db, |_| ()).await
    }

    /// [`TestApp::new`] in another environment.
    pub async fn with(db: PgPool, change: impl FnOnce(&mut Config)) -> Self {
        let mut app = Self::empty(db, change).await;
        app.people = cast::make(&app).await;
        app.state.site.reload(&app.db).await.expect("settings");
        app
    }

    /// A blog that nobody has set up yet.
    pub async fn without_people(db: PgPool) -> Self {
        Self::empty(db, |_| ()).await
    }

    async fn empty(db: PgPool, change: impl FnOnce(&mut Config)) -> Self {
        // the second test of a process finds it installed
        telemetry::init("error", LogFormat::Pretty).ok();
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = config(folder.path());
        change(&mut config);
        let mailer = Mailer::memory(&config.mail_from).expect("a sender");
        let state = AppState::with_mailer(config, db.clone(), mailer).await.expect("the application");
        Self { router: router::build(state.clone()), state, db, people: HashMap::new(), _folder: folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser somewhere else: `203.0.113.9`.
    pub fn browser_at(&self, address: &str) -> Browser {
        let address = std::net::SocketAddr::new(address.parse().expect("an address"), 40_000);
        let mut browser = self.browser();
        browser.address = Some(address);
        browser
    }

    /// A browser in which this person has logged in through the form.
    pub async fn logged_in(&self, person: Person) -> Browser {
        let mut browser = self.browser();
        self.log_in(&mut browser, person).await;
        browser
    }

    /// This person logs in through the form, in a browser that is open already.
    pub async fn log_in(&self, browser: &mut Browser, person: Person) {
        let login = browser.get("/login").await;
        let form = login.form("main form").fill("email", &person.email()).fill("password", cast::PASSWORD);
        browser.submit(form).await.shows("You are logged in.");
    }

    pub fn id(&self, person: Person) -> i64 {
        self.people[&person]
    }

    /// Works the queue until it is empty.
    pub async fn run_jobs(&self) {
        quire::jobs::run_due(&self.state, &worker::registry()).await.expect("the queue");
    }

    /// All mails so far, after the queue was worked.
    pub async fn mails(&self) -> Vec<Mail> {
        self.run_jobs().await;
        self.state.mailer.kept()
    }

    /// The path of the only link in the newest mail.
    pub async fn newest_link(&self) -> String {
        link_in(&self.mails().await.pop().expect("a mail").text)
    }

    /// The newest mail to this address.
    pub async fn mail_to(&self, email: &str) -> Mail {
        let mails = self.mails().await;
        let mail = mails.into_iter().rev().find(|mail| mail.to == email);
        mail.unwrap_or_else(|| panic!("no mail to {email}"))
    }

    /// One statement, for what takes time in life.
    pub async fn sql(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.db).await.expect("a statement");
    }

    /// A number from the database.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.db).await.expect("a number")
    }

    /// A published post of Ada's, made through the desk; its path.
    pub async fn post(&self, title: &str, body: &str) -> String {
        let mut ada = self.logged_in(Person::Ada).await;
        let form = ada.get("/write/new").await.form(".post-form").fill("title", title).fill("body", body);
        let saved = ada.submit(form.press("Publish")).await;
        saved.shows("Published.");
        saved.attr(".post-moves a.button", "href")
    }
}

/// The path of the only link in a mail, or on a page.
pub fn link_in(text: &str) -> String {
    let start = text.find("http://localhost").unwrap_or_else(|| panic!("no link in {text}"));
    let link = text[start..].split_whitespace().next().expect("a word");
    link.trim_start_matches("http://localhost").to_owned()
}

fn config(folder: &std::path::Path) -> Config {
    Config {
        database_url: None,
        database_pool: 5,
        listen: "127.0.0.1:0".parse().expect("an address"),
        base_url: "http://localhost".parse().expect("an address"),
        data_dir: folder.to_owned(),
        secret_key: SecretString::from("0123456789abcdef0123456789abcdef"),
        previous_keys: Vec::new(),
        media_url: url::Url::from_directory_path(folder.join("media")).expect("a path"),
        media_keys: None,
        smtp_url: None,
        mail_from: "Quire <quire@localhost>".to_owned(),
        trusted_proxies: Vec::new(),
        metrics_listen: None,
        metrics_token: None,
        registration: "open".to_owned(),
        tls: None,
        http_listen: None,
        fetch_allow_private: true,
        bounds: Bounds::default(),
        program: env!("CARGO_BIN_EXE_quire").into(),
        log: "error".to_owned(),
        log_format: LogFormat::Pretty,
    }
}
