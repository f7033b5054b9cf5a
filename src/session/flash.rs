//! One sentence for the next page, in a signed cookie: it needs no session, so guests get it too.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::store::cookie_prefix;
use crate::{crypto::Keys, state::AppState};

const PURPOSE: &str = "flash";

/// One sentence for the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// What to say.
    pub sentence: String,
    /// A decision over comments that can be undone from here.
    pub undo: Option<String>,
}

impl Flash {
    /// Just a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), undo: None }
    }

    /// The flash that this request brought along, if we made it.
    pub fn of(headers: &HeaderMap, keys: &Keys, https: bool) -> Option<Self> {
        let signed = CookieJar::from_headers(headers).get(&name(https))?.value().to_owned();
        let text = keys.verify(PURPOSE, &signed)?;
        let (undo, sentence) = text.split_once('\n')?;
        Some(Self {
            sentence: sentence.to_owned(),
            undo: Some(undo.to_owned()).filter(|undo| !undo.is_empty()),
        })
    }

    /// The `Set-Cookie` value that carries it to the next page, for at most a minute.
    pub fn cookie(&self, keys: &Keys, https: bool) -> HeaderValue {
        let text = format!("{}\n{}", self.undo.as_deref().unwrap_or_default(), self.sentence);
        set_cookie(keys.sign(PURPOSE, &text), 60, https)
    }
}

/// Takes the flash away once a page has shown it.
pub async fn clear_when_shown(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let https = state.config.https();
    let had = CookieJar::from_headers(request.headers()).get(&name(https)).is_some();
    let mut response = next.run(request).await;
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if had && html && !response.status().is_redirection() {
        response.headers_mut().append(header::SET_COOKIE, set_cookie(String::new(), 0, https));
    }
    response
}

fn name(https: bool) -> String {
    format!("{}flash", cookie_prefix(https))
}

fn set_cookie(value: String, seconds: i64, https: bool) -> HeaderValue {
    let cookie = Cookie::build((name(https), value))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(tower_sessions::cookie::time::Duration::seconds(seconds));
    HeaderValue::from_str(&cookie.to_string()).expect("base64 and cookie attributes are ASCII")
}
