//! The whole application as one service: who may come in by which door, and the layers around it.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_extractor_with_state, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer, timeout::TimeoutLayer,
};

use crate::{
    accounts, admin, comments,
    error::{Error, Result},
    extract::is_text,
    feeds, html, media, moderation, operations, posts,
    session::{self, Admin, Author, Moderator, flash, same_site_only},
    state::AppState,
    telemetry,
};

/// Time for a request; uploads have more.
const REQUEST: Duration = Duration::from_secs(10);
const UPLOAD: Duration = Duration::from_secs(60);
/// Forms without files; the desk allows more for itself.
const BODY: usize = 256 * 1024;

/// Builds the application.
pub fn build(state: AppState) -> Router {
    let doors = Router::new()
        .merge(public().layer(timeout(REQUEST)))
        .merge(authors(&state).layer(timeout(UPLOAD)))
        .merge(moderators(&state).layer(timeout(REQUEST)))
        .merge(admins(&state).layer(timeout(REQUEST)));
    let https = state.config.https();
    let development = state.config.development();

    // the request meets these from top to bottom
    let layers = ServiceBuilder::new()
        .layer(from_fn(move |request: Request, next: Next| telemetry::observe(development, request, next)))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .layer(from_fn(move |request: Request, next: Next| set_headers(https, request, next)))
        .layer(from_fn_with_state(state.clone(), html::error_pages::layer))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(text_only))
        .layer(from_fn(flash::clear_when_shown))
        .layer(csrf(&state))
        .layer(from_fn_with_state(state.clone(), same_site_only))
        .layer(session::layer(state.db.clone(), https))
        .layer(DefaultBodyLimit::max(BODY));
    doors.layer(layers).with_state(state)
}

/// Everybody.
fn public() -> Router<AppState> {
    Router::new()
        .merge(posts::public())
        .merge(comments::public())
        .merge(accounts::public())
        .merge(feeds::public())
        .merge(media::public())
        .merge(operations::public())
        .route("/static/{*path}", get(html::assets::show))
}

/// Those with a writing desk.
fn authors(state: &AppState) -> Router<AppState> {
    posts::authors().route_layer(from_extractor_with_state::<Author, _>(state.clone()))
}

/// Those who decide about comments.
fn moderators(state: &AppState) -> Router<AppState> {
    moderation::moderators()
        .merge(admin::moderators())
        .route_layer(from_extractor_with_state::<Moderator, _>(state.clone()))
}

/// Those who run the blog.
fn admins(state: &AppState) -> Router<AppState> {
    admin::admins().route_layer(from_extractor_with_state::<Admin, _>(state.clone()))
}

fn timeout(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time)
}

/// Go's CrossOriginProtection: `Sec-Fetch-Site`, or else `Origin`, must say that the form is ours.
fn csrf(state: &AppState) -> CsrfLayer {
    let base = &state.config.base_url;
    CsrfLayer::new().add_trusted_origin(base.origin().ascii_serialization()).unwrap_or_default()
}

/// Refuses addresses that are not text: nothing behind this has to think of them.
async fn text_only(request: Request, next: Next) -> Result<Response> {
    let uri = request.uri();
    if !is_text(uri.path().as_bytes()) || !is_text(uri.query().unwrap_or_default().as_bytes()) {
        return Err(Error::BadRequest(
            "This address holds characters that are not text (UTF-8 without NUL).",
        ));
    }
    Ok(next.run(request).await)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    Error::Internal(anyhow::anyhow!("a handler panicked: {cause}")).into_response()
}

/// No script or style but our own files, no frames, no guessing of types (OWASP Secure Headers Project).
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; media-src 'self' https:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (header::CACHE_CONTROL, "private, no-cache"),
    (header::VARY, "cookie"),
];

async fn set_headers(https: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    response
}
