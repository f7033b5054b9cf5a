//! Links sent by mail: 256 random bits, kept as a hash, good once and not for long (OWASP Forgot Password Cheat Sheet).

use super::queries;
use crate::{
    crypto::{random_token, token_hash},
    error::Result,
    session::UserId,
    state::AppState,
};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proves an address: 24 hours.
    Verify,
    /// Sets a password: 1 hour.
    Reset,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }

    pub(super) fn hours(self) -> i32 {
        match self {
            Self::Verify => 24,
            Self::Reset => 1,
        }
    }

    fn path(self, token: &str) -> String {
        match self {
            Self::Verify => format!("/verify/{token}"),
            Self::Reset => format!("/password/reset/{token}"),
        }
    }
}

/// Makes a link for an account. The host is the configured one, whatever a request may claim.
///
/// # Errors
/// The database is away.
pub async fn issue_link(app: &AppState, user: UserId, email: &str, purpose: Purpose) -> Result<String> {
    let token = random_token();
    queries::insert_token(&app.db, &token_hash(&token), (user, email), purpose).await?;
    Ok(app.config.absolute(&purpose.path(&token)))
}
