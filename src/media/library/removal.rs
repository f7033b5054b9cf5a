//! Deleting pictures: one, or many that nothing shows.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    forms::ForgottenForm,
    model::{Scope, Shelf},
    queries,
    routes::with_uses,
    views::{self, list_path},
};
use crate::{
    error::{Result, UnlessTaken as _},
    extract::{Form, Path},
    html::{Page, render, with_status},
    jobs,
    media::{jobs::DeleteFiles, queries::Forgotten},
    session::{Author, User},
    state::AppState,
};

pub(super) fn authors() -> Router<AppState> {
    Router::new()
        .route("/write/media/forgotten", post(delete_forgotten))
        .route("/write/media/{id}/delete", get(confirm).post(delete))
}

async fn confirm(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
) -> Result<Response> {
    let (picture, uses) = with_uses(&db, &author, id).await?;

    render(&views::Delete { page, picture, uses })
}

async fn delete(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
) -> Result<Response> {
    let (picture, uses) = with_uses(&app.db, &author, id).await?;

    match remove(&app, &author, id).await.unless_taken("media_refs_media_id_fkey")?.flatten() {
        Some(sentence) => Ok(page.redirect("/write/media", sentence)),
        // a post shows it, perhaps since a moment ago
        None => with_status(StatusCode::CONFLICT, &views::Delete { page, picture, uses }),
    }
}

/// First the list, then, with a yes, the end.
async fn delete_forgotten(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Form(form): Form<ForgottenForm>,
) -> Result<Response> {
    let scope = Scope::of(&author);
    let list = list_path(Shelf::Forgotten, "");
    if form.sure.is_empty() {
        let pictures = queries::forgotten(&app.db, scope, &form.id).await?;
        if pictures.is_empty() {
            return Ok(page.redirect(&list, "No picture was chosen."));
        }
        return render(&views::Forgotten { page, pictures });
    }

    let mut tx = app.db.begin().await?;
    let gone = queries::delete_forgotten(&mut *tx, scope, &form.id).await?;
    let sentence = match gone.len() {
        1 => "One picture deleted.".to_owned(),
        n => format!("{n} pictures deleted."),
    };
    delete_files(&mut tx, gone).await?;
    tx.commit().await?;

    Ok(page.redirect(&list, sentence))
}

/// What to say when it is gone; `None`: something shows it.
async fn remove(app: &AppState, user: &User, id: i64) -> Result<Option<&'static str>> {
    let mut tx = app.db.begin().await?;
    if let Scope(Some(author)) = Scope::of(user)
        && queries::take_out(&mut tx, id, author).await?
    {
        tx.commit().await?;
        return Ok(Some("The picture is no longer in your library. Somebody else has it, too, so it stays."));
    }
    queries::let_go(&mut *tx, id).await?;
    let Some(gone) = queries::delete(&mut *tx, id).await? else { return Ok(None) };
    delete_files(&mut tx, vec![gone]).await?;
    tx.commit().await?;
    Ok(Some("The picture is deleted."))
}

async fn delete_files(tx: &mut sqlx::PgConnection, gone: Vec<Forgotten>) -> Result<()> {
    for one in gone {
        jobs::enqueue(tx, &DeleteFiles::of(one)).await?;
    }
    Ok(())
}
