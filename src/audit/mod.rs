//! Who did what that matters for safety: sign-ins and failures, roles, settings, keys, exports. Rows are only added;
//! the database itself refuses anything else (OWASP Logging Cheat Sheet).
//!
//! Owns `audit_log`.

mod model;
mod queries;

use axum::{extract::FromRequestParts, http::request::Parts};
use ipnetwork::IpNetwork;
use sqlx::{PgExecutor, PgPool};

pub use model::{Action, Entry, Wanted};

use crate::{
    error::{Error, Result},
    extract::ClientAddress,
    session::{User, UserId, Visitor},
    state::AppState,
};

/// Who acts, and from where: a handler takes it and notes with it what was done.
#[derive(Debug, Clone)]
pub struct Trail {
    actor_id: Option<UserId>,
    actor: String,
    network: Option<IpNetwork>,
}

impl Trail {
    /// Whoever sits at the terminal of the server.
    pub fn command_line() -> Self {
        Self { actor_id: None, actor: "command line".to_owned(), network: None }
    }

    /// The same place, but this person: somebody who is just logging in.
    #[must_use]
    pub fn by(&self, id: UserId, handle: &str) -> Self {
        Self { actor_id: Some(id), actor: handle.to_owned(), network: self.network }
    }

    /// Adds a line, as part of the caller's transaction. Neither target nor detail may hold an address or a secret; a
    /// target that is no handle has a space in it, so that it cannot pass for one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn note(
        &self,
        db: impl PgExecutor<'_>,
        action: Action,
        target: &str,
        detail: &str,
    ) -> sqlx::Result<()> {
        let who = (self.actor_id, self.actor.as_str(), self.network);
        queries::insert(db, who, action.code(), target, detail).await
    }
}

impl FromRequestParts<AppState> for Trail {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let address = ClientAddress::from_request_parts(parts, state).await?;
        let Visitor(user) = <Visitor as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let network = Some(address.network());
        Ok(match user {
            Some(User { id, handle, .. }) => Self { actor_id: Some(id), actor: handle, network },
            None => Self { actor_id: None, actor: "somebody".to_owned(), network },
        })
    }
}

/// Lines of the log, the newest first.
///
/// # Errors
/// The database is away.
pub async fn list(db: &PgPool, wanted: &Wanted, limit: i64) -> sqlx::Result<Vec<Entry>> {
    queries::list(db, wanted, limit).await
}

/// What somebody did and what was done at their account, the newest first: for their own copy of their data.
///
/// # Errors
/// The database is away.
pub async fn of_user(db: &PgPool, user: UserId, handle: &str) -> sqlx::Result<Vec<Entry>> {
    queries::of_user(db, user, handle).await
}

/// Erases network addresses that are older than a year.
///
/// # Errors
/// The database is away.
pub async fn forget_addresses(db: &PgPool) -> sqlx::Result<()> {
    queries::forget_addresses(db).await
}
