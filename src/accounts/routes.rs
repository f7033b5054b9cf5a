//! The routes of this room. All doors stand in the street: each handler says who may come in.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    forms::{
        ForgotForm, LoginForm, PasswordForm, ProfileForm, RegisterForm, ResetForm, check_email,
        check_password,
    },
    jobs::{SendReset, SendVerification},
    model::{NewAccount, create, create_first_admin, setup_path, setup_token},
    queries,
    tokens::Purpose,
    views,
};
use crate::{
    crypto::{hex, token_hash},
    error::{Error, Result},
    extract::{ClientAddress, Form, Path, Query},
    form::Errors,
    html::{self, Page, invalid, render},
    jobs,
    limit::Limit,
    session::{self, Role, User},
    site,
    state::AppState,
};

/// Ten tries for one account and thirty from one network in a quarter of an hour (OWASP Authentication Cheat Sheet).
const LOGIN_ACCOUNT: Limit = Limit { name: "login-account", max: 10, seconds: 900 };
const LOGIN_NETWORK: Limit = Limit { name: "login-network", max: 30, seconds: 900 };
/// New accounts from one network in an hour.
const REGISTER: Limit = Limit { name: "register", max: 10, seconds: 3600 };
/// Links for one address in an hour; more are silently not sent, so that the limit tells nothing.
const LINKS: Limit = Limit { name: "links", max: 3, seconds: 3600 };

/// Everything about accounts.
pub fn public() -> Router<AppState> {
    Router::new()
        .route("/setup", get(new_setup).post(create_setup))
        .route("/register", get(new_account).post(create_account))
        .route("/login", get(new_login).post(create_login))
        .route("/logout", post(logout))
        .route("/password/forgot", get(new_forgot).post(create_forgot))
        .route("/password/reset/{token}", get(edit_reset).post(update_reset))
        .route("/verify/{token}", get(show_verify).post(create_verify))
        .route("/account", get(edit_account).post(update_account))
        .route("/account/password", get(edit_password).post(update_password))
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

    let action = setup_path(&app.keys);
    render(&views::Setup { page, action, form: RegisterForm::default(), errors: Errors::default() })
}

async fn create_setup(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    Query(query): Query<SetupQuery>,
    Form(form): Form<RegisterForm>,
) -> Result<Response> {
    may_set_up(&app, &query).await?;
    let new = match form.parse(&page.site.title) {
        Ok(new) => new,
        Err(errors) => return invalid(&views::Setup { page, action: setup_path(&app.keys), form, errors }),
    };

    let admin = NewAccount {
        name: new.name,
        email: Some(new.email),
        email_verified: true,
        password_hash: Some(app.passwords.hash(&new.password).await?),
        role: Role::Admin,
    };
    let id = create_first_admin(&app.db, &admin).await?.ok_or(Error::NotFound)?;
    session::begin(&session, &app.db, id).await?;
    app.site.reload(&app.db).await?;

    Ok(page.redirect("/admin/settings", "Welcome. This is your blog; give it a name."))
}

async fn new_account(page: Page) -> Result<Response> {
    let open = is_open(&page);
    render(&views::Register { page, open, form: RegisterForm::default(), errors: Errors::default() })
}

async fn create_account(
    State(app): State<AppState>,
    page: Page,
    address: ClientAddress,
    Form(form): Form<RegisterForm>,
) -> Result<Response> {
    if !is_open(&page) {
        return Err(Error::Refused("New accounts are made by the people who run this blog."));
    }
    let new = match form.parse(&page.site.title) {
        Ok(new) => new,
        Err(errors) => return invalid(&views::Register { page, open: true, form, errors }),
    };
    REGISTER.count(&app.db, &address.network().to_string()).await?;

    let account = NewAccount {
        name: new.name,
        email: Some(new.email.clone()),
        email_verified: false,
        password_hash: Some(app.passwords.hash(&new.password).await?),
        role: Role::Reader,
    };
    // an address that has an account changes nothing and looks the same from outside; its owner gets a mail
    create(&app.db, &account).await?;
    send_link(&app, &SendVerification { email: new.email.clone() }, &new.email).await?;

    Ok(page.redirect("/login", "Almost done: please follow the link in the mail that we have sent you."))
}

async fn new_login(page: Page, Query(form): Query<LoginForm>) -> Result<Response> {
    show_login(StatusCode::OK, page, form, Errors::default())
}

async fn create_login(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    address: ClientAddress,
    Form(form): Form<LoginForm>,
) -> Result<Response> {
    let email = form.email();
    LOGIN_NETWORK.count(&app.db, &address.network().to_string()).await?;
    LOGIN_ACCOUNT.count(&app.db, &limit_key(&app, &email)).await?;

    let account = queries::credentials(&app.db, &email).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let fits = app.passwords.verify(&form.password, hash).await?;
    let Some(account) = account.filter(|_| fits) else {
        let errors = Errors::form("Address and password do not fit together.");
        return show_login(StatusCode::UNPROCESSABLE_ENTITY, page, form, errors);
    };
    if !account.verified {
        send_link(&app, &SendVerification { email: email.clone() }, &email).await?;
        let errors = Errors::form("Please follow the link in the mail that we have sent you, then log in.");
        return show_login(StatusCode::UNPROCESSABLE_ENTITY, page, form, errors);
    }
    session::begin(&session, &app.db, account.id).await?;

    let home = if account.role >= Role::Author { "/write" } else { "/" };
    Ok(page.redirect(form.next().unwrap_or(home), "You are logged in."))
}

async fn logout(session: Session, page: Page) -> Result<Response> {
    session::end(&session).await?;

    Ok(page.redirect("/", "You are logged out."))
}

async fn new_forgot(page: Page) -> Result<Response> {
    render(&views::Forgot { page, form: ForgotForm::default(), errors: Errors::default() })
}

async fn create_forgot(
    State(app): State<AppState>,
    page: Page,
    Form(form): Form<ForgotForm>,
) -> Result<Response> {
    let mut errors = Errors::default();
    let email = check_email(&mut errors, &form.email);
    if !errors.is_empty() {
        return invalid(&views::Forgot { page, form, errors });
    }

    send_link(&app, &SendReset { email: email.clone() }, &email).await?;

    Ok(page.redirect("/login", "If this address has an account, a mail with a link is on its way."))
}

async fn edit_reset(State(app): State<AppState>, page: Page, Path(token): Path<String>) -> Result<Response> {
    match queries::token(&app.db, &token_hash(&token), Purpose::Reset).await? {
        Some(_) => Ok(secret(render(&views::Reset { page, token, errors: Errors::default() })?)),
        None => expired(page),
    }
}

async fn update_reset(
    State(app): State<AppState>,
    page: Page,
    Path(token): Path<String>,
    Form(form): Form<ResetForm>,
) -> Result<Response> {
    let hash = token_hash(&token);
    let Some(held) = queries::token(&app.db, &hash, Purpose::Reset).await? else { return expired(page) };
    let mut errors = Errors::default();
    check_password(&mut errors, &form.password, &[&held.email, &page.site.title]);
    if !errors.is_empty() {
        return Ok(secret(invalid(&views::Reset { page, token, errors })?));
    }

    let password = app.passwords.hash(&form.password).await?;
    let mut tx = app.db.begin().await?;
    if !queries::use_token(&mut *tx, &hash, Purpose::Reset).await? {
        return expired(page);
    }
    queries::set_password(&mut *tx, held.user_id, &password, true).await?;
    session::delete_others_of_user(&mut *tx, held.user_id).await?;
    tx.commit().await?;

    Ok(page.redirect("/login", "Your new password is set. Please log in with it."))
}

async fn show_verify(State(app): State<AppState>, page: Page, Path(token): Path<String>) -> Result<Response> {
    match queries::token(&app.db, &token_hash(&token), Purpose::Verify).await? {
        Some(held) => Ok(secret(render(&views::Verify { page, token, email: held.email })?)),
        None => expired(page),
    }
}

async fn create_verify(
    State(app): State<AppState>,
    page: Page,
    Path(token): Path<String>,
) -> Result<Response> {
    let hash = token_hash(&token);
    let Some(held) = queries::token(&app.db, &hash, Purpose::Verify).await? else { return expired(page) };

    let mut tx = app.db.begin().await?;
    if !queries::use_token(&mut *tx, &hash, Purpose::Verify).await? {
        return expired(page);
    }
    queries::set_verified(&mut *tx, held.user_id, &held.email).await?;
    tx.commit().await?;

    Ok(page.redirect("/login", "Your address is confirmed. Please log in."))
}

async fn edit_account(State(app): State<AppState>, user: User, page: Page) -> Result<Response> {
    let form = ProfileForm { name: user.name.clone(), bio: queries::bio(&app.db, user.id).await? };

    render(&views::Account { page, user, form, errors: Errors::default() })
}

async fn update_account(
    State(app): State<AppState>,
    user: User,
    page: Page,
    Form(form): Form<ProfileForm>,
) -> Result<Response> {
    let (name, bio) = match form.parse() {
        Ok(profile) => profile,
        Err(errors) => return invalid(&views::Account { page, user, form, errors }),
    };

    queries::set_profile(&app.db, user.id, &name, &bio).await?;

    Ok(page.redirect("/account", "Saved."))
}

async fn edit_password(_: User, page: Page) -> Result<Response> {
    render(&views::Password { page, errors: Errors::default() })
}

async fn update_password(
    State(app): State<AppState>,
    session: Session,
    user: User,
    page: Page,
    Form(form): Form<PasswordForm>,
) -> Result<Response> {
    LOGIN_ACCOUNT.count(&app.db, &format!("change-{}", user.id)).await?;
    let mut errors = Errors::default();
    check_password(&mut errors, &form.password, &[&user.name, user.email.as_deref().unwrap_or_default()]);
    let current = queries::password_hash(&app.db, user.id).await?;
    let fits = app.passwords.verify(&form.current, current.as_deref()).await?;
    errors.require(fits, "current", "This is not your password.");
    if !errors.is_empty() {
        return invalid(&views::Password { page, errors });
    }

    let password = app.passwords.hash(&form.password).await?;
    let mut tx = app.db.begin().await?;
    queries::set_password(&mut *tx, user.id, &password, false).await?;
    session::delete_others_of_user(&mut *tx, user.id).await?;
    tx.commit().await?;
    session.clear().await;
    session::begin(&session, &app.db, user.id).await?;

    Ok(page.redirect("/account", "Your password is changed. All other devices are logged out."))
}

/// 404 for everybody else: a blog that is set up has no such page.
async fn may_set_up(app: &AppState, query: &SetupQuery) -> Result<()> {
    use subtle::ConstantTimeEq as _;

    let knows: bool = setup_token(&app.keys).as_bytes().ct_eq(query.token.as_bytes()).into();
    if !knows || queries::has_admin(&app.db).await? { Err(Error::NotFound) } else { Ok(()) }
}

/// What stands for an address among the counted tries: nobody's address lies about there.
fn limit_key(app: &AppState, email: &str) -> String {
    hex(&app.keys.hash("limit", email)[..12])
}

/// Enqueues a mail, unless the address had too many in the last hour.
async fn send_link<J: jobs::Job>(app: &AppState, job: &J, email: &str) -> Result<()> {
    match LINKS.count(&app.db, &limit_key(app, email)).await {
        Err(Error::TooMany { .. }) => return Ok(()),
        counted => counted?,
    }
    let mut tx = app.db.begin().await?;
    jobs::enqueue(&mut tx, job).await?;
    tx.commit().await?;
    Ok(())
}

fn is_open(page: &Page) -> bool {
    page.site.registration == site::Registration::Open
}

fn show_login(status: StatusCode, page: Page, form: LoginForm, errors: Errors) -> Result<Response> {
    let registration_open = is_open(&page);
    html::with_status(status, &views::Login { page, registration_open, form, errors })
}

/// 410: the link was good once, or never.
fn expired(page: Page) -> Result<Response> {
    Ok(secret(html::with_status(StatusCode::GONE, &views::Expired { page })?))
}

/// The address of this page is a secret: nobody else may learn it, nothing may keep it.
fn secret(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
