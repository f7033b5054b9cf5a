//! A form that failed, shown again with everything that was typed.

use askama::Template;
use chrono::Utc;

use crate::rescue::{Kept, Rescued};

/// Fewer characters are typed again in a moment.
const LONG: usize = 20;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
}

impl Field {
    /// Long enough that typing it again would be a loss.
    fn is_long(&self) -> bool {
        self.is_text()
            && self.value.trim().chars().count() >= LONG
            && self.value.trim().contains(char::is_whitespace)
    }

    /// Words that somebody typed, not numbers and names that the page itself needs.
    pub(super) fn is_text(&self) -> bool {
        const TEXTS: [&str; 15] = [
            "title",
            "body",
            "name",
            "email",
            "bio",
            "note",
            "review_note",
            "description",
            "tags",
            "slug",
            "excerpt",
            "comment",
            "summary",
            "cover_alt",
            "security_contact",
        ];
        !self.value.trim().is_empty()
            && (TEXTS.contains(&self.name.as_str()) || self.value.trim().contains(char::is_whitespace))
    }

    /// Lines of the box in which it is shown again.
    pub(super) fn rows(&self) -> usize {
        (self.value.lines().count() + self.value.len() / 70).clamp(1, 16)
    }

    /// Such as `Text version` for `text_version`.
    pub(super) fn label(&self) -> String {
        let mut letters = self.name.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        (first + letters.as_str()).replace('_', " ")
    }
}

/// A form as it was filled in.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) fields: Vec<Field>,
    /// It came as an upload, so that a long text is taken, and must be sent as one again.
    pub(super) multipart: bool,
}

impl Typed {
    /// What of it is kept for the browser that sent it to `path`, if there is enough to it.
    pub(super) fn to_rescue(&self, path: &str) -> Option<Rescued> {
        self.fields.iter().any(Field::is_long).then(|| Rescued {
            path: path.to_owned(),
            multipart: self.multipart,
            fields: self.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
            at: Utc::now(),
        })
    }

    /// Somebody typed words into it.
    pub(super) fn has_text(&self) -> bool {
        self.fields.iter().any(Field::is_text)
    }
}

/// The form as it is shown again, with a button that sends it.
#[derive(Template)]
#[template(path = "components/typed.html")]
pub struct TypedForm {
    /// Tells it from others on the page.
    key: i64,
    /// Where it is sent; `None`: it can only be read.
    action: Option<String>,
    multipart: bool,
    fields: Vec<Field>,
}

/// Its template escapes what was typed.
impl askama::filters::HtmlSafe for TypedForm {}

impl TypedForm {
    pub(super) fn new(typed: Typed, action: Option<String>) -> Self {
        Self { key: 0, action, multipart: typed.multipart, fields: typed.fields }
    }

    /// Of one that was kept.
    pub fn of(kept: &Kept) -> Self {
        let Rescued { path, multipart, fields, .. } = &kept.rescued;
        let fields = fields.iter().map(|(name, value)| Field { name: name.clone(), value: value.clone() });
        Self { key: kept.id, action: Some(path.clone()), multipart: *multipart, fields: fields.collect() }
    }
}
