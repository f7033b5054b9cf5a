//! The forms of one's own account.

use serde::Deserialize;

use crate::{
    accounts::forms::{check_email, check_name, check_password},
    form::Errors,
    mail::Address,
    session::User,
    text::clean,
};

const LONGEST_BIO: usize = 2_000;

/// What readers see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileForm {
    pub(super) name: String,
    pub(super) bio: String,
    /// Set by the button that takes the picture away.
    pub(super) remove_picture: String,
}

impl ProfileForm {
    pub(super) fn parse(&self) -> Result<(String, String), Errors> {
        let mut errors = Errors::default();
        let name = check_name(&mut errors, &self.name);
        let bio = clean(&self.bio).trim().to_owned();
        errors.require(bio.chars().count() <= LONGEST_BIO, "bio", "At most 2,000 characters, please.");
        errors.or((name, bio))
    }
}

/// A new password by the old one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    pub(super) current: String,
    pub(super) password: String,
}

impl PasswordForm {
    /// What is wrong with the new one.
    pub(super) fn check(&self, user: &User, email: &str, site_title: &str) -> Errors {
        let mut errors = Errors::default();
        check_password(&mut errors, &self.password, &[&user.name, &user.handle, email, site_title]);
        errors
    }
}

/// Another address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EmailForm {
    pub(super) email: String,
    /// Set by the button that stops a change under way.
    pub(super) stop: String,
}

impl EmailForm {
    pub(super) fn parse(&self, current: Option<&Address>) -> Result<Address, Errors> {
        let mut errors = Errors::default();
        let email = check_email(&mut errors, &self.email);
        errors.require(
            email.as_ref() != current || email.is_none(),
            "email",
            "This is your address already.",
        );
        match email {
            Some(email) => errors.or(email),
            None => Err(errors),
        }
    }
}

/// A device to log out: the id that the list shows, or `all`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SessionForm {
    pub(super) end: String,
}
