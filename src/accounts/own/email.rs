//! Another address: both, the old one and the new one, have to say yes. Whoever holds a stolen session cannot take an
//! account away with it, and nobody can be signed up at an address that is not theirs.

use axum::{Router, extract::State, response::Response, routing::get};

use super::{
    forms::EmailForm,
    queries::{self, Change},
    tell, views,
};
use crate::{
    accounts::{
        jobs::{Happened, SendEmailChange, SendNotice, SendVerification},
        queries as accounts,
        registration::send_link,
        routes::expired,
    },
    audit::{Action, Trail},
    crypto::token_hash,
    error::{Result, UnlessTaken},
    extract::{Form, Path},
    form::Errors,
    html::{self, Page, invalid, render},
    jobs,
    mail::Address,
    session::{self, Recent, User, UserId},
    state::AppState,
};

/// The links, for everybody.
pub(super) fn public() -> Router<AppState> {
    Router::new().route("/account/email/{token}", get(show_change).post(confirm_change))
}

/// For everybody with an account.
pub(super) fn members() -> Router<AppState> {
    Router::new().route("/account/email", get(edit).post(update))
}

/// Gives an account another address at once, and ends its sessions: at the server's command line. False: the address has
/// an account already.
///
/// # Errors
/// The database is away.
pub async fn set_email(app: &AppState, user: UserId, new: &Address) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    queries::want_email(&mut *tx, user, &new.kept(&app.keys)).await?;
    let taken = queries::take_email(&mut *tx, user).await;
    if taken.unless_taken("users_email_key_key")?.is_none() {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

async fn edit(State(app): State<AppState>, Recent(user): Recent, page: Page) -> Result<Response> {
    render(&view(&app, page, &user, (EmailForm::default(), Errors::default())).await?)
}

async fn update(
    State(app): State<AppState>,
    Recent(user): Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<EmailForm>,
) -> Result<Response> {
    if !form.stop.is_empty() {
        queries::stop_change(&app.db, user.id).await?;
        return Ok(page.redirect("/account/email", "The address stays as it is."));
    }
    let current = current(&app, &user).await?;
    let new = match form.parse(current.as_ref()) {
        Ok(new) => new,
        Err(errors) => return invalid(&view(&app, page, &user, (form, errors)).await?),
    };

    // first the wish: the links that the job makes are those of the newest one
    let mut tx = app.db.begin().await?;
    queries::want_email(&mut *tx, user.id, &new.kept(&app.keys)).await?;
    trail.note(&mut *tx, Action::EmailChangeAsked, &user.handle, "").await?;
    tx.commit().await?;
    // an address of somebody else looks the same from here; its owner is told that they have an account
    if accounts::by_email(&app.db, &app.keys, &new).await?.is_some() {
        let job = SendVerification::to(&app.keys, &new);
        send_link(&app, &job, &new.pseudonym(&app.keys)).await?;
    } else if let Some(old) = &current {
        let job = SendEmailChange::of(&app.keys, user.id, old, &new);
        send_link(&app, &job, &user.id.to_string()).await?;
    }

    Ok(page.redirect("/account/email", "Please follow the links in the two mails that we have sent."))
}

async fn show_change(State(app): State<AppState>, page: Page, Path(token): Path<String>) -> Result<Response> {
    let Some(change) = queries::change(&app.db, &token_hash(&token)).await? else { return expired(page) };

    let (old, new) = addresses(&app, &change)?;
    Ok(html::secret(render(&views::ConfirmEmail { page, token, name: change.name, old, new })?))
}

async fn confirm_change(
    State(app): State<AppState>,
    page: Page,
    trail: Trail,
    Path(token): Path<String>,
) -> Result<Response> {
    let hash = token_hash(&token);
    let Some(change) = queries::change(&app.db, &hash).await? else { return expired(page) };

    let mut tx = app.db.begin().await?;
    let Some(both) = queries::confirm_change(&mut tx, &hash, &change).await? else { return expired(page) };
    if !both {
        tx.commit().await?;
        let other = if change.by_new { "the old" } else { "the new" };
        return Ok(page.redirect("/", format!("Thank you. Now {other} address has to confirm it, too.")));
    }
    let taken = queries::take_email(&mut *tx, change.user_id).await;
    if taken.unless_taken("users_email_key_key")?.is_none() {
        return expired(page);
    }
    session::delete_of_user(&mut *tx, change.user_id).await?;
    let by = trail.by(change.user_id, &change.handle);
    by.note(&mut *tx, Action::EmailChanged, &change.handle, "").await?;
    if let Some(old) = &change.old_sealed {
        let old = Address::open(&app.keys, old)?;
        jobs::enqueue(&mut tx, &SendNotice::to(&app.keys, &old, Happened::EmailChanged)).await?;
    }
    tx.commit().await?;
    tell(&app, change.user_id, Happened::EmailChanged).await?;

    Ok(page.redirect("/login", "The new address is in force. Please log in with it."))
}

fn addresses(app: &AppState, change: &Change) -> Result<(String, String)> {
    let old = match &change.old_sealed {
        Some(sealed) => Address::open(&app.keys, sealed)?.to_string(),
        None => String::new(),
    };
    Ok((old, Address::open(&app.keys, &change.new_sealed)?.to_string()))
}

async fn current(app: &AppState, user: &User) -> Result<Option<Address>> {
    let sealed = accounts::sealed_email(&app.db, user.id).await?;
    Ok(sealed.map(|sealed| Address::open(&app.keys, &sealed)).transpose()?)
}

async fn view(
    app: &AppState,
    page: Page,
    user: &User,
    (form, errors): (EmailForm, Errors),
) -> Result<views::Email> {
    let own = queries::own(&app.db, user.id).await?;
    let open = |sealed: Option<Vec<u8>>| {
        sealed.map(|sealed| Address::open(&app.keys, &sealed).map(|email| email.to_string())).transpose()
    };
    let (current, wanted) = (open(own.email_sealed)?, open(own.new_email_sealed)?);
    Ok(views::Email { page, current, wanted, form, errors })
}
