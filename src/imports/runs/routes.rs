//! Beginning an import, and looking how far it is.

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::Response,
    routing::get,
};

use super::{
    files,
    forms::{ImportForm, RunForm, shown_name},
    jobs::WorkImport,
    model, queries,
    views::{Index, Show},
};
use crate::{
    audit::{Action, Trail},
    config::Bounds,
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Upload},
    form::Errors,
    html::{Page, invalid, render},
    imports::Program,
    jobs,
    session::Admin,
    state::AppState,
};

const NEWEST: i64 = 20;
const MOST_NOTES: i64 = 1_000;
/// For the other fields of the form.
const BESIDES: usize = 1 << 20;

/// For admins. The file may be larger than those of other forms.
pub fn admins(bounds: &Bounds) -> Router<AppState> {
    Router::new()
        .route("/admin/imports", get(index).post(create))
        .layer(DefaultBodyLimit::max(bounds.import_bytes.saturating_add(BESIDES)))
        .route("/admin/imports/{id}", get(show).post(update))
}

async fn index(State(app): State<AppState>, _: Admin, page: Page) -> Result<Response> {
    render(&form(&app, page, ImportForm::blank(), Errors::default()).await?)
}

async fn form(app: &AppState, page: Page, form: ImportForm, errors: Errors) -> Result<Index> {
    let runs = queries::newest(&app.db, NEWEST).await?;
    let most_mb = app.config.bounds.import_bytes >> 20;
    Ok(Index { page, form, errors, programs: Program::FILES, runs, most_mb })
}

async fn create(
    State(app): State<AppState>,
    admin: Admin,
    page: Page,
    trail: Trail,
    upload: Upload<ImportForm>,
) -> Result<Response> {
    let file = upload.file("file");
    let wanted = match upload.form.parse(file.map(|file| file.name.as_str())) {
        Ok(wanted) => wanted,
        Err(errors) => return invalid(&form(&app, page, upload.form, errors).await?),
    };
    let Some(file) = file else { return Err(Error::BadRequest("There is no file in the request.")) };

    let key = files::keep(&app.config, file.bytes.clone()).await?;
    let mut tx = app.db.begin().await?;
    let id = queries::insert(&mut *tx, &wanted, (&shown_name(&file.name), &key), admin.id).await?;
    jobs::enqueue(&mut tx, &WorkImport::of(id, wanted.dry_run)).await?;
    if !wanted.dry_run {
        trail.note(&mut *tx, Action::Imported, "the blog", wanted.program.label()).await?;
    }
    tx.commit().await?;

    Ok(page.redirect(&model::path(id), "The file is here; it is being looked at."))
}

async fn show(State(app): State<AppState>, _: Admin, page: Page, Path(id): Path<i64>) -> Result<Response> {
    let run = queries::by_id(&app.db, id).await?.or_not_found()?;
    let (notes, all_notes) = queries::notes(&app.db, id, MOST_NOTES).await?;

    render(&Show::new(page, run, notes, all_notes))
}

async fn update(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    trail: Trail,
    Path(id): Path<i64>,
    Form(form): Form<RunForm>,
) -> Result<Response> {
    let run = queries::by_id(&app.db, id).await?.or_not_found()?;

    match form.action.as_str() {
        "start" => {
            let mut tx = app.db.begin().await?;
            if !queries::restart(&mut *tx, id).await? {
                return Ok(page.redirect(&run.path(), "There is nothing to begin here: send the file again."));
            }
            jobs::enqueue(&mut tx, &WorkImport::of(id, false)).await?;
            trail.note(&mut *tx, Action::Imported, "the blog", run.program.label()).await?;
            tx.commit().await?;
            Ok(page.redirect(&run.path(), "The import has begun."))
        }
        "delete" => {
            let Some(key) = queries::delete(&app.db, id).await? else {
                return Ok(page.redirect(&run.path(), "It is still under way: please wait until it is over."));
            };
            if let Some(key) = key {
                files::delete(&app.config, &key).await?;
            }
            Ok(page.redirect("/admin/imports", "The report and its file are deleted."))
        }
        _ => Err(Error::BadRequest("There is no such button.")),
    }
}
