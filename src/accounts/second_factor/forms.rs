//! The form of the second factor.

use serde::Deserialize;

/// What is to be done, and what setting it up needs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SecondFactorForm {
    pub(super) action: String,
    /// The new secret, sealed for this account.
    pub(super) setup: String,
    pub(super) code: String,
}
