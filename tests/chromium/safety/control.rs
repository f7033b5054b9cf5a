//! The payloads are alive, and the trap catches them: else all the other tests would prove nothing.

use std::collections::HashSet;

use axum::{Router, http::header, response::Html, routing::get};

use super::{armed, asked_by, hostile, payloads, without_policy};

#[test]
fn there_are_two_thousand_payloads_and_each_is_of_another_shape() {
    let all = payloads::all("http://127.0.0.1:1");
    assert!(all.len() >= 2_000, "{}", all.len());
    let texts: HashSet<&str> = all.iter().map(|payload| payload.text.as_str()).collect();
    assert_eq!(texts.len(), all.len());
    let again = payloads::all("http://127.0.0.1:1");
    assert!(all.iter().zip(&again).all(|(one, other)| one.text == other.text), "the same every time");
}

/// Some of each kind, each in a frame of its own, as it was typed.
#[tokio::test]
async fn what_nobody_sanitises_runs_and_is_caught() {
    let (trap, payloads) = hostile().await;
    let mut frames = Vec::new();
    let mut raw = Router::new();
    let some = payloads
        .into_iter()
        .filter(|payload| payload.number % 13 == 0 || matches!(payload.kind, "request" | "media"));
    for payload in some {
        frames.push(format!("<iframe src=/{}></iframe>", payload.number));
        let text = payload.text;
        raw = raw.route(&format!("/{}", payload.number), get(|| async move { Html(text) }));
    }
    raw = raw.route("/", get(|| async move { Html(frames.concat()) }));
    let chrome = armed(raw, &trap).await;
    chrome.go("/").await;
    let hits = asked_by(&chrome, &trap).await;
    let ran: HashSet<_> = hits.iter().filter(|hit| hit.path.ends_with("/ran")).map(|hit| &hit.path).collect();
    assert!(ran.len() > 25, "{} ran", ran.len());
    for purpose in ["script", "style", "image", "video", "iframe", "empty"] {
        assert!(
            hits.iter().any(|hit| hit.purpose == purpose),
            "nothing was asked for as {purpose}: {hits:?}"
        );
    }
    chrome.close().await;
}

#[tokio::test]
async fn the_policy_can_be_switched_off() {
    let (trap, _) = hostile().await;
    let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'none'")];
    let page =
        Router::new().route("/", get(move || async move { (policy, Html("<script>ran(7)</script>")) }));
    let chrome = armed(page, &trap).await;
    chrome.go("/").await;
    assert!(chrome.evaluate("return window.__ran === undefined").await == true);
    without_policy(&chrome).await;
    chrome.go("/").await;
    assert!(chrome.evaluate("return window.__ran").await == 7);
    chrome.close().await;
}
