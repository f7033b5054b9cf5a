//! The part of an address that names a thing.

use serde::{Deserialize, Serialize};

/// Lower-case ASCII letters and digits with single hyphens between, 1 to 96 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
pub struct Slug(String);

const LONGEST: usize = 96;
const PROPOSED: usize = 80;

impl Slug {
    /// Takes what already is a slug.
    pub fn parse(text: &str) -> Option<Self> {
        let parts_fine = text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        (parts_fine && text.len() <= LONGEST).then(|| Self(text.to_owned()))
    }

    /// Makes one of a title in any script: transliterated, cut at a word, never empty.
    pub fn propose(title: &str) -> Self {
        let mut text = ::slug::slugify(title);
        if text.len() > PROPOSED {
            let cut = text[..=PROPOSED].rfind('-').filter(|cut| *cut > 0).unwrap_or(PROPOSED);
            text.truncate(cut);
        }
        Self::parse(&text).unwrap_or_else(|| Self("post".to_owned()))
    }

    /// The same with `-n` at the end, within the length.
    #[must_use]
    pub fn with_suffix(&self, n: usize) -> Self {
        let suffix = format!("-{n}");
        let stem = self.0[..self.0.len().min(LONGEST - suffix.len())].trim_end_matches('-');
        Self(format!("{stem}{suffix}"))
    }

    /// The same, cut to at most `longest` characters, at a word where it can be.
    #[must_use]
    pub fn shortened(&self, longest: usize) -> Self {
        if self.0.len() <= longest {
            return self.clone();
        }
        let cut = self.0[..=longest].rfind('-').filter(|cut| *cut > 0).unwrap_or(longest);
        Self(self.0[..cut].trim_end_matches('-').to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_all_scripts_become_addresses() {
        for (title, slug) in [
            ("Hello, World!", "hello-world"),
            ("Ünïcödé & Ærø", "unicode-aero"),
            ("Привет, мир", "privet-mir"),
            ("北京", "bei-jing"),
            ("", "post"),
            ("!!!", "post"),
            ("Rust 1.12", "rust-1-12"),
        ] {
            assert_eq!(Slug::propose(title).as_str(), slug, "{title}");
        }
    }

    #[test]
    fn a_long_title_is_cut_at_a_word_and_an_endless_word_anywhere() {
        let proposed = Slug::propose(&"word ".repeat(60));
        assert!(proposed.as_str().len() <= 80 && proposed.as_str().ends_with("word"));
        assert_eq!(Slug::propose(&"x".repeat(400)).as_str().len(), 80);
        assert!(Slug::parse(Slug::propose(&"x".repeat(400)).with_suffix(12).as_str()).is_some());
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for text in ["", "-", "a-", "-a", "a--b", "A", "a b", "ä", "a/b", "../x", "<b>", &"x".repeat(97)] {
            assert_eq!(Slug::parse(text), None, "{text}");
        }
    }
}
