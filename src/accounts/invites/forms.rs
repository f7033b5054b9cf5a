//! The form that makes an invitation.

use serde::Deserialize;

use crate::{form::Errors, session::Role, text::single_line};

/// What was typed: a new one, or which one to revoke.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct InviteForm {
    pub(super) role: String,
    pub(super) note: String,
    pub(super) days: String,
    /// The one to revoke.
    pub(super) revoke: String,
}

/// An invitation to be.
pub(super) struct NewInvite {
    pub(super) role: Role,
    pub(super) note: String,
    pub(super) days: i32,
}

impl InviteForm {
    pub(super) fn fresh() -> Self {
        Self { role: Role::Reader.as_str().to_owned(), days: "7".to_owned(), ..Self::default() }
    }

    pub(super) fn parse(&self) -> Result<NewInvite, Errors> {
        let mut errors = Errors::default();
        let role = Role::parse(&self.role);
        errors.require(role.is_some(), "role", "Please choose a role.");
        let note = single_line(&self.note);
        errors.require(note.chars().count() <= 200, "note", "At most 200 characters, please.");
        let days = self.days.trim().parse().ok().filter(|days| (1..=90).contains(days));
        errors.require(days.is_some(), "days", "A number of days from 1 to 90, please.");
        errors.or(NewInvite { role: role.unwrap_or(Role::Reader), note, days: days.unwrap_or(7) })
    }

    pub(super) fn has_role(&self, role: &Role) -> bool {
        self.role == role.as_str()
    }
}
