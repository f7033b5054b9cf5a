//! The routes of this room.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio_util::io::ReaderStream;
use tower_sessions::Session;

use super::{
    archive,
    forms::{Comments, LeaveForm},
    views,
};
use crate::{
    accounts::{self, Happened, SendNotice},
    audit::{Action, Trail},
    comments,
    error::{Error, Result},
    extract::Form,
    form::Errors,
    html::{Page, invalid, render},
    jobs,
    limit::Limit,
    mail::Address,
    media,
    session::{self, Recent},
    state::AppState,
};

/// Copies of everything that one account may take in an hour.
const EXPORTS: Limit = Limit { name: "export", max: 5, seconds: 3600 };

/// For everybody with an account.
pub fn members() -> Router<AppState> {
    Router::new()
        .route("/account/export", get(new_export).post(create_export))
        .route("/account/delete", get(edit).post(delete))
}

async fn new_export(_: Recent, page: Page) -> Result<Response> {
    render(&views::Export { page })
}

async fn create_export(State(app): State<AppState>, Recent(user): Recent, trail: Trail) -> Result<Response> {
    EXPORTS.count(&app.db, &user.id.to_string()).await?;
    trail.note(&app.db, Action::DataExported, &user.handle, "").await?;
    let (file, length) = archive::write(&app, &user).await?;

    let head = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zip\"", user.handle)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    Ok((head, Body::from_stream(stream)).into_response())
}

async fn edit(_: Recent, page: Page) -> Result<Response> {
    render(&views::Delete { page, form: LeaveForm::default(), errors: Errors::default() })
}

async fn delete(
    State(app): State<AppState>,
    session: Session,
    Recent(user): Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<LeaveForm>,
) -> Result<Response> {
    let comments = match form.parse() {
        Ok(comments) => comments,
        Err(errors) => return invalid(&views::Delete { page, form, errors }),
    };

    if accounts::queries::is_last_admin(&app.db, user.id).await? {
        let errors = Errors::form("You are the only admin. Make somebody else an admin first.");
        return invalid(&views::Delete { page, form, errors });
    }

    if comments == Comments::Erase {
        comments::take_back_all(&app.db, user.id).await?;
    }
    let mut tx = app.db.begin().await?;
    let email = accounts::queries::sealed_email(&mut *tx, user.id).await?;
    if !accounts::queries::erase(&mut tx, user.id).await? {
        return Err(Error::Conflict);
    }
    session::delete_of_user(&mut *tx, user.id).await?;
    trail.note(&mut *tx, Action::AccountDeleted, &user.handle, &form.comments).await?;
    if let Some(sealed) = email {
        let email = Address::open(&app.keys, &sealed)?;
        jobs::enqueue(&mut tx, &SendNotice::to(&app.keys, &email, Happened::Deleted)).await?;
    }
    tx.commit().await?;
    if let Some(face) = &user.avatar {
        media::forget_face(&app, user.id, face).await?;
    }
    session::end(&session).await?;

    Ok(page.redirect("/", "Your account is deleted. Farewell."))
}
