//! The people extractors. A handler that takes an `Author` cannot run for anybody else.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tower_sessions::Session;

use super::{Capability, Client, Role, queries};
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
    /// What they may do.
    pub role: Role,
    /// The path of their picture.
    pub avatar: Option<String>,
    /// Their role asks for a second factor, and they logged in without one: until they have set one up they may do
    /// what a reader may.
    pub held_back: bool,
}

impl User {
    /// True when the role is enough, and so was the login.
    pub fn can(&self, capability: Capability) -> bool {
        !self.held_back && self.role.can(capability)
    }

    /// The path of their picture: their own, or one made of their name.
    pub fn face(&self) -> String {
        self.avatar.clone().unwrap_or_else(|| format!("/authors/{}/avatar.svg", self.handle))
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

/// Somebody who has shown within the last quarter of an hour that it is them: for what cannot be taken back.
#[derive(Debug, Clone)]
pub struct Recent(pub User);

/// What a session remembers of a login.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Login {
    id: UserId,
    /// The account's epoch at login: a raised one ends the session.
    epoch: i32,
    /// Seconds since 1970 when the session was last renewed; written once an hour.
    seen: i64,
    /// Seconds since 1970 when they last proved who they are.
    #[serde(default)]
    proven: i64,
    /// Seconds since 1970 when they logged in; a new id does not make the session younger, only a new proof does.
    #[serde(default)]
    begun: i64,
    /// They showed a second factor, or a passkey, which is two in one.
    #[serde(default)]
    second: bool,
    #[serde(default)]
    device: String,
    #[serde(default)]
    network: String,
}

/// What somebody has shown of themselves just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Nothing but their session.
    Nothing,
    /// Their password.
    Password,
    /// A second factor, or a passkey.
    SecondFactor,
}

const RENEW_AFTER_SECONDS: i64 = 3600;
const RECENT_SECONDS: i64 = 900;

/// Between password and second factor: five minutes.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    id: UserId,
    epoch: i32,
    at: i64,
}

const PENDING_KEY: &str = "pending";
const PENDING_SECONDS: i64 = 300;

/// Begins a session for `user`, with a new id (OWASP: session fixation).
///
/// # Errors
/// The database is away, or the account is gone.
pub async fn begin(
    session: &Session,
    db: &PgPool,
    user: UserId,
    client: &Client,
    second: bool,
) -> Result<()> {
    enter(session, db, client, (user, second), None).await
}

/// Gives the session a new id and the account's present epoch: after a change that ended all others, or a new proof.
///
/// # Errors
/// The database is away, or the account is gone.
pub async fn renew(session: &Session, db: &PgPool, client: &Client, shown: Shown) -> Result<()> {
    let login: Option<Login> = session.get(USER_KEY).await.map_err(store_error)?;
    let login = login.ok_or(Error::LoginRequired)?;
    session.clear().await;
    let second = login.second || shown == Shown::SecondFactor;
    let kept = (shown == Shown::Nothing).then_some((login.proven, login.begun));
    enter(session, db, client, (login.id, second), kept).await
}

/// `kept`: when they last proved who they are, and when they logged in; `None`: now.
async fn enter(
    session: &Session,
    db: &PgPool,
    client: &Client,
    (user, second): (UserId, bool),
    kept: Option<(i64, i64)>,
) -> Result<()> {
    let account = queries::account(db, user).await?.ok_or(Error::LoginRequired)?;
    session.cycle_id().await.map_err(store_error)?;
    session.remove::<Pending>(PENDING_KEY).await.map_err(store_error)?;
    let (proven, begun) = kept.unwrap_or((account.now, account.now));
    let login = Login {
        id: user,
        epoch: account.epoch,
        seen: account.now,
        proven,
        begun,
        second,
        device: client.device.clone(),
        network: client.network.to_string(),
    };
    session.insert(USER_KEY, login).await.map_err(store_error)
}

/// Remembers that the password was right, and that the second factor is still to come.
///
/// # Errors
/// The database is away, or the account is gone.
pub async fn set_pending(session: &Session, db: &PgPool, user: UserId) -> Result<()> {
    let account = queries::account(db, user).await?.ok_or(Error::LoginRequired)?;
    session.cycle_id().await.map_err(store_error)?;
    let pending = Pending { id: user, epoch: account.epoch, at: account.now };
    session.insert(PENDING_KEY, pending).await.map_err(store_error)
}

/// Whose second factor is awaited here.
///
/// # Errors
/// The database is away.
pub async fn pending(session: &Session, db: &PgPool) -> Result<Option<UserId>> {
    let Some(pending) = session.get::<Pending>(PENDING_KEY).await.map_err(store_error)? else {
        return Ok(None);
    };
    let account = queries::account(db, pending.id).await?;
    let good = account
        .filter(|account| account.epoch == pending.epoch && account.now - pending.at <= PENDING_SECONDS);
    Ok(good.map(|_| pending.id))
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
            Some(session) => Self(telemetry::time_session(load(&session, state)).await?),
            None => Self(None),
        };
        if visitor.0.as_ref().is_some_and(User::can_administer) {
            telemetry::show_timing();
        }
        parts.extensions.insert(Arc::new(visitor.clone()));
        Ok(visitor)
    }
}

async fn load(session: &Session, state: &AppState) -> Result<Option<User>> {
    let Some(login) = session.get::<Login>(USER_KEY).await.map_err(store_error)? else {
        return Ok(None);
    };
    let account = queries::account(&state.db, login.id).await?;
    let Some(account) = account.filter(|account| account.epoch == login.epoch) else {
        end(session).await?;
        return Ok(None);
    };
    let (now, second) = (account.now, login.second);
    if now - login.seen > RENEW_AFTER_SECONDS {
        session.insert(USER_KEY, Login { seen: now, ..login }).await.map_err(store_error)?;
    }
    Ok(Some(account.user(&state.site.get().second_factor_roles, second)))
}

/// Seconds since they last proved who they are, by the database's clock.
async fn proven_ago(session: &Session, state: &AppState) -> Result<Option<i64>> {
    let Some(login) = session.get::<Login>(USER_KEY).await.map_err(store_error)? else { return Ok(None) };
    let account = queries::account(&state.db, login.id).await?;
    Ok(account.map(|account| account.now - login.proven))
}

impl FromRequestParts<AppState> for Recent {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let user = <User as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let session = parts.extensions.get::<Session>().cloned().ok_or(Error::LoginRequired)?;
        match proven_ago(&session, state).await? {
            Some(seconds) if seconds <= RECENT_SECONDS => Ok(Self(user)),
            _ => Err(Error::ProofRequired),
        }
    }
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
                match user.role.can($capability) {
                    true if user.held_back => Err(Error::SecondFactorRequired),
                    true => Ok(Self(user)),
                    false => Err(Error::Forbidden),
                }
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
