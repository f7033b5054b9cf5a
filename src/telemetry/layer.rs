//! The outermost layer: every request passes it first and last.

use std::{fmt, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use hyper::body::Body as _;
use tracing::Instrument as _;

use super::{
    metrics,
    timings::{self, Timings},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Names one request, in the log, in a header and on error pages. Always our own: what a client sends is not believed.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Gives the request its id and its span, and writes its one line. `development`: timings on every response.
pub async fn observe(development: bool, mut request: Request, next: Next) -> Response {
    let id = RequestId(rand::random());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", %id, %method, route);
    let timings = Arc::new(Timings::default());
    let started = Instant::now();

    let mut response = timings::scope(timings.clone(), next.run(request)).instrument(span.clone()).await;

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let bytes = response.body().size_hint().exact().unwrap_or(0);
    let ms = elapsed.as_secs_f64() * 1000.0;
    span.in_scope(|| {
        tracing::info!(
            status,
            ms = rounded(ms),
            session_ms = rounded(timings.session_ms()),
            db_ms = rounded(timings.db_ms()),
            queries = timings.queries(),
            render_ms = rounded(timings.render_ms()),
            bytes,
            "answered"
        );
    });
    metrics::count(method.as_str(), &route, status, elapsed);
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, header(&id.to_string()));
    if development || timings.is_shown() {
        headers.insert(SERVER_TIMING, header(&server_timing(&timings, ms)));
    }
    response
}

/// W3C Server Timing: browsers show it beside the request.
fn server_timing(timings: &Timings, ms: f64) -> String {
    format!(
        "session;dur={:.2}, db;dur={:.2};desc=\"{} queries\", render;dur={:.2}, total;dur={ms:.2}",
        timings.session_ms(),
        timings.db_ms(),
        timings.queries(),
        timings.render_ms()
    )
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits, letters and punctuation of our own")
}

fn rounded(ms: f64) -> f64 {
    (ms * 100.0).round() / 100.0
}
