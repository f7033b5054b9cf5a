//! What is read from another blog, before anything is saved.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

/// A post as the source has it.
#[derive(Debug, Clone)]
pub(super) struct SourcePost {
    /// The file, relative to the tree: the post's identity in later runs.
    pub(super) key: String,
    pub(super) title: String,
    pub(super) slug: String,
    /// `None`: a draft.
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) updated_at: Option<DateTime<Utc>>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) summary: String,
    pub(super) body: String,
    /// Old paths, each with a slash at its beginning and none at its end.
    pub(super) aliases: Vec<String>,
    pub(super) pictures: Vec<SourcePicture>,
}

/// A picture that a post refers to and that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourcePicture {
    /// As it stands in the text.
    pub(super) reference: String,
    pub(super) file: PathBuf,
}

/// What happened to something of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Cannot be read; nothing of it was taken.
    Broken,
    /// Not taken, on purpose or because it is missing.
    Left,
    /// Taken, but it looks or is called otherwise now.
    Changed,
}

impl Fate {
    /// For the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Left => "left",
            Self::Changed => "changed",
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file, relative to the tree.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What happened.
    pub fate: Fate,
    /// In words.
    pub text: String,
}
