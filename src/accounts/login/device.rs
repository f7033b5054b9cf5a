//! A cookie that says: somebody has logged in to this account with this browser before. Strangers who guess at a
//! password make each other wait, but not its owner (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use tower_sessions::cookie::time::Duration;

use crate::{
    crypto::{Keys, random_token},
    session::{UserId, cookie_prefix},
};

const PURPOSE: &str = "device";

fn name(https: bool) -> String {
    format!("{}device", cookie_prefix(https))
}

/// What this browser is called at this account, if it has been there.
pub(super) fn known_at(headers: &HeaderMap, keys: &Keys, https: bool, user: UserId) -> Option<String> {
    let signed = CookieJar::from_headers(headers).get(&name(https))?.value().to_owned();
    let text = keys.verify(PURPOSE, &signed)?;
    let (account, nonce) = text.split_once(':')?;
    (account.parse() == Ok(user)).then(|| nonce.to_owned())
}

/// The `Set-Cookie` value that makes this browser known, for a year.
pub(super) fn cookie(keys: &Keys, https: bool, user: UserId) -> HeaderValue {
    let value = keys.sign(PURPOSE, &format!("{user}:{}", random_token()));
    let cookie = Cookie::build((name(https), value))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365));
    HeaderValue::from_str(&cookie.to_string()).expect("base64 and cookie attributes are ASCII")
}
