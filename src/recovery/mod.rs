//! Forms that failed are offered again to the browser that sent them.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use crate::{
    error::Result,
    extract::Form,
    html::{Page, TypedForm, filters, render, unkept},
    rescue::{self, Kept},
    state::AppState,
};

/// For everybody.
pub fn public() -> Router<AppState> {
    Router::new().route("/rescue", get(index).post(discard))
}

#[derive(Template)]
#[template(path = "recovery/index.html")]
struct Index {
    page: Page,
    kept: Vec<Kept>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DiscardForm {
    id: i64,
}

async fn index(State(app): State<AppState>, mut page: Page, headers: HeaderMap) -> Result<Response> {
    let kept = rescue::list(&app, &headers).await?;

    page.has_rescued = false;
    let is_empty = kept.is_empty();
    let mut response = unkept(render(&Index { page, kept })?);
    if is_empty {
        response.headers_mut().append(header::SET_COOKIE, rescue::forget_cookie(app.config.https()));
    }
    Ok(response)
}

async fn discard(
    State(app): State<AppState>,
    page: Page,
    headers: HeaderMap,
    Form(form): Form<DiscardForm>,
) -> Result<Response> {
    rescue::discard(&app, &headers, form.id).await?;

    Ok(page.redirect("/rescue", "Thrown away."))
}
