//! The form of leaving.

use serde::Deserialize;

use crate::form::Errors;

/// What was chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LeaveForm {
    /// `keep` or `erase`.
    pub(super) comments: String,
    /// Ticked: they know that it is for good.
    pub(super) sure: String,
}

/// What becomes of the comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// They stay, without the name.
    Keep,
    /// Their words go.
    Erase,
}

impl LeaveForm {
    pub(super) fn parse(&self) -> Result<Comments, Errors> {
        let mut errors = Errors::default();
        let comments = match self.comments.as_str() {
            "keep" => Some(Comments::Keep),
            "erase" => Some(Comments::Erase),
            _ => None,
        };
        errors.require(comments.is_some(), "comments", "Please choose what becomes of your comments.");
        errors.require(!self.sure.is_empty(), "sure", "Please tick this: it cannot be taken back.");
        errors.or(comments.unwrap_or(Comments::Keep))
    }
}
