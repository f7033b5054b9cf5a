//! The routes of one's own account.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use tower_sessions::Session;

use super::{
    Place, finish,
    forms::{PasswordForm, ProfileForm, SessionForm},
    queries, views,
};
use crate::{
    accounts::{jobs::Happened, login::Gate, queries as accounts},
    audit::{Action, Trail},
    crypto::{Verdict, passphrase},
    error::Result,
    extract::{Form, Upload},
    form::Errors,
    html::{self, Page, invalid, render},
    limit::Limit,
    mail::Address,
    media,
    session::{self, Client, Shown, User},
    state::AppState,
};

/// Pictures that somebody may send of themselves in an hour: each costs a second to decode.
const PICTURES: Limit = Limit { name: "face", max: 20, seconds: 3600 };

/// For everybody with an account.
pub(super) fn members() -> Router<AppState> {
    Router::new()
        .route("/account", get(edit).post(update))
        .route("/account/password", get(edit_password).post(update_password))
        .route("/account/sessions", get(sessions).post(end_sessions))
}

async fn edit(State(app): State<AppState>, user: User, page: Page) -> Result<Response> {
    let own = queries::own(&app.db, user.id).await?;
    let form = ProfileForm { name: user.name.clone(), bio: own.bio.clone(), remove_picture: String::new() };

    render(&account(&app, page, user, (own, form, Errors::default()))?)
}

async fn update(
    State(app): State<AppState>,
    user: User,
    page: Page,
    upload: Upload<ProfileForm>,
) -> Result<Response> {
    let picture = match upload.file("picture") {
        Some(file) => {
            PICTURES.count(&app.db, &user.id.to_string()).await?;
            Some(media::store(&app, file.bytes.clone(), &file.name, Some(user.id)).await?)
        }
        None => None,
    };
    let refused = picture.as_ref().and_then(|picture| picture.as_ref().err()).map(ToString::to_string);
    let parsed = upload.form.parse();
    let (name, bio) = match (parsed, refused) {
        (Ok(profile), None) => profile,
        (parsed, refused) => {
            let mut errors = parsed.err().unwrap_or_default();
            if let Some(sentence) = refused {
                errors.add("picture", sentence);
            }
            let own = queries::own(&app.db, user.id).await?;
            return invalid(&account(&app, page, user, (own, upload.form, errors))?);
        }
    };

    accounts::set_profile(&app.db, user.id, &name, &bio).await?;
    if let Some(Ok(stored)) = picture {
        let path = media::small_path(&app.db, &stored).await?;
        set_picture(&app, &user, Some(&path)).await?;
    } else if !upload.form.remove_picture.is_empty() {
        set_picture(&app, &user, None).await?;
    }

    Ok(page.redirect("/account", "Saved."))
}

/// Puts another picture in the place of the one until now, which is forgotten.
async fn set_picture(app: &AppState, user: &User, path: Option<&str>) -> Result<()> {
    queries::set_avatar(&app.db, user.id, path).await?;
    match user.avatar.as_deref() {
        Some(until_now) if Some(until_now) != path => media::forget_face(app, user.id, until_now).await,
        _ => Ok(()),
    }
}

async fn edit_password(_: User, page: Page) -> Result<Response> {
    Ok(html::unkept(render(&views::Password { page, errors: Errors::default(), passphrase: passphrase() })?))
}

async fn update_password(
    State(app): State<AppState>,
    session: Session,
    user: User,
    (page, client): (Page, Client),
    headers: HeaderMap,
    trail: Trail,
    Form(form): Form<PasswordForm>,
) -> Result<Response> {
    let gate = Gate::code(&app, &headers, (user.id, &user.handle)).await?;
    let email = match accounts::sealed_email(&app.db, user.id).await? {
        Some(sealed) => Address::open(&app.keys, &sealed)?.to_string(),
        None => String::new(),
    };
    let mut errors = form.check(&user, &email, &page.site.title);
    let current = accounts::password_hash(&app.db, user.id).await?;
    let fits = app.passwords.verify(&form.current, current.as_deref()).await? != Verdict::Wrong;
    errors.require(fits, "current", "This is not your password.");
    if fits {
        gate.forgive(&app).await?;
    }
    if !errors.is_empty() {
        return invalid(&views::Password { page, errors, passphrase: passphrase() });
    }

    let password = app.passwords.hash(&form.password).await?;
    let mut tx = app.db.begin().await?;
    accounts::set_password(&mut *tx, user.id, &password, false).await?;
    let place = Place { session: &session, client: &client, trail: &trail };
    finish(&app, tx, place, &user, (Action::PasswordChanged, Happened::PasswordChanged, Shown::Password))
        .await?;

    Ok(page.redirect("/account", "Your password is changed. All other devices are logged out."))
}

async fn sessions(State(app): State<AppState>, session: Session, user: User, page: Page) -> Result<Response> {
    let sessions = session::list(&app.db, user.id).await?;

    render(&views::Sessions { page, sessions, here: session::public_id(&session) })
}

async fn end_sessions(
    State(app): State<AppState>,
    session: Session,
    user: User,
    (page, client): (Page, Client),
    trail: Trail,
    Form(form): Form<SessionForm>,
) -> Result<Response> {
    if form.end == "all" {
        let mut tx = app.db.begin().await?;
        accounts::end_sessions(&mut *tx, user.id).await?;
        session::delete_of_user(&mut *tx, user.id).await?;
        trail.note(&mut *tx, Action::SessionsEnded, &user.handle, "all others").await?;
        tx.commit().await?;
        session::renew(&session, &app.db, &client, Shown::Nothing).await?;
        return Ok(page.redirect("/account/sessions", "All other devices are logged out."));
    }

    let sentence = if session::end_one(&app.db, user.id, &form.end).await? {
        trail.note(&app.db, Action::SessionsEnded, &user.handle, "one").await?;
        "That device is logged out."
    } else {
        "That device was logged out already."
    };
    Ok(page.redirect("/account/sessions", sentence))
}

fn account(
    app: &AppState,
    page: Page,
    user: User,
    (own, form, errors): (queries::Own, ProfileForm, Errors),
) -> Result<views::Account> {
    let email = own.email_sealed.as_deref().map(|sealed| Address::open(&app.keys, sealed)).transpose()?;
    let email = email.map(|email| email.to_string());
    Ok(views::Account { page, user, own, email, form, errors })
}
