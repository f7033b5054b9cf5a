//! A text that was typed and not saved: compared with what is saved, gone on with, or put aside.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    autosave::{self, Unsaved},
    diff::{Stretch, compare},
    model::{Draft, desk_path},
    queries,
};
use crate::{
    error::{OrNotFound, Result},
    extract::Path,
    html::{Page, filters, render},
    session::Author,
    state::AppState,
};

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/unsaved/{tab}", get(show).post(discard))
}

#[derive(Template)]
#[template(path = "desk/unsaved.html")]
struct UnsavedPage {
    page: Page,
    unsaved: Unsaved,
    /// `None`: the post does not exist yet.
    draft: Option<Draft>,
    note: Option<String>,
    stretches: Vec<Stretch>,
}

impl UnsavedPage {
    /// The form, filled with it.
    fn form_path(&self) -> String {
        let form = self.unsaved.post_id.map_or_else(|| "/write/new".to_owned(), desk_path);
        format!("{form}?from={}", self.unsaved.tab)
    }

    fn is_older(&self) -> bool {
        self.draft.as_ref().is_some_and(|draft| draft.text_version > self.unsaved.base_version)
    }
}

async fn show(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(tab): Path<Uuid>,
) -> Result<Response> {
    let unsaved = autosave::one(&db, author.id, tab).await?.or_not_found()?;
    let draft = match unsaved.post_id {
        Some(id) => Some(queries::editable(&db, &author, id).await?.or_not_found()?),
        None => None,
    };

    let saved = draft.as_ref().map_or("", |draft| &draft.body_md);
    let stretches = compare(saved, &unsaved.body_md).await?;
    let note = Some(unsaved.form().review_note).filter(|note| !note.is_empty());
    render(&UnsavedPage { page, unsaved, draft, note, stretches })
}

async fn discard(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(tab): Path<Uuid>,
) -> Result<Response> {
    let unsaved = autosave::one(&db, author.id, tab).await?.or_not_found()?;

    autosave::discard(&db, author.id, tab).await?;

    let path = unsaved.post_id.map_or_else(|| "/write".to_owned(), desk_path);
    Ok(page.redirect(&path, "Put aside. It is kept for another week, and deleted then."))
}
