//! What a refused form says: a sentence per field, and one for the whole form.

use std::collections::BTreeMap;

/// Why a form was refused. Empty means that it was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors {
    form: Option<String>,
    fields: BTreeMap<&'static str, String>,
}

impl Errors {
    /// Refused because of one field.
    pub fn on(field: &'static str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Refused as a whole.
    pub fn form(sentence: impl Into<String>) -> Self {
        Self { form: Some(sentence.into()), fields: BTreeMap::new() }
    }

    /// Adds a sentence to a field; the first one stays.
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.fields.entry(field).or_insert_with(|| sentence.into());
    }

    /// Checks one thing: adds the sentence when `fine` is false.
    pub fn require(&mut self, fine: bool, field: &'static str, sentence: &str) {
        if !fine {
            self.add(field, sentence);
        }
    }

    /// The sentence beside a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// The sentence above the form.
    pub fn summary(&self) -> Option<&str> {
        match (&self.form, self.fields.len()) {
            (Some(sentence), _) => Some(sentence),
            (None, 0) => None,
            (None, _) => Some("Nothing was saved yet: please look at what is marked below."),
        }
    }

    /// True when nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.form.is_none() && self.fields.is_empty()
    }

    /// The value, unless something was refused.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}
