//! The routes of series: reading them, and keeping them.

use axum::{Router, extract::State, response::Response, routing::get};
use sqlx::PgPool;

use super::{
    forms::SeriesForm,
    model::{Series, series_path},
    queries, views,
};
use crate::{
    error::{Error, OrNotFound, Result, UnlessTaken},
    extract::{Form, Path},
    form::Errors,
    html::{Page, invalid, render},
    posts::{
        addresses::{self, Target},
        shelf,
    },
    session::{Author, Capability, User},
    state::AppState,
};

/// For everybody.
pub fn public() -> Router<AppState> {
    Router::new().route("/series", get(index)).route("/series/{slug}", get(show))
}

/// For everybody with a desk.
pub fn authors() -> Router<AppState> {
    Router::new()
        .route("/write/series", get(desk))
        .route("/write/series/{id}", get(edit).post(update))
        .route("/write/series/{id}/delete", get(confirm_delete).post(delete))
}

async fn index(State(db): State<PgPool>, page: Page) -> Result<Response> {
    let lines = queries::all_readable(&db).await?;

    render(&views::Index { page, lines })
}

async fn show(State(db): State<PgPool>, page: Page, Path(slug): Path<String>) -> Result<Response> {
    let series = queries::readable(&db, &slug).await?.or_not_found()?;
    let posts = queries::parts(&db, series.id).await?;

    render(&views::Show { page, series, posts })
}

async fn desk(State(db): State<PgPool>, author: Author, page: Page) -> Result<Response> {
    let lines = queries::all_editable(&db, &author).await?;

    render(&views::Desk { page, lines })
}

async fn edit(State(db): State<PgPool>, author: Author, page: Page, Path(id): Path<i64>) -> Result<Response> {
    let series = queries::editable(&db, &author, id).await?.or_not_found()?;
    let members = queries::members(&db, id).await?;

    let form = SeriesForm::of(&series, &members);
    render(&views::Edit { page, series, members, form, errors: Errors::default() })
}

async fn update(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
    Form(form): Form<SeriesForm>,
) -> Result<Response> {
    let series = queries::editable(&db, &author, id).await?.or_not_found()?;
    let members = queries::members(&db, id).await?;
    let change = match form.parse() {
        Ok(change) => change,
        Err(errors) => return invalid(&views::Edit { page, series, members, form, errors }),
    };

    let mut tx = db.begin().await?;
    if queries::update(&mut *tx, id, &change).await.unless_taken("series_slug_key")?.is_none() {
        let errors = Errors::on("slug", "Another series already has this address.");
        return invalid(&views::Edit { page, series, members, form, errors });
    }
    let changed = queries::set_positions(&mut tx, id, &change, change.title != series.title).await?;
    shelf::add_bulk_revisions(&mut tx, &changed, author.id).await?;
    if change.slug.as_str() != series.slug {
        let target = Target::Path(series_path(change.slug.as_str()));
        addresses::move_path(&mut tx, &series.path(), target).await?;
    }
    tx.commit().await?;

    Ok(page.redirect(&series.desk_path(), "Saved."))
}

async fn confirm_delete(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
) -> Result<Response> {
    let series = deletable(&db, &author, id).await?;
    let members = queries::members(&db, id).await?;

    render(&views::Delete { page, series, members })
}

async fn delete(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
) -> Result<Response> {
    let series = deletable(&db, &author, id).await?;

    let mut tx = db.begin().await?;
    let left = queries::delete(&mut tx, series.id).await?;
    shelf::add_bulk_revisions(&mut tx, &left, author.id).await?;
    tx.commit().await?;

    Ok(page.redirect("/write/series", "The series is deleted; its posts stay as they are."))
}

/// Authors keep their series in order; editors also take them away.
async fn deletable(db: &PgPool, user: &User, id: i64) -> Result<Series> {
    let series = queries::editable(db, user, id).await?.or_not_found()?;
    if !user.can(Capability::EditAny) {
        return Err(Error::Forbidden);
    }
    Ok(series)
}
