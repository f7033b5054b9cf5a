//! The forms of this room, and the rules for names, addresses and passwords.

use lettre::Address;
use serde::Deserialize;

use crate::{
    form::Errors,
    text::{clean, single_line},
};

/// NIST SP 800-63B-4, section 3.1.1.2: 15 characters at least where the password is the only factor; no rules of
/// composition; spaces and all of Unicode count.
const SHORTEST_PASSWORD: usize = 15;
/// Long enough for any sentence, short enough that hashing it costs nothing extra.
const LONGEST_PASSWORD: usize = 256;
const LONGEST_NAME: usize = 100;
const LONGEST_BIO: usize = 2_000;

/// Checks a new password, which must not be what everybody knows of the account.
pub fn check_password(errors: &mut Errors, password: &str, known: &[&str]) {
    let length = password.chars().count();
    errors.require(
        length >= SHORTEST_PASSWORD,
        "password",
        "A password has at least 15 characters. A sentence that only you would think of is a good one.",
    );
    errors.require(length <= LONGEST_PASSWORD, "password", "A password has at most 256 characters.");
    let lower = password.to_lowercase();
    let obvious = known.iter().any(|word| !word.is_empty() && lower == word.to_lowercase())
        || lower.chars().collect::<std::collections::HashSet<_>>().len() < 5;
    errors.require(!obvious, "password", "This password is too easy to guess. Please choose another one.");
}

/// Checks and tidies a name.
pub fn check_name(errors: &mut Errors, typed: &str) -> String {
    let name = single_line(typed);
    errors.require(!name.is_empty(), "name", "Please give a name.");
    errors.require(name.chars().count() <= LONGEST_NAME, "name", "A name holds at most 100 characters.");
    name
}

/// Checks and tidies an address.
pub fn check_email(errors: &mut Errors, typed: &str) -> String {
    let email = typed.trim().to_lowercase();
    let fine = email.len() <= 254 && email.parse::<Address>().is_ok();
    errors.require(fine, "email", "This is not an e-mail address.");
    email
}

/// A new account: for the first admin and for readers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RegisterForm {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password: String,
}

/// What a new account needs.
#[derive(Debug)]
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password: String,
}

impl RegisterForm {
    pub(super) fn parse(&self, site_title: &str) -> Result<Registration, Errors> {
        let mut errors = Errors::default();
        let name = check_name(&mut errors, &self.name);
        let email = check_email(&mut errors, &self.email);
        check_password(&mut errors, &self.password, &[&name, &email, site_title]);
        errors.or(Registration { name, email, password: self.password.clone() })
    }
}

/// Logging in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoginForm {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) next: String,
}

impl LoginForm {
    pub(super) fn email(&self) -> String {
        self.email.trim().to_lowercase()
    }

    /// Where to go afterwards: a path of this blog, or nothing.
    pub(super) fn next(&self) -> Option<&str> {
        let path = self.next.as_str();
        let ours =
            path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
        ours.then_some(path)
    }
}

/// Asking for a link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ForgotForm {
    pub(super) email: String,
}

/// A new password by link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResetForm {
    pub(super) password: String,
}

/// A new password by the old one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    pub(super) current: String,
    pub(super) password: String,
}

/// What readers see of an account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileForm {
    pub(super) name: String,
    pub(super) bio: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        let mut errors = Errors::default();
        check_password(
            &mut errors,
            password,
            &["Ada Lovelace 1815", "ada@example.org", "My quiet little blog"],
        );
        !errors.is_empty()
    }

    #[test]
    fn length_decides_and_not_composition() {
        assert!(refused("fourteen chars"));
        assert!(!refused("fifteen  chars!"));
        assert!(!refused("ünïcödé ist ein Zeichen"));
        assert!(!refused(&"correct horse ".repeat(18)[..250]));
        assert!(refused(&"abcdefgh".repeat(40)));
    }

    #[test]
    fn what_everybody_knows_is_no_password() {
        assert!(refused("ada lovelace 1815"));
        assert!(refused("ADA@example.org"));
        assert!(refused("my quiet little blog"));
        assert!(refused("aaaaaaaaaaaaaaaaaaaaaa"));
    }

    #[test]
    fn the_way_on_after_a_login_stays_on_this_blog() {
        for (next, fine) in [
            ("/write", true),
            ("/posts/a?b=c#d", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("/\t/evil.example", false),
        ] {
            let form = LoginForm { next: next.to_owned(), ..LoginForm::default() };
            assert_eq!(form.next().is_some(), fine, "{next}");
        }
    }

    #[test]
    fn a_form_says_all_that_is_wrong_at_once() {
        let errors = RegisterForm::default().parse("Blog").expect_err("refused");
        assert!(["name", "email", "password"].iter().all(|field| errors.get(field).is_some()));
    }
}
