//! The pages by which people come in.

use askama::Template;

use super::{
    forms::{ForgotForm, RegisterForm},
    registration::Door,
};
use crate::{form::Errors, html::Page};

/// The first admin.
#[derive(Template)]
#[template(path = "accounts/setup.html")]
pub(super) struct Setup {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) form: RegisterForm,
    pub(super) errors: Errors,
    /// A password that one could take.
    pub(super) passphrase: String,
}

/// A new account.
#[derive(Template)]
#[template(path = "accounts/register.html")]
pub(super) struct Register {
    pub(super) page: Page,
    pub(super) door: Door,
    pub(super) form: RegisterForm,
    pub(super) errors: Errors,
    pub(super) passphrase: String,
}

/// Asking for a link.
#[derive(Template)]
#[template(path = "accounts/forgot.html")]
pub(super) struct Forgot {
    pub(super) page: Page,
    pub(super) form: ForgotForm,
    pub(super) errors: Errors,
}

/// A new password by link.
#[derive(Template)]
#[template(path = "accounts/reset.html")]
pub(super) struct Reset {
    pub(super) page: Page,
    pub(super) token: String,
    pub(super) errors: Errors,
    pub(super) passphrase: String,
}

/// The button that proves an address.
#[derive(Template)]
#[template(path = "accounts/verify.html")]
pub(super) struct Verify {
    pub(super) page: Page,
    pub(super) token: String,
    pub(super) email: String,
}

/// A link that is no longer good.
#[derive(Template)]
#[template(path = "accounts/expired.html")]
pub(super) struct Expired {
    pub(super) page: Page,
}
