//! The routes of the second factor.

use axum::{Router, extract::State, response::Response, routing::get};
use tower_sessions::Session;

use super::{
    forms::SecondFactorForm,
    model::{Setup, opened, recovery_codes, step_of},
    queries,
    views::SecondFactor,
};
use crate::{
    accounts::{
        jobs::Happened,
        own::{Place, finish},
        passkeys,
    },
    audit::{Action, Trail},
    error::{Error, Result},
    extract::Form,
    form::Errors,
    html::{self, Page, render},
    session::{Client, Recent, Shown, User},
    state::AppState,
};

/// For everybody with an account.
pub(in crate::accounts) fn members() -> Router<AppState> {
    Router::new().route("/account/second-factor", get(edit).post(update))
}

async fn edit(State(app): State<AppState>, Recent(user): Recent, page: Page) -> Result<Response> {
    Ok(html::unkept(render(&view(&app, page, &user, Errors::default(), None).await?)?))
}

async fn update(
    State(app): State<AppState>,
    session: Session,
    Recent(user): Recent,
    page: Page,
    client: Client,
    trail: Trail,
    Form(form): Form<SecondFactorForm>,
) -> Result<Response> {
    let place = Place { session: &session, client: &client, trail: &trail };
    match form.action.as_str() {
        "on" => turn_on(&app, place, &user, page, &form).await,
        "codes" => new_codes(&app, place, &user, page).await,
        "off" => turn_off(&app, place, &user, page).await,
        _ => Err(Error::BadRequest("There is no such button.")),
    }
}

async fn turn_on(
    app: &AppState,
    place: Place<'_>,
    user: &User,
    page: Page,
    form: &SecondFactorForm,
) -> Result<Response> {
    if queries::kept(&app.db, user.id).await?.is_some() {
        return Ok(
            page.redirect("/account/second-factor", "It is on already: remove it before you set up another.")
        );
    }
    if user.held_back && passkeys::count(&app.db, user.id).await? > 0 {
        return Err(Error::Refused(passkeys::SHOW_IT));
    }
    let secret = opened(&app.keys, user.id, &form.setup).ok_or(Error::BadRequest(
        "This page was open for too long. Please go back, reload it and scan the new picture.",
    ))?;
    let code: String = form.code.chars().filter(char::is_ascii_digit).collect();
    let Some(step) = step_of(&secret, &code, queries::now(&app.db).await?)? else {
        let setup = Setup::of(&app.keys, user.id, (&page.site.title, &user.handle), &secret)?;
        let sentence = "This is not the code of this moment. Is the clock of the device right?";
        let errors = Errors::on("code", sentence);
        return html::invalid(&view(app, page, user, errors, Some(setup)).await?);
    };

    let (codes, hashes) = recovery_codes();
    let mut tx = app.db.begin().await?;
    queries::turn_on(&mut *tx, user.id, &app.keys.seal(super::SEALED, &secret), step).await?;
    queries::replace_codes(&mut tx, user.id, &hashes).await?;
    finish(app, tx, place, user, (Action::SecondFactorOn, Happened::SecondFactorOn, Shown::SecondFactor))
        .await?;

    show_codes(app, page, user, codes).await
}

async fn new_codes(app: &AppState, place: Place<'_>, user: &User, page: Page) -> Result<Response> {
    if queries::kept(&app.db, user.id).await?.is_none() {
        return Ok(page.redirect("/account/second-factor", "Please set the second factor up first."));
    }

    let (codes, hashes) = recovery_codes();
    let mut tx = app.db.begin().await?;
    queries::replace_codes(&mut tx, user.id, &hashes).await?;
    place.trail.note(&mut *tx, Action::RecoveryCodesMade, &user.handle, "").await?;
    tx.commit().await?;

    show_codes(app, page, user, codes).await
}

async fn turn_off(app: &AppState, place: Place<'_>, user: &User, page: Page) -> Result<Response> {
    if is_required(&page, user) && passkeys::count(&app.db, user.id).await? == 0 {
        let sentence = "Your role asks for a second factor: add a passkey before you remove it.";
        return Ok(page.redirect("/account/second-factor", sentence));
    }

    let mut tx = app.db.begin().await?;
    queries::turn_off(&mut *tx, user.id).await?;
    finish(app, tx, place, user, (Action::SecondFactorOff, Happened::SecondFactorOff, Shown::Nothing))
        .await?;

    Ok(page.redirect("/account", "The second factor is removed. All other devices are logged out."))
}

async fn show_codes(app: &AppState, page: Page, user: &User, codes: Vec<String>) -> Result<Response> {
    let view = SecondFactor { codes, ..view(app, page, user, Errors::default(), None).await? };
    Ok(html::unkept(render(&view)?))
}

async fn view(
    app: &AppState,
    page: Page,
    user: &User,
    errors: Errors,
    setup: Option<Setup>,
) -> Result<SecondFactor> {
    let is_on = queries::kept(&app.db, user.id).await?.is_some();
    let setup = match setup {
        None if !is_on => Some(Setup::fresh(&app.keys, user.id, (&page.site.title, &user.handle))?),
        setup => setup,
    };
    let codes_left = queries::codes_left(&app.db, user.id).await?;
    let required = is_required(&page, user);
    Ok(SecondFactor { page, setup, errors, codes: Vec::new(), codes_left, required })
}

fn is_required(page: &Page, user: &User) -> bool {
    page.site.second_factor_roles.contains(&user.role)
}
