//! P15: log lines are structured, and hold no secret.

use std::{
    io,
    sync::{Arc, Mutex},
};

use sqlx::PgPool;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt as _};

use crate::support::{PASSWORD, Person, TestApp};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p15_every_log_line_is_structured_and_holds_no_secret(db: PgPool) {
    let app = TestApp::new(db).await;
    let lines = Lines::default();
    let logger = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_env_filter("quire=trace,info".parse::<EnvFilter>().expect("a filter"))
        .with_writer(lines.clone())
        .finish()
        .set_default();

    let mut ben = app.logged_in(Person::Ben).await;
    let session = ben.cookies["session"].clone();
    ben.post("/login", &[("email", "ben@example.org"), ("password", "Hush wrong password")]).await;
    let form = ben.get("/password/forgot").await.form("main form").fill("email", "zoe@example.org");
    ben.submit(form).await;
    let form = ben.get("/register").await.form("main form").fill("name", "Zoë");
    ben.submit(form.fill("email", "zoe@example.org").fill("password", PASSWORD)).await;
    let link = app.newest_link().await;
    ben.get(&link).await.assert_status(200);
    ben.get("/login?next=/hushed&email=ada@example.org").await;
    ben.get("/search?q=hushed").await;
    ben.post("/write/new", &[("title", "hushed words"), ("password", "Hush wrong password")]).await;
    sqlx::query("alter table tags rename to elsewhere").execute(&app.db).await.expect("broken");
    ben.get("/tags").await.assert_status(500);
    drop(logger);

    let text = String::from_utf8(lines.0.lock().expect("one thread").clone()).expect("text");
    let token = link.rsplit('/').next().expect("a token");
    for secret in [PASSWORD, "Hush", "hushed", "example.org", "argon2", &session, token, "0123456789abcdef"] {
        assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
    }
    let mut messages = Vec::new();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line is one JSON object");
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        messages.push(line["message"].as_str().unwrap_or_default().to_owned());
    }
    assert!(messages.iter().filter(|message| *message == "answered").count() >= 10, "{messages:?}");
    assert_eq!(messages.iter().filter(|message| *message == "request failed").count(), 1, "told once");
}
