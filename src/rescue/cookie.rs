//! By what a browser gets its own forms again: a random name in a cookie, and its hash in the database.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use tower_sessions::cookie::time::Duration;

use crate::session::cookie_prefix;

fn name(https: bool) -> String {
    format!("{}rescue", cookie_prefix(https))
}

/// The name of this browser, if it has one of ours.
pub(super) fn browser(headers: &HeaderMap, https: bool) -> Option<String> {
    let value = CookieJar::from_headers(headers).get(&name(https))?.value().to_owned();
    // as long as a token of 256 bits
    (value.len() == 43).then_some(value)
}

/// For a week: as long as what it names is kept.
pub(super) fn set(browser: &str, https: bool) -> HeaderValue {
    value(browser.to_owned(), Duration::days(7), https)
}

pub(super) fn unset(https: bool) -> HeaderValue {
    value(String::new(), Duration::ZERO, https)
}

fn value(value: String, age: Duration, https: bool) -> HeaderValue {
    let cookie = Cookie::build((name(https), value))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(age);
    HeaderValue::from_str(&cookie.to_string()).expect("a token and cookie attributes are ASCII")
}
