//! Reading one post or page.

use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    desk, lists,
    model::{Post, PostKind},
    queries, series, shelf, views,
};
use crate::{
    comments::{self, Subject},
    crypto::Keys,
    error::{OrNotFound, Result},
    extract::{Path, Query},
    html::{Page, render},
    state::AppState,
};

/// The reading side, for everybody.
pub fn public() -> Router<AppState> {
    lists::public()
        .merge(desk::public())
        .merge(series::public())
        .route("/posts/{slug}", get(show))
        .route("/{slug}", get(show_page))
}

/// The desk, for those who have one.
pub fn authors() -> Router<AppState> {
    desk::authors().merge(shelf::authors()).merge(series::authors())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct After {
    after: i64,
}

async fn show(
    State(db): State<PgPool>,
    State(keys): State<Keys>,
    page: Page,
    Path(slug): Path<String>,
    Query(after): Query<After>,
) -> Result<Response> {
    let viewer = page.visitor.as_ref();
    let post = queries::published(&db, PostKind::Post, &slug, viewer).await?.or_not_found()?;
    let neighbours = queries::neighbours(&db, (post.published_at, post.id)).await?;
    let thread = comments::load_thread(&db, &keys, &page, subject(&post), after.after).await?;

    let headers = robots(&post);
    Ok((headers, render(&views::Show { page, post, neighbours, thread })?).into_response())
}

async fn show_page(State(db): State<PgPool>, page: Page, Path(slug): Path<String>) -> Result<Response> {
    let viewer = page.visitor.as_ref();
    let post = queries::published(&db, PostKind::Page, &slug, viewer).await?.or_not_found()?;

    let headers = robots(&post);
    Ok((headers, render(&views::ShowPage { page, post })?).into_response())
}

/// What the conversation has to know of a post. Nobody but its authors sees a private one: there is none to talk to.
fn subject(post: &Post) -> Subject<'_> {
    Subject {
        id: post.id,
        slug: &post.slug,
        open: post.comments_open && !post.is_private(),
        closes_at: post.comments_close_at,
        count: post.comment_count,
    }
}

/// For search engines that do not read the page.
fn robots(post: &Post) -> Option<[(HeaderName, HeaderValue); 1]> {
    let header = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    post.is_hidden_from_search().then_some([header])
}
