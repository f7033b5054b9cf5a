//! The routes of the table of redirects.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use super::{
    answer::write_hits,
    csv::{self, Numbered, Row, Wrong},
    forms::{DeleteForm, Filter, ImportForm, RedirectForm},
    model::{Target, named},
    queries::{self, Line},
    save::save,
    views,
};
use crate::{
    audit::{Action, Trail},
    error::Result,
    extract::{Form, Query, Upload},
    form::Errors,
    html::{Before, Page, Paging, invalid, render},
    session::Admin,
    state::AppState,
    text::dates::rfc3339,
};

const PER_PAGE: i64 = 100;
/// Lines of one export.
const EXPORT: i64 = 200_000;
/// What the log calls the table.
const TABLE: &str = "the redirects";

/// For admins.
pub fn admins() -> Router<AppState> {
    Router::new()
        .route("/admin/redirects", get(index).post(create))
        .route("/admin/redirects/delete", post(delete))
        .route("/admin/redirects/import", post(import))
        .route("/admin/redirects/export", get(export))
}

async fn index(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    Query(filter): Query<Filter>,
    Query(before): Query<Before>,
) -> Result<Response> {
    render(&list(&app, page, filter, &before).await?)
}

async fn create(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    trail: Trail,
    Form(form): Form<RedirectForm>,
) -> Result<Response> {
    let (from, to) = match form.parse(&app.config.base_url) {
        Ok(redirect) => redirect,
        Err(errors) => return refused(&app, page, form, errors).await,
    };
    if let Some((kind, slug)) = named(&from)
        && queries::is_live(&app.db, kind, slug).await?
    {
        let sentence = "A post is at this address now, so the redirect would not be used.";
        return refused(&app, page, form, Errors::on("from", sentence)).await;
    }

    let mut tx = app.db.begin().await?;
    if let Err(problems) = save(&mut tx, vec![(from.clone(), to)]).await? {
        let sentence = problems.first().map_or("", |(_, problem)| problem.sentence());
        return refused(&app, page, form, Errors::on("to", sentence)).await;
    }
    trail.note(&mut *tx, Action::RedirectsChanged, TABLE, &format!("{from} set")).await?;
    tx.commit().await?;

    Ok(page.redirect("/admin/redirects", "The redirect is saved."))
}

async fn delete(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    trail: Trail,
    Form(form): Form<DeleteForm>,
) -> Result<Response> {
    let ids = form.ids();
    if ids.is_empty() {
        return Ok(page.redirect(&form.back(), "Nothing was chosen: tick the redirects first."));
    }

    let mut tx = app.db.begin().await?;
    let deleted = queries::delete(&mut *tx, &ids).await?;
    trail.note(&mut *tx, Action::RedirectsChanged, TABLE, &format!("{deleted} deleted")).await?;
    tx.commit().await?;

    let sentence =
        if deleted == 1 { "1 redirect deleted.".to_owned() } else { format!("{deleted} redirects deleted.") };
    Ok(page.redirect(&form.back(), sentence))
}

/// All of a file, or nothing.
async fn import(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    trail: Trail,
    upload: Upload<ImportForm>,
) -> Result<Response> {
    let Some(file) = upload.file("file") else {
        return Ok(page.redirect("/admin/redirects", "Please choose a file first."));
    };
    let content = file.bytes.clone();
    let bytes = tokio::task::spawn_blocking(move || content.read()).await.map_err(anyhow::Error::from)?;
    let lines = match csv::read(&bytes.map_err(anyhow::Error::from)?, &app.config.base_url) {
        Ok(lines) => lines,
        Err(wrong) => return invalid(&views::Import { page, wrong }),
    };

    let mut tx = app.db.begin().await?;
    let new: Vec<(String, Target)> = lines.iter().map(|line| (line.from.clone(), line.to.clone())).collect();
    if let Err(problems) = save(&mut tx, new).await? {
        let wrong = problems.into_iter().filter_map(|(at, problem)| {
            let Numbered { line, from, .. } = lines.get(at)?;
            Some(Wrong { line: *line, text: from.clone(), sentence: problem.sentence() })
        });
        return invalid(&views::Import { page, wrong: wrong.collect() });
    }
    trail.note(&mut *tx, Action::RedirectsChanged, TABLE, &format!("{} imported", lines.len())).await?;
    tx.commit().await?;

    Ok(page.redirect("/admin/redirects", format!("{} redirects imported.", lines.len())))
}

async fn export(State(app): State<AppState>, _: Admin) -> Result<Response> {
    write_hits(&app).await?;
    let lines = queries::list(&app.db, None, Before::default().key(), EXPORT).await?;

    let targets: Vec<Option<String>> = lines.iter().map(Line::leads_to).collect();
    let rows = lines.iter().zip(&targets).map(|(line, to)| Row {
        from: &line.path,
        to: to.as_deref(),
        hits: line.hits,
        last_hit: line.last_hit_at.map(rfc3339).unwrap_or_default(),
    });
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"redirects.csv\""),
    ];
    Ok((head, csv::write(rows)?).into_response())
}

async fn list(app: &AppState, page: Page, filter: Filter, before: &Before) -> Result<views::Index> {
    write_hits(app).await?;
    let pattern = filter.pattern();
    let mut lines = queries::list(&app.db, pattern.as_deref(), before.key(), PER_PAGE + 1).await?;

    let paging = Paging::cut(&mut lines, PER_PAGE, &filter.path(), before, Line::key);
    let (form, errors) = (RedirectForm::default(), Errors::default());
    Ok(views::Index { page, filter, lines, paging, form, errors })
}

async fn refused(app: &AppState, page: Page, form: RedirectForm, errors: Errors) -> Result<Response> {
    let list = list(app, page, Filter::default(), &Before::default()).await?;
    invalid(&views::Index { form, errors, ..list })
}
