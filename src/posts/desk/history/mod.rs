//! Every version that was ever saved: listed, compared, made the text again.

mod queries;
mod rendered;
mod views;

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    autosave,
    diff::compare,
    model::desk_path,
    queries as desk,
    save::{self, Saved},
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{Path, Query},
    html::{Page, render},
    posts::{model::PostId, rendering::render_body},
    session::Author,
    state::AppState,
};

const PER_PAGE: i64 = 100;

pub(super) fn authors() -> Router<AppState> {
    Router::new()
        .route("/write/{id}/revisions", get(index))
        .route("/write/{id}/revisions/diff", get(diff))
        .route("/write/{id}/revisions/{n}", post(restore))
}

/// A version in the list.
struct Line {
    n: i32,
    editor: Option<String>,
    reason: String,
    characters: i32,
    at: DateTime<Utc>,
}

impl Line {
    /// Why it was made, for people.
    fn why(&self) -> &'static str {
        match self.reason.as_str() {
            "publish" => "published",
            "import" => "imported",
            "merge" => "put together from two changes",
            "restore" => "an older text again",
            "bulk" => "changed together with others",
            _ => "saved",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: Option<i32>,
}

async fn index(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Query(Before { before }): Query<Before>,
) -> Result<Response> {
    let draft = desk::editable(&db, &author, id).await?.or_not_found()?;

    let mut lines = queries::lines(&db, id, before.unwrap_or(i32::MAX), PER_PAGE + 1).await?;
    let more = lines.len() > usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(PER_PAGE).unwrap_or(usize::MAX));
    let aside = autosave::put_aside(&db, author.id, Some(id)).await?;

    render(&views::Index { page, draft, lines, more, aside })
}

/// Which two versions are compared, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    from: i32,
    to: i32,
    view: String,
}

async fn diff(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let draft = desk::editable(&app.db, &author, id).await?.or_not_found()?;
    let new = desk::revision(&app.db, id, wanted.to).await?.or_not_found()?;
    // the first version is compared with nothing
    let old = match wanted.from {
        0 => None,
        n => Some(desk::revision(&app.db, id, n).await?.or_not_found()?),
    };

    let before = old.as_ref().map_or("", |version| &version.body_md);
    let mut view = views::Diff {
        post: id,
        from: wanted.from,
        to: wanted.to,
        current: draft.text_version,
        title: new.title.clone(),
        old_title: old.as_ref().map(|version| version.title.clone()).filter(|title| *title != new.title),
        stretches: Vec::new(),
        blocks: None,
        page,
    };
    if wanted.view == "rendered" {
        let (before, after) = (render_body(&app, before).await?, render_body(&app, &new.body_md).await?);
        view.blocks = Some(rendered::compare(&before.body_html, &after.body_html));
    } else {
        view.stretches = compare(before, &new.body_md).await?;
    }
    render(&view)
}

async fn restore(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path((id, n)): Path<(PostId, i32)>,
) -> Result<Response> {
    desk::editable(&app.db, &author, id).await?.or_not_found()?;

    match save::restore(&app, &author, id, n).await?.or_not_found()? {
        Saved::Done { .. } => Ok(page.redirect(
            &desk_path(id),
            format!("Version {n} is the text again. What stood here before is in the history."),
        )),
        _ => Err(Error::Conflict),
    }
}
