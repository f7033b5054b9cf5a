//! The page of the second factor.

use askama::Template;

use super::model::Setup;
use crate::{form::Errors, html::Page};

/// Setting it up, new recovery codes (shown once), removing it.
#[derive(Template)]
#[template(path = "accounts/second_factor.html")]
pub(super) struct SecondFactor {
    pub(super) page: Page,
    /// `None`: it is on.
    pub(super) setup: Option<Setup>,
    pub(super) errors: Errors,
    pub(super) codes: Vec<String>,
    pub(super) codes_left: i64,
    pub(super) required: bool,
}
