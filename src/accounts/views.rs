//! The pages of this room.

use askama::Template;

use super::forms::{ForgotForm, LoginForm, ProfileForm, RegisterForm};
use crate::{form::Errors, html::Page, session::User};

/// The first admin.
#[derive(Template)]
#[template(path = "accounts/setup.html")]
pub(super) struct Setup {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) form: RegisterForm,
    pub(super) errors: Errors,
}

/// A new account.
#[derive(Template)]
#[template(path = "accounts/register.html")]
pub(super) struct Register {
    pub(super) page: Page,
    pub(super) open: bool,
    pub(super) form: RegisterForm,
    pub(super) errors: Errors,
}

/// Logging in.
#[derive(Template)]
#[template(path = "accounts/login.html")]
pub(super) struct Login {
    pub(super) page: Page,
    pub(super) registration_open: bool,
    pub(super) form: LoginForm,
    pub(super) errors: Errors,
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

/// The account.
#[derive(Template)]
#[template(path = "accounts/account.html")]
pub(super) struct Account {
    pub(super) page: Page,
    pub(super) user: User,
    pub(super) form: ProfileForm,
    pub(super) errors: Errors,
}

/// A new password by the old one.
#[derive(Template)]
#[template(path = "accounts/password.html")]
pub(super) struct Password {
    pub(super) page: Page,
    pub(super) errors: Errors,
}
