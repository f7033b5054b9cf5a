//! The whole application as one service: who may come in by which door, and the layers around it.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
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
    config::Bounds,
    error::{Error, Result},
    extract::{MostFields, is_text},
    feeds, html, imports, leaving, media, moderation, operations, posts, recovery,
    session::{self, Admin, Author, Moderator, flash, same_site_only, secure_cookies},
    state::AppState,
    telemetry,
};

/// Builds the application.
pub fn build(state: AppState) -> Router {
    let bounds = state.config.bounds;
    let doors = Router::new()
        .merge(public().layer(timeout(bounds.request_time)))
        .merge(members().merge(authors(&state)).layer(timeout(bounds.upload_time)))
        .merge(moderators(&state).layer(timeout(bounds.request_time)))
        .merge(admins(&state).layer(timeout(bounds.request_time)))
        .merge(importers(&state).layer(timeout(bounds.import_time())));
    let development = state.config.development();

    // the request meets these from top to bottom
    let layers = ServiceBuilder::new()
        .layer(from_fn(move |request: Request, next: Next| telemetry::observe(development, request, next)))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .layer(from_fn_with_state(state.clone(), set_headers))
        .layer(from_fn_with_state(state.clone(), html::error_pages::layer))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(text_only))
        .layer(from_fn_with_state(state.clone(), posts::old_addresses))
        .layer(from_fn_with_state(state.clone(), flash::clear_when_shown))
        .layer(csrf(&state))
        .layer(from_fn_with_state(state.clone(), same_site_only))
        .layer(from_fn_with_state(state.clone(), secure_cookies))
        .layer(session::layer(state.db.clone(), state.config.https()))
        .layer(from_fn(move |request: Request, next: Next| limit_body(bounds, request, next)));
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
        .merge(recovery::public())
        .route("/static/{*path}", get(html::assets::show))
}

/// Those with an account: they may send a picture, and take a copy of all they wrote.
fn members() -> Router<AppState> {
    accounts::members().merge(leaving::members())
}

/// Those with a writing desk.
fn authors(state: &AppState) -> Router<AppState> {
    posts::authors()
        .merge(media::authors(state.config.bounds))
        .route_layer(from_extractor_with_state::<Author, _>(state.clone()))
}

/// Those who decide about comments.
fn moderators(state: &AppState) -> Router<AppState> {
    moderation::moderators()
        .merge(admin::moderators())
        .route_layer(from_extractor_with_state::<Moderator, _>(state.clone()))
}

/// Those who run the blog.
fn admins(state: &AppState) -> Router<AppState> {
    admin::admins()
        .merge(accounts::admins())
        .merge(posts::admins())
        .route_layer(from_extractor_with_state::<Admin, _>(state.clone()))
}

/// Admins too, with files that take longer to send.
fn importers(state: &AppState) -> Router<AppState> {
    imports::admins(&state.config.bounds).route_layer(from_extractor_with_state::<Admin, _>(state.clone()))
}

fn timeout(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time)
}

/// Go's CrossOriginProtection: `Sec-Fetch-Site`, or else `Origin`, must say that the form is ours.
fn csrf(state: &AppState) -> CsrfLayer {
    let base = &state.config.base_url;
    CsrfLayer::new().add_trusted_origin(base.origin().ascii_serialization()).unwrap_or_default()
}

/// How many bytes and fields of a form are read: more bytes where it may carry a file.
async fn limit_body(bounds: Bounds, mut request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let with_files = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let most = if with_files { bounds.upload_form_bytes() } else { bounds.form_bytes };
    DefaultBodyLimit::max(most).apply(&mut request);
    request.extensions_mut().insert(MostFields(bounds.form_fields));
    next.run(request).await
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

/// No inline script or style, and nothing of others but (where the settings allow it) pictures.
macro_rules! content_security_policy {
    ($pictures:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'",
            $pictures,
            "; media-src 'self'",
            $pictures,
            "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; ",
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
    };
}

/// No script or style but our own files, no frames, no guessing of types (OWASP Secure Headers Project).
const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, content_security_policy!("")),
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

async fn set_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if state.site.get().foreign_pictures {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static(content_security_policy!(" https:")));
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.config.https() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    response
}
