//! The routes by which people come in: the first admin, registration, and the links that are sent by mail.

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    forms::{ForgotForm, RegisterForm, ResetForm, check_email, check_password},
    jobs::{Happened, SendReset},
    login::forgive_account,
    model::{NewAccount, create_first_admin, setup_path, setup_token},
    own::tell,
    queries,
    registration::{self, Door, LINKS_FROM_ONE_NETWORK, send_link},
    tokens::Purpose,
    views,
};
use crate::{
    audit::{Action, Trail},
    crypto::{passphrase, token_hash},
    error::{Error, Result},
    extract::{Form, Path, Query},
    form::Errors,
    html::{self, Page, invalid, render, secret},
    mail::Address,
    session::{self, Client, Role},
    state::AppState,
};

/// For everybody.
pub(super) fn public() -> Router<AppState> {
    Router::new()
        .route("/setup", get(new_setup).post(create_setup))
        .route("/register", get(new_account).post(create_account))
        .route("/password/forgot", get(new_forgot).post(create_forgot))
        .route("/password/reset/{token}", get(edit_reset).post(update_reset))
        .route("/verify/{token}", get(show_verify).post(create_verify))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SetupQuery {
    token: String,
}

async fn new_setup(
    State(app): State<AppState>,
    page: Page,
    Query(query): Query<SetupQuery>,
) -> Result<Response> {
    may_set_up(&app, &query).await?;

    Ok(secret(render(&setup(&app, page, RegisterForm::default(), Errors::default()))?))
}

async fn create_setup(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    client: Client,
    trail: Trail,
    Query(query): Query<SetupQuery>,
    Form(form): Form<RegisterForm>,
) -> Result<Response> {
    may_set_up(&app, &query).await?;
    let new = match form.parse(&page.site.title) {
        Ok(new) => new,
        Err(errors) => return Ok(secret(invalid(&setup(&app, page, form, errors))?)),
    };

    let admin = NewAccount {
        name: new.name,
        email: Some(new.email),
        email_verified: true,
        approved: true,
        password_hash: Some(app.passwords.hash(&new.password).await?),
        role: Role::Admin,
    };
    let made = create_first_admin(&app.db, &app.keys, &admin).await?;
    let (id, handle) = made.ok_or(Error::NotFound)?;
    trail.by(id, &handle).note(&app.db, Action::AccountMade, &handle, "the first admin").await?;
    session::begin(&session, &app.db, id, &client, false).await?;
    app.site.reload(&app.db).await?;

    Ok(page.redirect("/admin/settings", "Welcome. This is your blog; give it a name."))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InviteQuery {
    invite: String,
}

async fn new_account(
    State(app): State<AppState>,
    page: Page,
    Query(query): Query<InviteQuery>,
) -> Result<Response> {
    let door = Door::of(&app, &page.site, &query.invite).await?;

    let form = RegisterForm { invite: query.invite, ..RegisterForm::default() };
    Ok(secret(render(&register(page, door, form, Errors::default()))?))
}

async fn create_account(
    State(app): State<AppState>,
    page: Page,
    client: Client,
    trail: Trail,
    Form(form): Form<RegisterForm>,
) -> Result<Response> {
    let door = Door::of(&app, &page.site, &form.invite).await?;
    let new = match form.parse(&page.site.title) {
        _ if door.is_shut() => return Err(Error::Refused(registration::SHUT)),
        Ok(new) => new,
        Err(errors) => return Ok(secret(invalid(&register(page, door, form, errors))?)),
    };

    registration::register(&app, &trail, (&client.network.to_string(), &door), new).await?;

    Ok(page.redirect("/login", "Almost done: please follow the link in the mail that we have sent you."))
}

async fn new_forgot(page: Page) -> Result<Response> {
    render(&views::Forgot { page, form: ForgotForm::default(), errors: Errors::default() })
}

async fn create_forgot(
    State(app): State<AppState>,
    page: Page,
    client: Client,
    Form(form): Form<ForgotForm>,
) -> Result<Response> {
    let mut errors = Errors::default();
    let Some(email) = check_email(&mut errors, &form.email) else {
        return invalid(&views::Forgot { page, form, errors });
    };

    LINKS_FROM_ONE_NETWORK.count(&app.db, &client.network.to_string()).await?;
    send_link(&app, &SendReset::to(&app.keys, &email), &email.pseudonym(&app.keys)).await?;

    Ok(page.redirect("/login", "If this address has an account, a mail with a link is on its way."))
}

async fn edit_reset(State(app): State<AppState>, page: Page, Path(token): Path<String>) -> Result<Response> {
    match queries::token(&app.db, &token_hash(&token), Purpose::Reset).await? {
        Some(_) => Ok(secret(render(&reset(page, token, Errors::default()))?)),
        None => expired(page),
    }
}

async fn update_reset(
    State(app): State<AppState>,
    page: Page,
    trail: Trail,
    Path(token): Path<String>,
    Form(form): Form<ResetForm>,
) -> Result<Response> {
    let hash = token_hash(&token);
    let Some(held) = queries::token(&app.db, &hash, Purpose::Reset).await? else { return expired(page) };
    let email = Address::open(&app.keys, &held.email_sealed)?;
    let mut errors = Errors::default();
    let known = [held.name.as_str(), &held.handle, email.as_str(), &page.site.title];
    check_password(&mut errors, &form.password, &known);
    if !errors.is_empty() {
        return Ok(secret(invalid(&reset(page, token, errors))?));
    }

    let password = app.passwords.hash(&form.password).await?;
    let mut tx = app.db.begin().await?;
    if !queries::use_token(&mut *tx, &hash, Purpose::Reset).await? {
        return expired(page);
    }
    queries::set_password(&mut *tx, held.user_id, &password, true).await?;
    session::delete_of_user(&mut *tx, held.user_id).await?;
    let by = trail.by(held.user_id, &held.handle);
    by.note(&mut *tx, Action::PasswordReset, &held.handle, "").await?;
    tx.commit().await?;
    forgive_account(&app, &email.pseudonym(&app.keys)).await?;
    tell(&app, held.user_id, Happened::PasswordChanged).await?;

    Ok(page.redirect("/login", "Your new password is set. Please log in with it."))
}

async fn show_verify(State(app): State<AppState>, page: Page, Path(token): Path<String>) -> Result<Response> {
    match queries::token(&app.db, &token_hash(&token), Purpose::Verify).await? {
        Some(held) => {
            let email = Address::open(&app.keys, &held.email_sealed)?.to_string();
            Ok(secret(render(&views::Verify { page, token, email })?))
        }
        None => expired(page),
    }
}

async fn create_verify(
    State(app): State<AppState>,
    page: Page,
    trail: Trail,
    Path(token): Path<String>,
) -> Result<Response> {
    let hash = token_hash(&token);
    let Some(held) = queries::token(&app.db, &hash, Purpose::Verify).await? else { return expired(page) };

    let mut tx = app.db.begin().await?;
    if !queries::use_token(&mut *tx, &hash, Purpose::Verify).await? {
        return expired(page);
    }
    queries::set_verified(&mut *tx, held.user_id).await?;
    let by = trail.by(held.user_id, &held.handle);
    by.note(&mut *tx, Action::EmailVerified, &held.handle, "").await?;
    tx.commit().await?;

    let sentence = if held.approved {
        "Your address is confirmed. Please log in."
    } else {
        "Your address is confirmed. You can log in when an admin has let you in."
    };
    Ok(page.redirect("/login", sentence))
}

/// 404 for everybody else: a blog that is set up has no such page.
async fn may_set_up(app: &AppState, query: &SetupQuery) -> Result<()> {
    use subtle::ConstantTimeEq as _;

    let knows: bool = setup_token(&app.keys).as_bytes().ct_eq(query.token.as_bytes()).into();
    if !knows || queries::has_admin(&app.db).await? { Err(Error::NotFound) } else { Ok(()) }
}

fn setup(app: &AppState, page: Page, form: RegisterForm, errors: Errors) -> views::Setup {
    views::Setup { page, action: setup_path(&app.keys), form, errors, passphrase: passphrase() }
}

fn register(page: Page, door: Door, form: RegisterForm, errors: Errors) -> views::Register {
    views::Register { page, door, form, errors, passphrase: passphrase() }
}

fn reset(page: Page, token: String, errors: Errors) -> views::Reset {
    views::Reset { page, token, errors, passphrase: passphrase() }
}

/// 410: the link was good once, or never.
pub(super) fn expired(page: Page) -> Result<Response> {
    Ok(secret(html::with_status(StatusCode::GONE, &views::Expired { page })?))
}
