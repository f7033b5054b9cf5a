//! The form of passkeys.

use serde::Deserialize;

/// A new one, or one to remove.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasskeysForm {
    pub(super) name: String,
    pub(super) challenge: String,
    pub(super) credential: String,
    pub(super) remove: String,
}
