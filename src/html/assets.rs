//! Static files, inside the binary: each has an address with a fingerprint of its content, and is cached for ever.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use rust_embed::RustEmbed;

use crate::{
    crypto::{content_hash, hex},
    error::Error,
    extract::Path,
};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// All style sheets as one file, in this order: tokens first, print last.
const SHEETS: [&str; 15] = [
    "tokens", "base", "prose", "buttons", "forms", "cards", "thread", "desk", "shelf", "account", "flash",
    "paging", "errors", "media", "imports",
];
const SITE_CSS: &str = "css/site.css";

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let files = Files::iter().filter_map(|name| {
        let file = Files::get(&name)?;
        Some((name.into_owned(), Asset::new(file.data.into_owned())))
    });
    files.chain([(SITE_CSS.to_owned(), Asset::new(site_css().into_bytes()))]).collect()
});

struct Asset {
    bytes: Bytes,
    tag: String,
}

impl Asset {
    fn new(bytes: Vec<u8>) -> Self {
        let hash = content_hash(&bytes);
        Self { bytes: bytes.into(), tag: hex(&hash[..8]) }
    }
}

/// The address of a static file, such as `/static/css/site.1a2b….css`; a name that does not exist stays as it is.
pub fn path(name: &str) -> String {
    let Some(asset) = ASSETS.get(name) else { return format!("/static/{name}") };
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("/static/{stem}.{}.{extension}", asset.tag),
        None => format!("/static/{name}"),
    }
}

/// `GET /static/{*path}`
pub async fn show(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let (name, tag) = split_tag(&name);
    let Some(asset) = ASSETS.get(name.as_ref()) else { return Error::NotFound.into_response() };

    // an old address (a page open since before the last release) gets today's file, but may not keep it
    let cache =
        if tag == Some(asset.tag.as_str()) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let etag = format!("\"{}\"", asset.tag);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let kind = mime_guess::from_path(name.as_ref()).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    let head =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, etag)];
    if known {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, asset.bytes.clone()).into_response()
}

fn site_css() -> String {
    SHEETS.iter().chain(["print"].iter()).fold(String::new(), |mut css, name| {
        if let Some(file) = Files::get(&format!("css/{name}.css")) {
            css.push_str(&String::from_utf8_lossy(&file.data));
        }
        css
    })
}

/// `css/site.1a2b3c4d5e6f7a8b.css` is `css/site.css` with the tag `1a2b…`.
fn split_tag(name: &str) -> (Cow<'_, str>, Option<&str>) {
    let tagged = name.rsplit_once('.').and_then(|(rest, extension)| {
        let (stem, tag) = rest.rsplit_once('.')?;
        let is_tag = tag.len() == 16 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_tag.then_some((stem, tag, extension))
    });
    match tagged {
        Some((stem, tag, extension)) => (format!("{stem}.{extension}").into(), Some(tag)),
        None => (name.into(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_told_from_the_name() {
        assert_eq!(
            split_tag("css/site.0123456789abcdef.css"),
            ("css/site.css".into(), Some("0123456789abcdef"))
        );
        assert_eq!(split_tag("img/favicon.svg"), ("img/favicon.svg".into(), None));
    }

    #[test]
    fn every_style_sheet_is_in_the_one_file() {
        for name in Files::iter().filter(|name| name.starts_with("css/")) {
            let stem = name.trim_start_matches("css/").trim_end_matches(".css");
            assert!(SHEETS.contains(&stem) || stem == "print", "{name} is not in SHEETS");
        }
        assert!(path(SITE_CSS).contains("/static/css/site."));
    }
}
