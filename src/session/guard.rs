//! What `tower_http`'s CSRF layer leaves open: a request that says nothing at all about where it comes from.

use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};

use super::store::cookie_name;
use crate::{
    error::{Error, Result},
    state::AppState,
};

/// Refuses a change that carries a session cookie but neither `Sec-Fetch-Site` nor `Origin`: every browser of
/// today sends one of them (OWASP CSRF Prevention Cheat Sheet, fetch metadata). Programs without a cookie pass.
///
/// # Errors
/// 403 as for any cross-site request.
pub async fn same_site_only(State(state): State<AppState>, request: Request, next: Next) -> Result<Response> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let says = |name: &str| headers.get(name).is_some_and(|value| !value.is_empty());
    let tells = says("sec-fetch-site") || says(header::ORIGIN.as_str());
    let session = cookie_name(state.config.https());
    let mut cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    if !safe && !tells && cookies.any(|line| line.contains(session)) {
        return Err(Error::CrossSite);
    }
    Ok(next.run(request).await)
}
