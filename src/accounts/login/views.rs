//! The pages of logging in.

use askama::Template;

use super::forms::{AgainForm, CodeForm, LoginForm};
use crate::{accounts::passkeys::Challenge, form::Errors, html::Page};

/// Address and password, or a passkey.
#[derive(Template)]
#[template(path = "accounts/login.html")]
pub(super) struct Login {
    pub(super) page: Page,
    pub(super) registration_open: bool,
    pub(super) form: LoginForm,
    pub(super) errors: Errors,
    pub(super) passkey: Option<Challenge>,
}

/// The second factor.
#[derive(Template)]
#[template(path = "accounts/code.html")]
pub(super) struct Code {
    pub(super) page: Page,
    pub(super) form: CodeForm,
    pub(super) errors: Errors,
}

/// Once more, before what cannot be taken back.
#[derive(Template)]
#[template(path = "accounts/again.html")]
pub(super) struct Again {
    pub(super) page: Page,
    pub(super) form: AgainForm,
    pub(super) errors: Errors,
    pub(super) passkey: Option<Challenge>,
}
