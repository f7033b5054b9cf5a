//! What the layers of others leave open: a request that says nothing at all about where it comes from, and a cookie
//! that is not secure.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, header},
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

/// The session layer takes its cookie away without `Secure`, and browsers ignore that: on HTTPS its name begins with
/// `__Host-` (RFC 6265bis, section 4.1.3.2).
pub async fn secure_cookies(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if state.config.https()
        && let header::Entry::Occupied(mut cookies) = response.headers_mut().entry(header::SET_COOKIE)
    {
        for cookie in cookies.iter_mut().filter(|cookie| !is_secure(cookie)) {
            let secure = [cookie.as_bytes(), b"; Secure"].concat();
            *cookie = HeaderValue::from_bytes(&secure).expect("a header value and ASCII");
        }
    }
    response
}

fn is_secure(cookie: &HeaderValue) -> bool {
    cookie.to_str().is_ok_and(|cookie| cookie.split("; ").any(|attribute| attribute == "Secure"))
}
