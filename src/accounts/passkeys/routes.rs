//! The routes of passkeys.

use axum::{Router, extract::State, response::Response, routing::get};
use tower_sessions::Session;

use super::{
    forms::PasskeysForm,
    model::{answered, challenge_for},
    queries, views,
};
use crate::{
    accounts::{
        jobs::Happened,
        own::{Place, finish},
    },
    audit::{Action, Trail},
    error::{Error, OrNotFound, Result, UnlessTaken},
    extract::Form,
    form::Errors,
    html::{self, Page, render},
    session::{Client, Recent, Shown, User},
    state::AppState,
    text::single_line,
};

/// Who knows the password alone must not get around the passkey with it.
pub(in crate::accounts) const SHOW_IT: &str =
    "Your role asks for a second factor, and you have a passkey: please log out, and log in again with it.";

const LONGEST_NAME: usize = 60;

/// For everybody with an account.
pub(in crate::accounts) fn members() -> Router<AppState> {
    Router::new().route("/account/passkeys", get(index).post(update))
}

async fn index(
    State(app): State<AppState>,
    Recent(user): Recent,
    page: Page,
    client: Client,
) -> Result<Response> {
    Ok(html::unkept(render(&view(&app, page, &user, (client.device, Errors::default())).await?)?))
}

async fn update(
    State(app): State<AppState>,
    session: Session,
    Recent(user): Recent,
    page: Page,
    client: Client,
    trail: Trail,
    Form(form): Form<PasskeysForm>,
) -> Result<Response> {
    if user.held_back && queries::count(&app.db, user.id).await? > 0 {
        return Err(Error::Refused(SHOW_IT));
    }
    let place = Place { session: &session, client: &client, trail: &trail };
    if !form.remove.is_empty() {
        return remove(&app, place, &user, page, &form.remove).await;
    }
    let name = single_line(&form.name);
    let mut errors = Errors::default();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    errors.require(fits, "name", "Please name it, with at most 60 characters.");
    if !errors.is_empty() {
        return html::invalid(&view(&app, page, &user, (form.name, errors)).await?);
    }
    let Some((id, credential)) = answered(&app, user.id, &form.challenge, &form.credential).await? else {
        let errors = Errors::form("The browser has given us no passkey that we can use. Please try again.");
        return html::invalid(&view(&app, page, &user, (form.name, errors)).await?);
    };

    let mut tx = app.db.begin().await?;
    let added = queries::insert(&mut *tx, user.id, &name, (&id, &credential)).await;
    if added.unless_taken("passkeys_credential_id_key")?.is_none() {
        return Ok(page.redirect("/account/passkeys", "This passkey is here already."));
    }
    finish(&app, tx, place, &user, (Action::PasskeyAdded, Happened::PasskeyAdded, Shown::SecondFactor))
        .await?;

    Ok(page.redirect("/account/passkeys", "The passkey is added. All other devices are logged out."))
}

async fn remove(app: &AppState, place: Place<'_>, user: &User, page: Page, id: &str) -> Result<Response> {
    let id = id.parse().ok().or_not_found()?;

    let mut tx = app.db.begin().await?;
    queries::delete(&mut *tx, user.id, id).await?.then_some(()).or_not_found()?;
    finish(app, tx, place, user, (Action::PasskeyRemoved, Happened::PasskeyRemoved, Shown::Nothing)).await?;

    Ok(page.redirect("/account/passkeys", "The passkey is removed. All other devices are logged out."))
}

async fn view(
    app: &AppState,
    page: Page,
    user: &User,
    (typed, errors): (String, Errors),
) -> Result<views::Passkeys> {
    let passkeys = queries::list(&app.db, user.id).await?;
    let challenge = challenge_for(app, user).await?;
    Ok(views::Passkeys { page, passkeys, challenge, typed, errors })
}
