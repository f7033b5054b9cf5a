//! What follows when somebody changes how they are known here: a line in the log, a mail to them, and all sessions end but
//! the one in which it was done, which gets a new id (OWASP Session Management Cheat Sheet).

use sqlx::{PgConnection, PgTransaction};
use tower_sessions::Session;

use crate::{
    accounts::{
        jobs::{Happened, SendNotice},
        queries,
    },
    audit::{Action, Trail},
    error::Result,
    jobs,
    mail::Address,
    session::{self, Client, Shown, User, UserId},
    state::AppState,
};

/// Where a change is made.
#[derive(Debug, Clone, Copy)]
pub(in crate::accounts) struct Place<'a> {
    pub(in crate::accounts) session: &'a Session,
    pub(in crate::accounts) client: &'a Client,
    pub(in crate::accounts) trail: &'a Trail,
}

/// Commits the change in `tx` with all that follows from it.
pub(in crate::accounts) async fn finish(
    app: &AppState,
    mut tx: PgTransaction<'_>,
    place: Place<'_>,
    user: &User,
    (action, happened, shown): (Action, Happened, Shown),
) -> Result<()> {
    queries::end_sessions(&mut *tx, user.id).await?;
    session::delete_of_user(&mut *tx, user.id).await?;
    place.trail.note(&mut *tx, action, &user.handle, "").await?;
    tell_within(&mut tx, app, user.id, happened).await?;
    tx.commit().await?;
    session::renew(place.session, &app.db, place.client, shown).await
}

/// Tells an account holder by mail what has happened, if they have an address.
pub(in crate::accounts) async fn tell(app: &AppState, user: UserId, happened: Happened) -> Result<()> {
    let mut tx = app.db.begin().await?;
    tell_within(&mut tx, app, user, happened).await?;
    tx.commit().await?;
    Ok(())
}

async fn tell_within(db: &mut PgConnection, app: &AppState, user: UserId, happened: Happened) -> Result<()> {
    let Some(sealed) = queries::sealed_email(&mut *db, user).await? else { return Ok(()) };
    let email = Address::open(&app.keys, &sealed)?;
    jobs::enqueue(db, &SendNotice::to(&app.keys, &email, happened)).await
}
