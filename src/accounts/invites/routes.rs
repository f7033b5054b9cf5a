//! The routes of invitations.

use axum::{Router, extract::State, response::Response, routing::get};

use super::{forms::InviteForm, queries, views};
use crate::{
    audit::{Action, Trail},
    crypto::{random_token, token_hash},
    error::Result,
    extract::Form,
    form::Errors,
    html::{Page, invalid, render},
    session::{Admin, Recent, Role},
    site,
    state::AppState,
};

/// For admins.
pub(in crate::accounts) fn admins() -> Router<AppState> {
    Router::new().route("/admin/invites", get(index).post(update))
}

async fn index(State(app): State<AppState>, _: Admin, page: Page) -> Result<Response> {
    render(&view(&app, page, (InviteForm::fresh(), Errors::default()), None).await?)
}

async fn update(
    State(app): State<AppState>,
    Recent(admin): Recent,
    trail: Trail,
    page: Page,
    Form(form): Form<InviteForm>,
) -> Result<Response> {
    if let Ok(id) = form.revoke.parse() {
        let done = queries::revoke(&app.db, id).await?;
        if done {
            trail.note(&app.db, Action::InviteRevoked, &format!("invitation {id}"), "").await?;
        }
        let sentence = if done { "The invitation is revoked." } else { "This invitation was used already." };
        return Ok(page.redirect("/admin/invites", sentence));
    }
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => return invalid(&view(&app, page, (form, errors), None).await?),
    };

    let token = random_token();
    let mut tx = app.db.begin().await?;
    let id = queries::insert(&mut *tx, &token_hash(&token), &new, admin.id).await?;
    // not the note: it may name somebody, and nothing can be taken out of the log
    let (target, detail) = (format!("invitation {id}"), format!("as {}, {} days", new.role, new.days));
    trail.note(&mut *tx, Action::InviteMade, &target, &detail).await?;
    tx.commit().await?;

    let link = app.config.absolute(&format!("/register?invite={token}"));
    render(&view(&app, page, (InviteForm::fresh(), Errors::default()), Some(link)).await?)
}

async fn view(
    app: &AppState,
    page: Page,
    (form, errors): (InviteForm, Errors),
    link: Option<String>,
) -> Result<views::Invites> {
    let invites = queries::list(&app.db).await?;
    let closed = page.site.registration == site::Registration::Closed;
    Ok(views::Invites { page, invites, form, errors, roles: Role::ALL, link, closed })
}
