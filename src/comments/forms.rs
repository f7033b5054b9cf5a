//! The comment form.

use serde::Deserialize;

use crate::{
    form::Errors,
    mail::Address,
    text::{clean, single_line},
};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CommentForm {
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) body: String,
    /// Invisible to people: whoever fills it in is a machine.
    pub(super) website: String,
    /// Signed moment at which the form was shown.
    pub(super) started: String,
    pub(super) action: String,
}

/// A comment that can be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewComment {
    /// `None`: the account's own.
    pub(super) guest: Option<Guest>,
    pub(super) body: String,
}

/// Somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guest {
    pub(super) name: String,
    pub(super) email: Option<Address>,
}

const LONGEST_BODY: usize = 10_000;
const LONGEST_NAME: usize = 80;

impl CommentForm {
    pub(super) fn parse(&self, is_guest: bool) -> Result<NewComment, Errors> {
        let mut errors = Errors::default();
        let body = clean(&self.body).trim().to_owned();
        errors.require(!body.is_empty(), "body", "Please write something.");
        errors.require(
            body.chars().count() <= LONGEST_BODY,
            "body",
            "A comment holds at most 10,000 characters. Please shorten it.",
        );
        let guest = is_guest.then(|| self.guest(&mut errors));
        errors.or(NewComment { guest, body })
    }

    /// The comment that this one answers, if it names one.
    pub(super) fn parent_id(&self) -> Option<i64> {
        self.parent.parse().ok()
    }

    fn guest(&self, errors: &mut Errors) -> Guest {
        let name = single_line(&self.name);
        errors.require(!name.is_empty(), "name", "Please say who you are; any name will do.");
        errors.require(name.chars().count() <= LONGEST_NAME, "name", "A name holds at most 80 characters.");
        let email = Address::parse(&self.email);
        let email_fine = email.is_some() || self.email.trim().is_empty();
        errors.require(email_fine, "email", "This is not an e-mail address. You may leave it empty.");
        Guest { name, email }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, email: &str, body: &str) -> CommentForm {
        CommentForm {
            name: name.to_owned(),
            email: email.to_owned(),
            body: body.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn a_guest_needs_a_name_and_a_text() {
        let errors = form(" ", "not an address", "\n ").parse(true).expect_err("refused");
        assert!(["name", "email", "body"].iter().all(|field| errors.get(field).is_some()));
        let fine = form(" Zoë \n Ω ", "", " <3 \u{0} ok ").parse(true).expect("fine");
        assert_eq!(fine.guest, Some(Guest { name: "Zoë Ω".to_owned(), email: None }));
        assert_eq!(fine.body, "<3  ok");
    }

    #[test]
    fn an_account_holder_needs_only_a_text() {
        assert_eq!(form("", "", "Hello").parse(false).expect("fine").guest, None);
    }

    #[test]
    fn the_longest_comment_is_taken_whole_and_one_more_is_refused() {
        assert!(form("a", "", &"é".repeat(10_000)).parse(true).is_ok());
        assert!(form("a", "", &"é".repeat(10_001)).parse(true).is_err());
    }
}
