//! Turns every failed response into a page of the blog (or problem+json under `/api`), and logs its cause once.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    kept::Kept,
    typed::{Typed, TypedForm},
};
use crate::{
    error::{Error, Failure, First},
    rescue,
    site::Site,
    state::AppState,
    telemetry::RequestId,
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    site: &'a Site,
    css: String,
    icon: String,
    status: u16,
    title: &'static str,
    sentence: &'a str,
    request_id: &'a str,
    /// What has to be done first: where, and what it is called.
    first: Option<(String, &'static str)>,
    /// The form that failed.
    typed: Option<TypedForm>,
    /// It is kept for this browser, too.
    rescued: bool,
}

fn label(first: First) -> &'static str {
    match first {
        First::LogIn => "Log in",
        First::Prove => "Confirm that it is you",
        First::SecondFactor => "Set up the second factor",
    }
}

impl ErrorPage<'_> {
    fn is_missing(&self) -> bool {
        self.status == 404
    }
}

/// The layer. It needs neither database nor session, so it still works when both are away.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_get = request.method() == axum::http::Method::GET;
    let uri = request.uri().clone();
    let is_api = uri.path().starts_with("/api/");
    let request_id = request.extensions().get::<RequestId>().copied();
    let (request, kept) = Kept::watch(request);
    let cookies = if kept.is_some() { request.headers().clone() } else { HeaderMap::new() };
    let mut response = next.run(request).await;

    let failure = failure_of(&mut response);
    let went_wrong =
        failure.is_some() || response.status().is_client_error() || response.status().is_server_error();
    let typed = match kept {
        Some(kept) if went_wrong && !is_api => kept.typed().await,
        Some(_) if response.status().is_redirection() => {
            rescue::settle(&state, &cookies, whole_path(&uri)).await;
            Typed::default()
        }
        _ => Typed::default(),
    };
    let rescued = keep(&state, &cookies, (&uri, &typed), failure.as_ref()).await;
    if let Some(failure) = failure {
        if let Some(cause) = &failure.cause {
            tracing::error!(status = failure.status.as_u16(), cause = format!("{cause:#}"), "request failed");
        }
        let id = request_id.map(|id| id.to_string()).unwrap_or_default();
        let mut answer = match failure.first {
            Some(first) if !typed.has_text() => {
                Redirect::to(&path_of(first, is_get.then_some(&uri))).into_response()
            }
            _ if is_api => problem(&failure, &id),
            _ => page(&state, &failure, &id, (&uri, typed, rescued.is_some())),
        };
        for name in [header::RETRY_AFTER, header::ALLOW] {
            if let Some(value) = response.headers_mut().remove(&name) {
                answer.headers_mut().insert(name, value);
            }
        }
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response = answer;
    }
    if let Some(cookie) = rescued {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Keeps what was typed for this browser; the cookie by which it gets it again. A form of another site is kept only when
/// the browser itself says, by sending our cookies along, that it is none (they are `SameSite`).
async fn keep(
    state: &AppState,
    cookies: &HeaderMap,
    (uri, typed): (&Uri, &Typed),
    failure: Option<&Failure>,
) -> Option<HeaderValue> {
    let is_foreign =
        failure.is_some_and(|failure| failure.cross_site) && !cookies.contains_key(header::COOKIE);
    let rescued = typed.to_rescue(whole_path(uri)).filter(|_| !is_foreign)?;
    match rescue::keep(state, cookies, &rescued).await {
        Ok(cookie) => Some(cookie),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a form that failed cannot be kept");
            None
        }
    }
}

fn whole_path(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

/// What went wrong, if something did. A bare error status comes from a layer or from axum itself.
fn failure_of(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    let status = response.status();
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(b"text/html") || kind.as_bytes().starts_with(b"application/")
    });
    if !(status.is_client_error() || status.is_server_error()) || is_page {
        return None;
    }
    let error = match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        // only the CSRF layer answers so without a Failure
        StatusCode::FORBIDDEN => Error::CrossSite,
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType,
        StatusCode::SERVICE_UNAVAILABLE => Error::unavailable(anyhow::anyhow!("the request took too long")),
        status if status.is_client_error() => Error::BadRequest("The request cannot be understood."),
        _ => Error::Internal(anyhow::anyhow!("a bare status {status}")),
    };
    let mut made = error.into_response();
    if let Some(seconds) = made.headers_mut().remove(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    made.extensions_mut().remove::<Failure>()
}

/// To what has to be done first, and back to where the visitor wanted to go.
fn path_of(first: First, from: Option<&Uri>) -> String {
    let page = match first {
        First::LogIn => "/login",
        First::Prove => "/login/again",
        First::SecondFactor => return "/account/second-factor".to_owned(),
    };
    let Some(path) = from.and_then(|uri| uri.path_and_query()) else { return page.to_owned() };
    let next: String = url::form_urlencoded::byte_serialize(path.as_str().as_bytes()).collect();
    format!("{page}?next={next}")
}

fn page(
    state: &AppState,
    failure: &Failure,
    request_id: &str,
    (uri, typed, rescued): (&Uri, Typed, bool),
) -> Response {
    let site = state.site.get();
    // a form of another site is shown, but never sent on with a press of a button
    let action = (!failure.cross_site).then(|| whole_path(uri).to_owned());
    let page = ErrorPage {
        site: &site,
        css: super::assets::path("css/site.css"),
        icon: super::assets::path("img/favicon.svg"),
        status: failure.status.as_u16(),
        title: title(failure.status),
        sentence: &failure.sentence,
        request_id,
        first: failure.first.map(|first| (path_of(first, None), label(first))),
        typed: typed.has_text().then(|| TypedForm::new(typed, action)),
        rescued,
    };
    match super::with_status(failure.status, &page) {
        Ok(response) => response,
        // the plain sentence is all that is left
        Err(error) => {
            tracing::error!(%error, "the error page failed");
            (failure.status, failure.sentence.clone()).into_response()
        }
    }
}

fn problem(failure: &Failure, request_id: &str) -> Response {
    let body = serde_json::json!({
        "status": failure.status.as_u16(),
        "title": title(failure.status),
        "detail": failure.sentence,
        "instance": request_id,
    });
    (failure.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "That request went wrong",
        401 => "Not sent yet",
        403 => "Not allowed",
        404 => "Page not found",
        405 => "Not in this way",
        409 => "Somebody was faster",
        410 => "Gone",
        413 => "Too large",
        415 => "Wrong kind of data",
        429 => "A little too often",
        503 => "Back in a moment",
        _ => "Something went wrong",
    }
}
