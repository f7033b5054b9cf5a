//! The page of passkeys.

use askama::Template;

use super::{model::Challenge, queries::Listed};
use crate::{
    form::Errors,
    html::{Page, filters},
};

/// All passkeys of an account, and the form for another one.
#[derive(Template)]
#[template(path = "accounts/passkeys.html")]
pub(super) struct Passkeys {
    pub(super) page: Page,
    pub(super) passkeys: Vec<Listed>,
    pub(super) challenge: Option<Challenge>,
    /// The name of the next one, as far as it was typed.
    pub(super) typed: String,
    pub(super) errors: Errors,
}
