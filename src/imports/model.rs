//! What is read from another blog, before anything is saved: one model for all programs.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

use crate::{comments, posts::PostKind};

/// Another blog, read to its end.
#[derive(Debug, Default)]
pub(super) struct Export {
    /// Tells this blog from others that were imported.
    pub(super) source: String,
    /// Where it was.
    pub(super) site: Option<Url>,
    /// Its pictures and other files.
    pub(super) files: Vec<SourceFile>,
    pub(super) items: Vec<SourceItem>,
    /// What is in it and has no place here, by kind and state.
    pub(super) others: Vec<(&'static str, &'static str)>,
    pub(super) notes: Vec<Note>,
}

/// A post or a page as the source has it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SourceItem {
    /// Its identity in later runs.
    pub(super) key: String,
    /// What it is called in the report.
    #[serde(skip)]
    pub(super) name: String,
    #[serde(skip)]
    pub(super) kind: PostKind,
    pub(super) state: SourceState,
    /// Not for everybody, whatever the state says: it has a password, or is for members.
    pub(super) restricted: bool,
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) body: Body,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) canonical_url: String,
    /// When it came out, or will.
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) updated_at: Option<DateTime<Utc>>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    /// The address of a picture, and what is on it.
    pub(super) cover: Option<(String, String)>,
    pub(super) comments_open: bool,
    /// Old paths, each with a slash at its beginning and none at its end.
    pub(super) aliases: Vec<String>,
    /// Pictures that lie beside the text.
    pub(super) pictures: Vec<SourcePicture>,
    /// Each after the one that it answers.
    #[serde(skip)]
    pub(super) comments: Vec<SourceComment>,
}

/// A text.
#[derive(Debug, Clone, Serialize)]
pub(super) enum Body {
    Markdown(String),
    Html { html: String, line_breaks: bool },
}

/// Where a post stands at the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum SourceState {
    Draft,
    /// A draft that waits for somebody to look at it.
    Pending,
    /// Out, for the people of the blog only.
    Private,
    Scheduled,
    Published,
    Trash,
}

impl SourceState {
    /// For the report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Private => "private",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Trash => "in the trash",
        }
    }

    /// Readers may see it, now or at its time.
    pub(super) fn is_out(self) -> bool {
        matches!(self, Self::Private | Self::Scheduled | Self::Published)
    }
}

/// A picture that a post refers to and that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SourcePicture {
    /// As it stands in the text.
    pub(super) reference: String,
    #[serde(skip)]
    pub(super) file: PathBuf,
}

/// A file of the source's library.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    /// What it is called in the report.
    pub(super) name: String,
    /// Its address on the old blog.
    pub(super) address: String,
}

/// A comment.
#[derive(Debug, Clone)]
pub(super) struct SourceComment {
    /// Its identity in later runs.
    pub(super) key: String,
    /// The one that it answers.
    pub(super) parent: Option<String>,
    pub(super) name: String,
    /// Somebody who writes there.
    pub(super) author: Option<String>,
    pub(super) html: String,
    pub(super) state: comments::State,
    pub(super) created_at: Option<DateTime<Utc>>,
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Broken, Self::Left, Self::Changed];

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
    /// The file, relative to the tree, or the item.
    pub item: String,
    /// From 1; 0 where lines say nothing.
    pub line: usize,
    /// What happened.
    pub fate: Fate,
    /// In words.
    pub text: String,
}

impl Note {
    /// About an item as a whole.
    pub(super) fn on(item: &str, fate: Fate, text: impl Into<String>) -> Self {
        Self { item: item.to_owned(), line: 0, fate, text: text.into() }
    }
}

/// A file that cannot be read as what it should be, with the place.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {reason}")]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) column: usize,
    /// One sentence.
    pub(super) reason: String,
}
