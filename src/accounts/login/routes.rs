//! The routes of logging in and out.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    device,
    forms::{AgainForm, CodeForm, LoginForm, PasskeyForm, next_path},
    throttle::Gate,
    views,
};
use crate::{
    accounts::{
        jobs::{Happened, SendVerification},
        own, passkeys, queries,
        registration::send_link,
        second_factor,
    },
    audit::{Action, Trail},
    crypto::Verdict,
    error::{Error, Result},
    extract::{Form, Query},
    form::Errors,
    html::{self, Page, render},
    mail::Address,
    session::{self, Client, Role, Shown, User, UserId},
    site,
    state::AppState,
};

/// For everybody.
pub(in crate::accounts) fn public() -> Router<AppState> {
    Router::new()
        .route("/login", get(new_login).post(create_login))
        .route("/login/code", get(new_code).post(create_code))
        .route("/login/again", get(new_again).post(create_again))
        .route("/login/passkey", post(create_passkey))
        .route("/logout", post(logout))
}

const AGAIN: &str = "Thank you. You can go on now.";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

async fn new_login(
    State(app): State<AppState>,
    page: Page,
    Query(form): Query<LoginForm>,
) -> Result<Response> {
    show_login(&app, StatusCode::OK, page, (form, Errors::default()))
}

async fn create_login(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    client: Client,
    headers: HeaderMap,
    trail: Trail,
    Form(form): Form<LoginForm>,
) -> Result<Response> {
    let email = Address::parse(&form.email);
    let account = match &email {
        Some(email) => queries::credentials(&app.db, &app.keys, email).await?,
        None => None,
    };
    let typed = email.as_ref().map_or_else(|| "none".to_owned(), |email| email.pseudonym(&app.keys));
    let who = account.as_ref().map(|account| (account.id, account.handle.clone()));
    let gate = match Gate::password(&app, &headers, &client, (who, &typed)).await {
        Err(Error::TooMany { retry_after }) => return wait(&app, page, form, retry_after),
        gate => gate?,
    };

    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict = match gate.passwords(&app).verify(&form.password, hash).await.map_err(Error::from) {
        Err(Error::TooMany { retry_after }) => return wait(&app, page, form, retry_after),
        verdict => verdict?,
    };
    let Some(account) = account.filter(|_| verdict != Verdict::Wrong) else {
        // noted for unknown addresses, too: the answer takes the same time
        gate.note_failure(&app, &trail, "wrong password").await?;
        let errors = Errors::form("Address and password do not fit together.");
        return show_login(&app, StatusCode::UNPROCESSABLE_ENTITY, page, (form, errors));
    };
    gate.forgive(&app).await?;
    if verdict == Verdict::Outdated
        && let Some(old) = &account.password_hash
    {
        let fresh = app.passwords.hash(&form.password).await?;
        queries::refresh_hash(&app.db, account.id, old, &fresh).await?;
    }
    if !account.verified {
        if let Some(email) = &email {
            send_link(&app, &SendVerification::to(&app.keys, email), &typed).await?;
        }
        let errors = Errors::form("Please follow the link in the mail that we have sent you, then log in.");
        return show_login(&app, StatusCode::UNPROCESSABLE_ENTITY, page, (form, errors));
    }
    if !account.approved {
        let errors = Errors::form("Your account waits for an admin of this blog. You will get a mail.");
        return show_login(&app, StatusCode::UNPROCESSABLE_ENTITY, page, (form, errors));
    }
    if account.has_second_factor {
        session::set_pending(&session, &app.db, account.id).await?;
        let next = url::form_urlencoded::byte_serialize(form.next.as_bytes()).collect::<String>();
        return Ok(page.redirect(&format!("/login/code?next={next}"), "One more step."));
    }
    let how = Arrival { user: account.id, second: false, detail: "password", next: &form.next };
    arrive(&app, &session, &page, (&client, &trail), how).await
}

async fn new_code(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    Query(form): Query<CodeForm>,
) -> Result<Response> {
    session::pending(&session, &app.db).await?.ok_or(Error::LoginRequired)?;

    render(&views::Code { page, form: CodeForm { code: String::new(), ..form }, errors: Errors::default() })
}

async fn create_code(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    client: Client,
    headers: HeaderMap,
    trail: Trail,
    Form(form): Form<CodeForm>,
) -> Result<Response> {
    let user = session::pending(&session, &app.db).await?.ok_or(Error::LoginRequired)?;
    let handle = queries::handle(&app.db, user).await?.ok_or(Error::LoginRequired)?;
    let gate = match Gate::code(&app, &headers, (user, &handle)).await {
        Err(Error::TooMany { retry_after }) => {
            let errors = Errors::form(patience(retry_after));
            let form = CodeForm { code: String::new(), ..form };
            let page = html::with_status(StatusCode::TOO_MANY_REQUESTS, &views::Code { page, form, errors })?;
            return Ok(retry(page, retry_after));
        }
        gate => gate?,
    };

    let Some(proof) = second_factor::check(&app, user, &form.code).await? else {
        gate.note_failure(&app, &trail, "wrong code").await?;
        let errors = Errors::on("code", "This code is not right, or was used already.");
        let form = CodeForm { code: String::new(), ..form };
        return html::invalid(&views::Code { page, form, errors });
    };
    gate.forgive(&app).await?;
    if proof == second_factor::Proof::RecoveryCode {
        trail.by(user, &handle).note(&app.db, Action::RecoveryCodeUsed, &handle, "").await?;
        own::tell(&app, user, Happened::RecoveryCodeUsed).await?;
    }
    let how = Arrival { user, second: true, detail: "password and second factor", next: &form.next };
    arrive(&app, &session, &page, (&client, &trail), how).await
}

async fn create_passkey(
    State(app): State<AppState>,
    session: Session,
    page: Page,
    client: Client,
    trail: Trail,
    Form(form): Form<PasskeyForm>,
) -> Result<Response> {
    let Some(user) = passkeys::check(&app, &form.challenge, &form.credential).await? else {
        let errors = Errors::form("This passkey is not known here, or its page was open for too long.");
        let form = LoginForm { next: form.next, ..LoginForm::default() };
        return show_login(&app, StatusCode::UNPROCESSABLE_ENTITY, page, (form, errors));
    };

    let how = Arrival { user, second: true, detail: "passkey", next: &form.next };
    arrive(&app, &session, &page, (&client, &trail), how).await
}

async fn new_again(
    State(app): State<AppState>,
    _: User,
    page: Page,
    Query(query): Query<Next>,
) -> Result<Response> {
    let form = AgainForm { next: query.next, ..AgainForm::default() };
    let passkey = passkeys::challenge(&app)?;
    render(&views::Again { page, form, errors: Errors::default(), passkey })
}

async fn create_again(
    State(app): State<AppState>,
    session: Session,
    user: User,
    (page, client): (Page, Client),
    headers: HeaderMap,
    trail: Trail,
    Form(form): Form<AgainForm>,
) -> Result<Response> {
    if !form.credential.is_empty() {
        let shown = passkeys::check(&app, &form.challenge, &form.credential).await?;
        if shown != Some(user.id) {
            let errors =
                Errors::form("This is not a passkey of your account, or its page was open for too long.");
            let passkey = passkeys::challenge(&app)?;
            return html::invalid(&views::Again { page, form, errors, passkey });
        }
        session::renew(&session, &app.db, &client, Shown::SecondFactor).await?;
        return Ok(page.redirect(next_path(&form.next).unwrap_or("/account"), AGAIN));
    }
    let gate = Gate::code(&app, &headers, (user.id, &user.handle)).await?;
    let hash = queries::password_hash(&app.db, user.id).await?;
    if app.passwords.verify(&form.password, hash.as_deref()).await? == Verdict::Wrong {
        gate.note_failure(&app, &trail, "wrong password of somebody logged in").await?;
        let errors = Errors::on("password", "This is not your password.");
        let passkey = passkeys::challenge(&app)?;
        return html::invalid(&views::Again { page, form, errors, passkey });
    }
    gate.forgive(&app).await?;

    session::renew(&session, &app.db, &client, Shown::Password).await?;

    Ok(page.redirect(next_path(&form.next).unwrap_or("/account"), AGAIN))
}

async fn logout(State(app): State<AppState>, session: Session, page: Page, trail: Trail) -> Result<Response> {
    if let Some(user) = &page.visitor {
        trail.note(&app.db, Action::SignOut, &user.handle, "").await?;
    }
    session::end(&session).await?;

    Ok(page.redirect("/", "You are logged out."))
}

/// Somebody has proven who they are.
struct Arrival<'a> {
    user: UserId,
    second: bool,
    detail: &'static str,
    next: &'a str,
}

/// Begins the session, notes it, and leads on.
async fn arrive(
    app: &AppState,
    session: &Session,
    page: &Page,
    (client, trail): (&Client, &Trail),
    how: Arrival<'_>,
) -> Result<Response> {
    session::begin(session, &app.db, how.user, client, how.second).await?;
    let (handle, role) = queries::handle_and_role(&app.db, how.user).await?.ok_or(Error::LoginRequired)?;
    let detail = format!("{}, {}", how.detail, client.device);
    trail.by(how.user, &handle).note(&app.db, Action::SignIn, &handle, &detail).await?;

    let home = if role >= Role::Author { "/write" } else { "/" };
    let mut response = page.redirect(next_path(how.next).unwrap_or(home), "You are logged in.");
    let known = device::cookie(&app.keys, app.config.https(), how.user);
    response.headers_mut().append(header::SET_COOKIE, known);
    Ok(response)
}

fn show_login(
    app: &AppState,
    status: StatusCode,
    page: Page,
    (form, errors): (LoginForm, Errors),
) -> Result<Response> {
    let registration_open =
        !matches!(page.site.registration, site::Registration::Closed | site::Registration::Invite);
    let passkey = passkeys::challenge(app)?;
    let mut response =
        html::with_status(status, &views::Login { page, registration_open, form, errors, passkey })?;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

fn wait(app: &AppState, page: Page, form: LoginForm, seconds: u32) -> Result<Response> {
    let errors = Errors::form(patience(seconds));
    let page = show_login(app, StatusCode::TOO_MANY_REQUESTS, page, (form, errors))?;
    Ok(retry(page, seconds))
}

fn retry(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

fn patience(seconds: u32) -> String {
    let time = match seconds {
        0..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    format!(
        "There were too many tries. Please wait {time} and try again; a passkey or a new password by mail work at once."
    )
}
