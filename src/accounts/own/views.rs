//! The pages of one's own account.

use askama::Template;

use super::{
    forms::{EmailForm, ProfileForm},
    queries::Own,
};
use crate::{
    form::Errors,
    html::{Page, filters},
    session::{OpenSession, User},
};

/// The account.
#[derive(Template)]
#[template(path = "accounts/account.html")]
pub(super) struct Account {
    pub(super) page: Page,
    pub(super) user: User,
    pub(super) own: Own,
    pub(super) email: Option<String>,
    pub(super) form: ProfileForm,
    pub(super) errors: Errors,
}

/// A new password by the old one.
#[derive(Template)]
#[template(path = "accounts/password.html")]
pub(super) struct Password {
    pub(super) page: Page,
    pub(super) errors: Errors,
    pub(super) passphrase: String,
}

/// Another address.
#[derive(Template)]
#[template(path = "accounts/email.html")]
pub(super) struct Email {
    pub(super) page: Page,
    pub(super) current: Option<String>,
    pub(super) wanted: Option<String>,
    pub(super) form: EmailForm,
    pub(super) errors: Errors,
}

/// The button that says yes to another address.
#[derive(Template)]
#[template(path = "accounts/confirm_email.html")]
pub(super) struct ConfirmEmail {
    pub(super) page: Page,
    pub(super) token: String,
    pub(super) name: String,
    pub(super) old: String,
    pub(super) new: String,
}

/// The devices that are logged in.
#[derive(Template)]
#[template(path = "accounts/sessions.html")]
pub(super) struct Sessions {
    pub(super) page: Page,
    pub(super) sessions: Vec<OpenSession>,
    /// The session in which this page is looked at.
    pub(super) here: Option<String>,
}

impl Sessions {
    fn is_here(&self, session: &OpenSession) -> bool {
        self.here.as_deref() == Some(session.id.as_str())
    }
}
