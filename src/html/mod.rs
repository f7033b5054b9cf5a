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
mod typed;

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub use page::Page;
pub use paging::{Before, Paging};
pub use typed::TypedForm;

use crate::{error::Result, telemetry, text::fit_for_xml};

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
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], rendered(view)?).into_response())
}

/// A feed, a sitemap or another text made by a template. A character that no XML may hold would make readers of feeds
/// refuse the whole of it, and people can write one in Markdown (`&#1;`).
///
/// # Errors
/// As [`render`].
pub fn document(content_type: &'static str, view: &impl Template) -> Result<Response> {
    Ok(([(header::CONTENT_TYPE, content_type)], fit_for_xml(rendered(view)?)).into_response())
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

fn rendered(view: &impl Template) -> Result<String> {
    Ok(telemetry::time_render(|| view.render()).map_err(anyhow::Error::from)?)
}
