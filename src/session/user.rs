//! The people extractors. A handler that takes an `Author` cannot run for anybody else.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tower_sessions::Session;

use super::{Capability, Role, queries};
use crate::{
    error::{Error, Result},
    state::AppState,
    telemetry,
};

pub(super) const USER_KEY: &str = "user";

/// The key of an account.
pub type UserId = i64;

/// Who is logged in.
#[derive(Debug, Clone)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// The name in addresses: `/authors/{handle}`.
    pub handle: String,
    /// The name that people see.
    pub name: String,
    /// Where mails go.
    pub email: Option<String>,
    /// True when a link sent to that address was followed.
    pub email_verified: bool,
    /// What they may do.
    pub role: Role,
}

impl User {
    /// True when the role is enough.
    pub fn can(&self, capability: Capability) -> bool {
        self.role.can(capability)
    }

    /// For templates: has a writing desk.
    pub fn can_write(&self) -> bool {
        self.can(Capability::Write)
    }

    /// For templates: decides about comments.
    pub fn can_moderate(&self) -> bool {
        self.can(Capability::Moderate)
    }

    /// For templates: runs the blog.
    pub fn can_administer(&self) -> bool {
        self.can(Capability::Administer)
    }
}

/// Whoever asks: somebody logged in, or nobody we know.
#[derive(Debug, Clone)]
pub struct Visitor(pub Option<User>);

/// What a session remembers of a login.
#[derive(Debug, Serialize, Deserialize)]
struct Login {
    id: UserId,
    /// The account's epoch at login: a raised one ends the session.
    epoch: i32,
    /// Seconds since 1970 when the session was last renewed; written once an hour.
    seen: i64,
}

const RENEW_AFTER_SECONDS: i64 = 3600;

/// Begins a session for `user`, with a new id (OWASP: session fixation).
///
/// # Errors
/// The database is away, or the account is gone.
pub async fn begin(session: &Session, db: &PgPool, user: UserId) -> Result<()> {
    let account = queries::account(db, user).await?.ok_or(Error::LoginRequired)?;
    session.cycle_id().await.map_err(store_error)?;
    let login = Login { id: user, epoch: account.epoch, seen: chrono::Utc::now().timestamp() };
    session.insert(USER_KEY, login).await.map_err(store_error)
}

/// Ends the session: its row is deleted, its cookie removed.
///
/// # Errors
/// The database is away.
pub async fn end(session: &Session) -> Result<()> {
    session.flush().await.map_err(store_error)
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        if let Some(known) = parts.extensions.get::<Arc<Self>>() {
            return Ok(Self::clone(known));
        }
        let visitor = match parts.extensions.get::<Session>().cloned() {
            Some(session) => Self(telemetry::time_session(load(&session, &state.db)).await?),
            None => Self(None),
        };
        if visitor.0.as_ref().is_some_and(User::can_administer) {
            telemetry::show_timing();
        }
        parts.extensions.insert(Arc::new(visitor.clone()));
        Ok(visitor)
    }
}

async fn load(session: &Session, db: &PgPool) -> Result<Option<User>> {
    let Some(login) = session.get::<Login>(USER_KEY).await.map_err(store_error)? else {
        return Ok(None);
    };
    let account = queries::account(db, login.id).await?.filter(|account| account.epoch == login.epoch);
    let Some(account) = account else {
        end(session).await?;
        return Ok(None);
    };
    let now = chrono::Utc::now().timestamp();
    if now - login.seen > RENEW_AFTER_SECONDS {
        session.insert(USER_KEY, Login { seen: now, ..login }).await.map_err(store_error)?;
    }
    Ok(Some(account.user()))
}

fn store_error(error: tower_sessions::session::Error) -> Error {
    match error {
        // the store only ever fails because its database does
        tower_sessions::session::Error::Store(cause) => Error::unavailable(cause),
        cause @ tower_sessions::session::Error::SerdeJson(_) => Error::Internal(cause.into()),
    }
}

impl FromRequestParts<AppState> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let Visitor(user) = <Visitor as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        user.ok_or(Error::LoginRequired)
    }
}

impl OptionalFromRequestParts<AppState> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>> {
        let Visitor(user) = <Visitor as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        Ok(user)
    }
}

macro_rules! person {
    ($(#[$doc:meta])* $name:ident, $capability:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub User);

        impl Deref for $name {
            type Target = User;

            fn deref(&self) -> &User {
                &self.0
            }
        }

        impl FromRequestParts<AppState> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
                let user = <User as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
                if user.can($capability) { Ok(Self(user)) } else { Err(Error::Forbidden) }
            }
        }
    };
}

person!(
    /// Somebody with a writing desk.
    Author,
    Capability::Write
);
person!(
    /// Somebody who decides about comments.
    Moderator,
    Capability::Moderate
);
person!(
    /// Somebody who runs the blog.
    Admin,
    Capability::Administer
);
