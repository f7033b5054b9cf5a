//! Links sent by mail: 256 random bits, kept as a hash, good once and not for long (OWASP Forgot Password Cheat Sheet).

use super::queries;
use crate::{
    crypto::{random_token, token_hash},
    error::Result,
    mail::Address,
    session::UserId,
    state::AppState,
};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proves an address: 24 hours.
    Verify,
    /// Sets a password: 30 minutes.
    Reset,
    /// Lets an address go: 24 hours.
    EmailOld,
    /// Takes an address on: 24 hours.
    EmailNew,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::EmailOld => "email_old",
            Self::EmailNew => "email_new",
        }
    }

    pub(super) fn minutes(self) -> i32 {
        match self {
            Self::Reset => 30,
            Self::Verify | Self::EmailOld | Self::EmailNew => 24 * 60,
        }
    }

    fn path(self, token: &str) -> String {
        match self {
            Self::Verify => format!("/verify/{token}"),
            Self::Reset => format!("/password/reset/{token}"),
            Self::EmailOld | Self::EmailNew => format!("/account/email/{token}"),
        }
    }
}

/// Makes a link for an account. The host is the configured one, whatever a request may claim.
///
/// # Errors
/// The database is away.
pub async fn issue_link(app: &AppState, user: UserId, email: &Address, purpose: Purpose) -> Result<String> {
    let token = random_token();
    let key = email.kept(&app.keys).key;
    queries::insert_token(&app.db, &token_hash(&token), (user, &key), purpose).await?;
    Ok(app.config.absolute(&purpose.path(&token)))
}
