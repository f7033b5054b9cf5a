//! Each payload by itself, through the renderers of posts and of comments.

use std::collections::HashMap;

use axum::{Router, response::Html, routing::get};
use quire::text::markdown::{self, Context};
use url::Url;

use super::{armed, asked_by, hostile, look_at, markup::wrong_with_text, payloads};

fn post(text: &str) -> String {
    let base_url = Url::parse("http://localhost").expect("an address");
    markdown::post(text, &Context { base_url: &base_url, pictures: &HashMap::new() }).html.to_string()
}

fn comment(text: &str) -> String {
    markdown::comment(text).to_string()
}

#[test]
fn no_payload_leaves_the_renderer_alive() {
    let mut wrong = Vec::new();
    for payload in payloads::all("http://127.0.0.1:1") {
        for html in [post(&payload.text), comment(&payload.text)] {
            let found = wrong_with_text(&html);
            if !found.is_empty() {
                wrong.push(format!("{} {}: {}\n{found:#?}", payload.number, payload.kind, payload.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Without any policy; what the renderer writes is balanced, so that no payload can swallow the next one.
#[tokio::test]
async fn no_rendered_payload_does_anything_in_a_browser_that_has_no_policy() {
    let (trap, payloads) = hostile().await;
    let mut router = Router::new();
    let mut paths = Vec::new();
    for (at, chunk) in payloads.chunks(150).enumerate() {
        let texts: Vec<String> = chunk
            .iter()
            .flat_map(|payload| [post(&payload.text), comment(&payload.text)])
            .map(|html| format!("<div class=\"prose\">{html}</div>\n"))
            .collect();
        let page = format!("<!doctype html><html lang=en><title>x</title><body>{}", texts.concat());
        let path = format!("/{at}");
        router = router.route(&path, get(|| async move { Html(page) }));
        paths.push(path);
    }
    let chrome = armed(router, &trap).await;
    look_at(&chrome, paths.iter()).await;
    let hits = asked_by(&chrome, &trap).await;
    assert!(hits.iter().any(super::Hit::is_media), "pictures from elsewhere are fine: {hits:?}");
    assert_eq!(hits.into_iter().filter(|hit| !hit.is_media()).collect::<Vec<_>>(), []);
    chrome.close().await;
}
