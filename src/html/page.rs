//! What every page needs, whoever asks for it: the site, the visitor, the flash.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

use super::assets;
use crate::{
    config::Config,
    crypto::Keys,
    error::{Error, Result},
    mail::Address,
    rescue,
    session::{Flash, User, Visitor},
    site::Site,
    state::AppState,
};

/// The frame of a page. Views hold it as `page`; `templates/base.html` prints it.
#[derive(Debug, Clone)]
pub struct Page {
    /// The settings of the blog.
    pub site: Arc<Site>,
    /// Who is looking.
    pub visitor: Option<User>,
    /// What the last page wants said.
    pub flash: Option<Flash>,
    /// The path of the request, for the menu and for the way back after a login.
    pub path: String,
    /// Something that this browser could not send is kept for it.
    pub has_rescued: bool,
    config: Arc<Config>,
    keys: Keys,
}

impl Page {
    /// 303 to `path`, which says `sentence` once.
    pub fn redirect(&self, path: &str, sentence: impl Into<String>) -> Response {
        self.redirect_with(path, &Flash::new(sentence))
    }

    /// 303 to `path`, which shows `flash` once.
    pub fn redirect_with(&self, path: &str, flash: &Flash) -> Response {
        let mut response = Redirect::to(path).into_response();
        let cookie: HeaderValue = flash.cookie(&self.keys, self.config.https());
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// An absolute address of the blog, for feeds, mails and meta elements.
    pub fn absolute(&self, path: impl AsRef<str>) -> String {
        self.config.absolute(path.as_ref())
    }

    /// An address that is kept sealed, for those pages whose readers may see it.
    pub fn address(&self, sealed: &[u8]) -> String {
        match Address::open(&self.keys, sealed) {
            Ok(address) => address.to_string(),
            Err(error) => {
                tracing::warn!(%error, "an address cannot be opened");
                "(unreadable: sealed with another key)".to_owned()
            }
        }
    }

    /// The address of a static file, with its fingerprint.
    #[expect(clippy::unused_self, reason = "templates call it on the page they have")]
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// `page` in `aria-current` of a menu link to `path`.
    pub fn is_current(&self, path: &str) -> bool {
        self.path == path
    }
}

impl FromRequestParts<AppState> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let Visitor(visitor) =
            <Visitor as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        Ok(Self {
            site: state.site.get(),
            visitor,
            flash: Flash::of(&parts.headers, &state.keys, state.config.https()),
            path: parts.uri.path().to_owned(),
            has_rescued: rescue::has_some(&parts.headers, state.config.https()),
            config: state.config.clone(),
            keys: state.keys.clone(),
        })
    }
}
