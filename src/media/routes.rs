//! Serving pictures.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;

use super::{model::original_stem, queries};
use crate::{
    error::{OrNotFound, Result},
    extract::Path,
    files::is_key,
    state::AppState,
};

/// Pictures for everybody.
pub fn public() -> Router<AppState> {
    Router::new().route("/media/{*key}", get(show))
}

/// Content never changes under a key, so it may be kept for ever. The sandbox holds should a browser ever take a
/// drawing for a page.
async fn show(State(app): State<AppState>, Path(key): Path<String>) -> Result<Response> {
    let key = Some(key).filter(|key| is_key(key)).or_not_found()?;

    if let Some(bytes) = app.files.get(&key).await? {
        return Ok(picture(&key, bytes, "public, max-age=31536000, immutable"));
    }
    let original = original_of(&app, &key).await?.or_not_found()?;
    let bytes = app.files.get(&original).await?.or_not_found()?;

    Ok(picture(&original, bytes, "no-cache"))
}

/// A copy that its job has not made yet: the original stands in.
async fn original_of(app: &AppState, key: &str) -> Result<Option<String>> {
    match original_stem(key) {
        Some(stem) => Ok(queries::key_beginning(&app.db, stem).await?),
        None => Ok(None),
    }
}

fn picture(key: &str, bytes: Bytes, cache: &'static str) -> Response {
    let kind = mime_guess::from_path(key).first_or_octet_stream().to_string();
    let head = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, cache),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
        ),
    ];
    (head, bytes).into_response()
}
