//! How fast somebody may guess. Counted before the guess, in PostgreSQL, so that neither many at once nor several
//! processes get around it; nobody is locked out for good, and a browser that has been here before counts by itself.

use axum::http::HeaderMap;

use super::device;
use crate::{
    audit::{Action, Trail},
    crypto::Passwords,
    error::Result,
    limit::{Backoff, Limit},
    session::{Client, UserId},
    state::AppState,
};

const ACCOUNT: Backoff = Backoff { name: "login-account", free: 10, first_wait: 30, longest_wait: 3600 };
const DEVICE: Backoff = Backoff { name: "login-device", ..ACCOUNT };
const CODE: Backoff = Backoff { name: "login-code", free: 5, ..ACCOUNT };
const NETWORK: Limit = Limit { name: "login-network", max: 30, seconds: 300 };
/// Ten a second. A short window, so that a flood is a trickle of hashes and never a burst that readers would notice.
const EVERYBODY: Limit = Limit { name: "login-everybody", max: 20, seconds: 2 };

/// The limits that count by windows, for the page that shows who has to wait.
pub const LIMITS: [Limit; 2] = [NETWORK, EVERYBODY];

/// One try at an account, as it is counted.
#[derive(Debug)]
pub(in crate::accounts) struct Gate {
    backoff: Backoff,
    who: String,
    /// As the log and admins name who it is about.
    label: String,
    /// After this try the next one has to wait.
    last: bool,
}

impl Gate {
    /// Counts a try at a password. `account` is who it is about, if there is such an account; `typed` stands for the
    /// address that was typed.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(in crate::accounts) async fn password(
        app: &AppState,
        headers: &HeaderMap,
        client: &Client,
        (account, typed): (Option<(UserId, String)>, &str),
    ) -> Result<Self> {
        let id = account.as_ref().map(|(id, _)| *id);
        let known = id.and_then(|id| device::known_at(headers, &app.keys, app.config.https(), id));
        let label = account.map_or_else(|| "an address without an account".to_owned(), |(_, handle)| handle);
        if let Some(nonce) = known {
            return Self::enter(app, DEVICE, nonce, label).await;
        }
        // first what one network may do: nobody can use up everybody's tries alone
        NETWORK.count(&app.db, &client.network.to_string()).await?;
        EVERYBODY.count(&app.db, "all").await?;
        Self::enter(app, ACCOUNT, typed.to_owned(), label).await
    }

    /// Counts a try at a second factor, or at the password of somebody who is logged in.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(in crate::accounts) async fn code(
        app: &AppState,
        headers: &HeaderMap,
        (user, handle): (UserId, &str),
    ) -> Result<Self> {
        let known = device::known_at(headers, &app.keys, app.config.https(), user);
        Self::enter(app, CODE, known.unwrap_or_else(|| user.to_string()), handle.to_owned()).await
    }

    async fn enter(app: &AppState, backoff: Backoff, who: String, label: String) -> Result<Self> {
        let last = backoff.enter(&app.db, &who, &label).await?;
        Ok(Self { backoff, who, label, last })
    }

    /// It was wrong: the log knows.
    ///
    /// # Errors
    /// The database is away.
    pub(in crate::accounts) async fn note_failure(
        &self,
        app: &AppState,
        trail: &Trail,
        detail: &str,
    ) -> Result<()> {
        trail.note(&app.db, Action::SignInFailed, &self.label, detail).await?;
        if self.last {
            trail.note(&app.db, Action::SignInHeldUp, &self.label, detail).await?;
        }
        Ok(())
    }

    /// What checks the password: a browser that we know waits for no stranger.
    pub(in crate::accounts) fn passwords(&self, app: &AppState) -> Passwords {
        if self.backoff.name == DEVICE.name { app.passwords.clone() } else { app.passwords.for_strangers() }
    }

    /// It was right: the tries before it are forgotten.
    ///
    /// # Errors
    /// The database is away.
    pub(in crate::accounts) async fn forgive(self, app: &AppState) -> Result<()> {
        self.backoff.forgive(&app.db, &self.who).await
    }
}

/// Who has a new password by link starts afresh, whatever strangers did before.
///
/// # Errors
/// The database is away.
pub(in crate::accounts) async fn forgive_account(app: &AppState, typed: &str) -> Result<()> {
    ACCOUNT.forgive(&app.db, typed).await
}
