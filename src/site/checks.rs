//! What is looked at before a post is published, and how strictly.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that is looked at before a post is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Links that lead nowhere on this site.
    Links,
    /// Pictures without words for those who cannot see them.
    Alt,
    /// Headings that skip a level.
    Headings,
    /// Nothing for search engines and previews to show.
    Description,
    /// Another post is called the same.
    Title,
}

/// What comes of a check that finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckLevel {
    /// It is not looked at.
    Off,
    /// It is said, and the post can be published.
    Warn,
    /// The post is not published before it is mended.
    Block,
}

impl Check {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Links, Self::Alt, Self::Headings, Self::Description, Self::Title];

    /// As forms send it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Alt => "alt",
            Self::Headings => "headings",
            Self::Description => "description",
            Self::Title => "title",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Links => "Links to this site that lead nowhere",
            Self::Alt => "Pictures without a description",
            Self::Headings => "Headings that skip a level",
            Self::Description => "No summary and no description",
            Self::Title => "Another post has the same title",
        }
    }

    /// Until the settings say something else.
    fn default_level(self) -> CheckLevel {
        if self == Self::Alt { CheckLevel::Block } else { CheckLevel::Warn }
    }
}

impl CheckLevel {
    /// All of them, in the order of the settings form.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Block];

    /// As forms send it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Off => "Do not look",
            Self::Warn => "Say it",
            Self::Block => "Do not publish",
        }
    }

    /// The inverse of [`CheckLevel::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// What the settings say about checks; what they do not name is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checks(BTreeMap<Check, CheckLevel>);

impl Checks {
    /// Of one.
    pub fn level(&self, check: Check) -> CheckLevel {
        self.0.get(&check).copied().unwrap_or_else(|| check.default_level())
    }

    /// With another level for one.
    pub fn set(&mut self, check: Check, level: CheckLevel) {
        self.0.insert(check, level);
    }
}
