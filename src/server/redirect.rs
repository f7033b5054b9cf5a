//! The plain port beside a TLS one.

use axum::{
    Router,
    http::{Uri, uri::PathAndQuery},
    response::Redirect,
};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use tokio::net::TcpListener;
use url::Url;

use super::{Limits, serve};

/// Answers every request with 308 to the same path and query under `base_url`, until `stop` resolves. The host that a
/// client names is never believed.
pub fn redirect_to_https<F: Future<Output = ()>>(
    listener: TcpListener,
    base_url: &Url,
    limits: Limits,
    stop: F,
) -> impl Future<Output = ()> + use<F> {
    let base = base_url.origin().ascii_serialization();
    let app = Router::new().fallback(move |uri: Uri| {
        let answer = Redirect::permanent(&location(&base, &uri));
        async { answer }
    });
    serve(listener, app, limits, None, stop)
}

fn location(base: &str, uri: &Uri) -> String {
    let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    // `*` and the like must not become part of the host
    let target = if target.starts_with('/') { target } else { "/" };
    // what is no ASCII, or would end the header's line, cannot stand in it
    format!("{base}{}", utf8_percent_encode(target, CONTROLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_path_and_query_of_the_request_are_kept() {
        for (asked, sent) in [
            ("/", "https://blog.example/"),
            ("/posts/a%20b?q=1&r=%0d%0a", "https://blog.example/posts/a%20b?q=1&r=%0d%0a"),
            ("http://evil.example/x?y", "https://blog.example/x?y"),
            ("//evil.example/x", "https://blog.example//evil.example/x"),
            ("/@evil.example", "https://blog.example/@evil.example"),
            ("/\u{fc}", "https://blog.example/%C3%BC"),
            ("*", "https://blog.example/"),
            ("evil.example:80", "https://blog.example/"),
        ] {
            let uri: Uri = asked.parse().expect("a request target");
            assert_eq!(location("https://blog.example", &uri), sent, "{asked}");
        }
    }
}
