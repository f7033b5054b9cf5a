//! The pages of this room.

use askama::Template;
use chrono::Utc;

use super::{forms::CommentForm, queries};
use crate::{crypto::Keys, form::Errors, html::Page, session::User, text::SafeHtml};

/// The comment form, wherever it stands: what `templates/comments/_form.html` prints.
#[derive(Debug)]
pub(super) struct FormView {
    pub(super) action: String,
    pub(super) form: CommentForm,
    pub(super) errors: Errors,
    pub(super) is_guest: bool,
    pub(super) stamp: String,
}

const STAMP: &str = "comment-form";
/// People need longer than this to write something.
const FASTEST_SECONDS: i64 = 3;
/// A form older than this is shown again before it is taken.
const OLDEST_SECONDS: i64 = 24 * 3600;

/// How long the form was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Human,
    TooFast,
    Stale,
}

impl FormView {
    pub(super) fn new(keys: &Keys, post_id: i64, slug: &str, visitor: Option<&User>) -> Self {
        let stamp = keys.sign(STAMP, &format!("{post_id}:{}", Utc::now().timestamp()));
        Self {
            action: format!("/posts/{slug}/comments"),
            form: CommentForm::default(),
            errors: Errors::default(),
            is_guest: visitor.is_none(),
            stamp,
        }
    }

    pub(super) fn filled(mut self, form: CommentForm, errors: Errors) -> Self {
        self.form = form;
        self.errors = errors;
        self
    }
}

/// Judges the stamp that came back with a form.
pub(super) fn pace(keys: &Keys, post_id: i64, stamp: &str) -> Pace {
    let shown_at = keys
        .verify(STAMP, stamp)
        .and_then(|text| text.split_once(':').map(|(post, at)| (post.parse::<i64>(), at.parse::<i64>())));
    match shown_at {
        Some((Ok(post), Ok(at))) if post == post_id => match Utc::now().timestamp() - at {
            ..FASTEST_SECONDS => Pace::TooFast,
            FASTEST_SECONDS..=OLDEST_SECONDS => Pace::Human,
            _ => Pace::Stale,
        },
        _ => Pace::Stale,
    }
}

/// The form on a page of its own: to answer, to look before sending, to mend what was refused.
#[derive(Template)]
#[template(path = "comments/new.html")]
pub(super) struct New {
    pub(super) page: Page,
    pub(super) target: queries::Target,
    pub(super) form: FormView,
    pub(super) preview: Option<SafeHtml>,
}

/// Asks once more before a comment is taken back.
#[derive(Template)]
#[template(path = "comments/delete.html")]
pub(super) struct Delete {
    pub(super) page: Page,
    pub(super) comment: queries::Own,
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[test]
    fn a_form_has_its_time() {
        let keys = Keys::new(SecretString::from("0123456789abcdef0123456789abcdef"), []);
        let now = Utc::now().timestamp();
        let stamped = |post: i64, age: i64| keys.sign(STAMP, &format!("{post}:{}", now - age));
        assert_eq!(pace(&keys, 7, &stamped(7, 60)), Pace::Human);
        assert_eq!(pace(&keys, 7, &stamped(7, 0)), Pace::TooFast);
        assert_eq!(pace(&keys, 7, &stamped(7, 100_000)), Pace::Stale);
        assert_eq!(pace(&keys, 7, &stamped(8, 60)), Pace::Stale);
        assert_eq!(pace(&keys, 7, "forged"), Pace::Stale);
    }
}
