//! Reading one post or page, and old addresses.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    desk, lists,
    model::PostKind,
    queries::{self, Moved},
    views,
};
use crate::{
    comments::{self, Subject},
    crypto::Keys,
    error::{Error, Result},
    extract::{Path, Query},
    html::{Page, render},
    state::AppState,
};

/// The reading side, for everybody.
pub fn public() -> Router<AppState> {
    lists::public()
        .merge(desk::public())
        .route("/posts/{slug}", get(show))
        .route("/{slug}", get(show_page))
        .fallback(get(old_address))
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
    let Some(post) = queries::published(&db, PostKind::Post, &slug).await? else {
        return moved(queries::moved_slug(&db, &slug).await?);
    };
    let neighbours = queries::neighbours(&db, (post.published_at, post.id)).await?;
    let subject =
        Subject { id: post.id, slug: &post.slug, open: post.comments_open, count: post.comment_count };
    let thread = comments::load_thread(&db, &keys, &page, subject, after.after).await?;

    render(&views::Show { page, post, neighbours, thread })
}

async fn show_page(State(db): State<PgPool>, page: Page, Path(slug): Path<String>) -> Result<Response> {
    let Some(post) = queries::published(&db, PostKind::Page, &slug).await? else {
        return moved_path(&db, &format!("/{slug}")).await;
    };

    render(&views::ShowPage { page, post })
}

/// Everything that no route knows: perhaps an address of the blog's former life.
async fn old_address(State(db): State<PgPool>, request: axum::extract::Request) -> Result<Response> {
    let path = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    moved_path(&db, &path).await
}

/// The redirect of an old path, found with and without the slash at its end.
async fn moved_path(db: &PgPool, path: &str) -> Result<Response> {
    let trimmed = path.trim_end_matches('/').trim_end_matches("/index.html");
    if trimmed.is_empty() || trimmed.len() > 500 {
        return Err(Error::NotFound);
    }
    match queries::moved_path(db, trimmed).await? {
        None if trimmed.contains('/') && !trimmed[1..].contains('/') => moved(
            queries::moved_slug(db, &trimmed[1..]).await?.filter(|moved| moved.kind == Some(PostKind::Page)),
        ),
        found => moved(found),
    }
}

fn moved(found: Option<Moved>) -> Result<Response> {
    match found {
        Some(Moved { slug: Some(slug), kind: Some(kind), visible: true }) => {
            let location = [(axum::http::header::LOCATION, kind.path(&slug))];
            Ok((StatusCode::MOVED_PERMANENTLY, location).into_response())
        }
        // a redirect whose post was deleted for good
        Some(Moved { slug: None, .. }) => Err(Error::Gone),
        _ => Err(Error::NotFound),
    }
}
