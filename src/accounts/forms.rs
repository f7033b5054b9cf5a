//! The forms of this room, and the rules for names, addresses and passwords.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::{form::Errors, mail::Address, text::single_line};

/// NIST SP 800-63B-4, section 3.1.1.2: 15 characters at least where the password is the only factor; no rules of
/// composition; spaces and all of Unicode count.
const SHORTEST_PASSWORD: usize = 15;
/// Long enough for any sentence, short enough that hashing it costs nothing extra.
const LONGEST_PASSWORD: usize = 256;
const LONGEST_NAME: usize = 100;

/// A password that a program guesses sooner than this is on a list, or repeats itself.
const FEWEST_GUESSES_LOG10: f64 = 10.0;

/// Checks a new password against length, lists of common ones, and what everybody knows of the account. The estimate
/// is zxcvbn's (Wheeler, USENIX Security 2016), which carries its lists with it: nothing is asked over the network.
pub fn check_password(errors: &mut Errors, password: &str, known: &[&str]) {
    let length = password.nfc().count();
    errors.require(
        length >= SHORTEST_PASSWORD,
        "password",
        "A password has at least 15 characters. A sentence that only you would think of is a good one.",
    );
    errors.require(length <= LONGEST_PASSWORD, "password", "A password has at most 256 characters.");
    if errors.get("password").is_some() {
        return;
    }
    let guesses = zxcvbn::zxcvbn(password, known).guesses_log10();
    errors.require(
        guesses >= FEWEST_GUESSES_LOG10,
        "password",
        "This password is too easy to guess: it is on a list of common ones, repeats itself, or is known to everybody \
         here. Please choose another one.",
    );
}

/// Checks and tidies a name.
pub fn check_name(errors: &mut Errors, typed: &str) -> String {
    let name = single_line(typed);
    errors.require(!name.is_empty(), "name", "Please give a name.");
    errors.require(name.chars().count() <= LONGEST_NAME, "name", "A name holds at most 100 characters.");
    name
}

/// Checks and tidies an address.
pub fn check_email(errors: &mut Errors, typed: &str) -> Option<Address> {
    let email = Address::parse(typed);
    errors.require(email.is_some(), "email", "This is not an e-mail address.");
    email
}

/// A new account: for the first admin and for readers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RegisterForm {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password: String,
    /// The invitation that opens the door.
    pub(super) invite: String,
}

/// What a new account needs.
#[derive(Debug)]
pub(super) struct Registration {
    pub(super) name: String,
    pub(super) email: Address,
    pub(super) password: String,
}

impl RegisterForm {
    pub(super) fn parse(&self, site_title: &str) -> Result<Registration, Errors> {
        let mut errors = Errors::default();
        let name = check_name(&mut errors, &self.name);
        let email = check_email(&mut errors, &self.email);
        let known = [name.as_str(), email.as_ref().map_or("", Address::as_str), site_title];
        check_password(&mut errors, &self.password, &known);
        match email {
            Some(email) => errors.or(Registration { name, email, password: self.password.clone() }),
            None => Err(errors),
        }
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
    fn p6_length_decides_and_not_composition() {
        assert!(refused("fourteen chars"));
        assert!(!refused("fifteen  chars!"));
        assert!(!refused("ünïcödé ist ein Zeichen"));
        let long = "The quick grey fox, whom nobody knows, reads \u{1F600} ".repeat(5);
        assert!(!refused(&long.chars().take(256).collect::<String>()));
        assert!(refused(&long.chars().cycle().take(257).collect::<String>()));
        // e and its accent are one character, however they were typed
        assert!(refused(&"e\u{301}".repeat(14)));
    }

    #[test]
    fn p6_what_everybody_knows_is_no_password() {
        assert!(refused("ada lovelace 1815"));
        assert!(refused("ADA@example.org"));
        assert!(refused("my quiet little blog"));
        for common in [
            "aaaaaaaaaaaaaaaaaaaaaa",
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfgh",
            "iloveyouiloveyou",
            "1q2w3e4r5t6y7u8i",
            "abcabcabcabcabcabc",
            "letmeinletmeinletmein",
        ] {
            assert!(refused(common), "{common}");
        }
    }

    #[test]
    fn a_form_says_all_that_is_wrong_at_once() {
        let errors = RegisterForm::default().parse("Blog").expect_err("refused");
        assert!(["name", "email", "password"].iter().all(|field| errors.get(field).is_some()));
    }
}
