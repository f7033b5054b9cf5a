//! The pages of this room.

use askama::Template;

use super::forms::LeaveForm;
use crate::{form::Errors, html::Page};

/// The button that makes a copy.
#[derive(Template)]
#[template(path = "leaving/export.html")]
pub(super) struct Export {
    pub(super) page: Page,
}

/// The end of an account.
#[derive(Template)]
#[template(path = "leaving/delete.html")]
pub(super) struct Delete {
    pub(super) page: Page,
    pub(super) form: LeaveForm,
    pub(super) errors: Errors,
}
