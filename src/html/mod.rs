//! From a view to a response: the page every template gets, rendering, assets, error pages, paging.

pub mod assets;
pub mod error_pages;
#[expect(
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what askama makes of a filter"
)]
pub mod filters;
mod kept;
mod page;
mod paging;

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub use page::Page;
pub use paging::{Before, Paging};

use crate::{error::Result, telemetry};

/// 200 with a page.
///
/// # Errors
/// Only when a template fails, which is a bug: 500.
pub fn render(view: &impl Template) -> Result<Response> {
    with_status(StatusCode::OK, view)
}

/// 422 with the refused form, filled in as it was sent.
///
/// # Errors
/// As [`render`].
pub fn invalid(view: &impl Template) -> Result<Response> {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, view)
}

/// A page with a status of its own.
///
/// # Errors
/// As [`render`].
pub fn with_status(status: StatusCode, view: &impl Template) -> Result<Response> {
    respond(status, "text/html; charset=utf-8", view)
}

/// A feed, a sitemap or another text made by a template.
///
/// # Errors
/// As [`render`].
pub fn document(content_type: &'static str, view: &impl Template) -> Result<Response> {
    respond(StatusCode::OK, content_type, view)
}

/// A page that nobody may keep: it shows something secret.
pub fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page whose very address is a secret: nobody else may learn it, nothing may keep it.
pub fn secret(response: Response) -> Response {
    let mut response = unkept(response);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

fn respond(status: StatusCode, content_type: &'static str, view: &impl Template) -> Result<Response> {
    let text = telemetry::time_render(|| view.render()).map_err(anyhow::Error::from)?;
    Ok((status, [(header::CONTENT_TYPE, content_type)], text).into_response())
}
