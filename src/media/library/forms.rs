//! The forms of the library.

use serde::Deserialize;

use crate::{form::Errors, media::model::Focus, text::single_line};

/// Longer ones are no descriptions but texts.
const LONGEST_ALT: usize = 1000;

/// What is listed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LibraryQuery {
    pub(super) q: String,
    pub(super) show: String,
}

impl LibraryQuery {
    pub(super) fn words(&self) -> String {
        single_line(&self.q).chars().take(100).collect()
    }
}

/// New pictures, as sent; the files come beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UploadForm {
    pub(super) alt: String,
    pub(super) decorative: String,
}

impl UploadForm {
    pub(super) fn parse(&self) -> Result<(String, bool), Errors> {
        let alt = single_line(&self.alt);
        let mut errors = Errors::default();
        check_alt(&mut errors, &alt, !self.decorative.is_empty());
        errors.or((alt, !self.decorative.is_empty()))
    }
}

/// What is said of a picture, as sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DescriptionForm {
    pub(super) alt: String,
    pub(super) decorative: String,
    pub(super) focus: String,
}

/// What is said of a picture.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) alt: String,
    pub(super) decorative: bool,
    pub(super) focus: Focus,
}

impl DescriptionForm {
    pub(super) fn parse(&self) -> Result<Description, Errors> {
        let (alt, decorative) = (single_line(&self.alt), !self.decorative.is_empty());
        let mut errors = Errors::default();
        check_alt(&mut errors, &alt, decorative);
        errors.or(Description { alt, decorative, focus: self.focus() })
    }

    pub(super) fn focus(&self) -> Focus {
        Focus::parse(&self.focus).unwrap_or_default()
    }
}

fn check_alt(errors: &mut Errors, alt: &str, decorative: bool) {
    errors.require(
        alt.chars().count() <= LONGEST_ALT,
        "alt",
        "This is too long: one or two sentences say what a picture shows.",
    );
    errors.require(
        !decorative || alt.is_empty(),
        "alt",
        "A picture that is only decorative has no description: please keep one or the other.",
    );
}

/// Which forgotten pictures are to go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ForgottenForm {
    pub(super) id: Vec<i64>,
    pub(super) sure: String,
}
