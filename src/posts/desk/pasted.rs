//! What is pasted from a page or another program becomes Markdown here, so that the browser needs no converter.

use std::collections::HashMap;

use axum::{Router, response::IntoResponse as _, response::Response, routing::post};
use serde::Deserialize;

use crate::{
    error::{Error, Result},
    extract::Upload,
    state::AppState,
    text::from_html::{Source, convert},
};

/// More than that is not pasted but imported.
const LONGEST: usize = 1_000_000;

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/markdown", post(markdown))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pasted {
    html: String,
}

async fn markdown(upload: Upload<Pasted>) -> Result<Response> {
    let html = upload.form.html;
    if html.len() > LONGEST {
        return Err(Error::TooLarge);
    }
    let converted = tokio::task::spawn_blocking(move || {
        let addresses = HashMap::new();
        convert(&Source { html: &html, line_breaks: false, keeps_html: false, addresses: &addresses })
    });
    let converted = converted.await.map_err(anyhow::Error::from)?;
    Ok(converted.markdown.trim_end().to_owned().into_response())
}
