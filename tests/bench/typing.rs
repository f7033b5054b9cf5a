//! Whether the script of the form is felt by somebody who types in a post of 50,000 words: from the key to the frame in
//! which its letter is painted, in real Chromium. The yardstick is the same form in the same browser without the script,
//! so the ratio is what the script costs; the rest is the browser's own text area.
//!
//! `make bench-typing`.

#[path = "../chromium/chrome.rs"]
#[expect(dead_code, reason = "a bench drives one page of it")]
mod chrome;
#[path = "../web/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the browser can also be opened on the application of the tests"
)]
mod support;

#[expect(dead_code, reason = "no other page than the form is measured here")]
mod ground;

use quire::{router, session::Role, telemetry};
use serde_json::{Value, json};

use chrome::Chrome;
use ground::{Ground, PASSWORD};

const WORDS: usize = 50_000;
const KEYS: usize = 150;
const EMAIL: &str = "author@example.org";

/// Fills the text with so many words and notes for each key how long its letter takes to be painted.
const WATCH: &str = "const body = document.getElementById('q-body');
    body.value = Array.from({ length: arguments[0] }, (_, n) => n % 60 == 59 ? 'end.\\n\\n' : 'word').join(' ');
    body.setSelectionRange(body.value.length / 2, body.value.length / 2);
    body.dispatchEvent(new Event('input', { bubbles: true }));
    body.focus();
    window.lag = [];
    body.addEventListener('keydown', () => {
        const pressed = performance.now();
        requestAnimationFrame(() => setTimeout(() => window.lag.push(performance.now() - pressed)));
    }, true);";

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
#[tokio::main]
async fn main() {
    telemetry::init("error", quire::config::LogFormat::Pretty).expect("a logger");
    let folder = tempfile::tempdir().expect("a folder");
    let ground = Ground::sown(folder.path(), 10, 10).await;
    ground.account("Author", EMAIL, Role::Author).await;
    println!("{KEYS} keys in a text of {WORDS} words, milliseconds from the key to its paint");
    println!("{:<22} {:>8} {:>8} {:>8}", "", "median", "p95", "max");
    for run in 1..=2 {
        let without = typed(&ground, false).await;
        let with = typed(&ground, true).await;
        for (label, lag) in [("without the script", &without), ("with it", &with)] {
            let [median, p95, max] = [50, 95, 100].map(|percent| at(lag, percent));
            println!("{label:<22} {median:>8.1} {p95:>8.1} {max:>8.1}");
        }
        println!(
            "run {run}: median {:.2} times, p95 {:.2} times",
            at(&with, 50) / at(&without, 50),
            at(&with, 95) / at(&without, 95)
        );
    }
    ground.drop().await;
}

/// How long each key took.
async fn typed(ground: &Ground, script: bool) -> Vec<f64> {
    let chrome = Chrome::open(router::build(ground.app.clone()), true).await;
    if !script {
        chrome.devtools("Network.enable", json!({})).await;
        chrome.devtools("Network.setBlockedURLs", json!({ "urls": ["*editor*.js*"] })).await;
    }
    chrome.go("/login").await;
    chrome.fill("E-mail", EMAIL).await;
    chrome.fill("Password", PASSWORD).await;
    chrome.press("Log in").await;
    chrome.sees("You are logged in.").await;
    chrome.go("/write/new").await;
    chrome.run(WATCH, vec![json!(WORDS)]).await;
    let has_script = chrome.evaluate("return Boolean(document.querySelector('.toolbar'))").await;
    assert_eq!(has_script, Value::Bool(script), "the script runs, or does not, as it should");
    // one by one: keys that wait for each other would measure the queue
    for letter in "letters ".chars().cycle().take(KEYS) {
        chrome.type_into("Text", &letter.to_string()).await;
    }
    let lag = chrome.evaluate("return window.lag").await;
    chrome.close().await;
    let mut lag: Vec<f64> = lag.as_array().expect("times").iter().filter_map(Value::as_f64).collect();
    lag.sort_by(f64::total_cmp);
    lag
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}
