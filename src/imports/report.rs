//! What an import says at its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::{Export, Fate, Note};
use crate::posts::PostKind;

/// Numbers, and a line for everything that was not simply taken.
#[derive(Debug, Default)]
pub struct Report {
    /// Nothing was written.
    pub dry_run: bool,
    /// What is in the source, by kind and state, and what came of it.
    pub tally: Vec<Tally>,
    /// Pictures that were taken in.
    pub pictures: usize,
    /// Line by line.
    pub notes: Vec<Note>,
}

/// Everything of one kind in one state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Such as `posts`.
    pub what: String,
    /// As the source calls it, such as `published`.
    pub state: String,
    /// In the source.
    pub found: usize,
    /// New here.
    pub added: usize,
    /// Changed here, since the source has changed.
    pub updated: usize,
    /// As they were.
    pub unchanged: usize,
    /// Not taken.
    pub left: usize,
}

impl Tally {
    /// Found, added, updated, unchanged, left.
    pub fn numbers(&self) -> [usize; 5] {
        [self.found, self.added, self.updated, self.unchanged, self.left]
    }
}

/// What came of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Added,
    Updated,
    Unchanged,
    Left,
}

/// The kind of a post as the report names it.
pub(super) fn plural(kind: PostKind) -> &'static str {
    match kind {
        PostKind::Post => "posts",
        PostKind::Page => "pages",
    }
}

impl Report {
    /// What is in a source, before anything came of it.
    pub(super) fn of(export: &Export, dry_run: bool) -> Self {
        let mut report = Self { dry_run, notes: export.notes.clone(), ..Self::default() };
        for item in &export.items {
            report.line(plural(item.kind), item.state.word()).found += 1;
            for comment in &item.comments {
                report.line("comments", comment.state.as_str()).found += 1;
            }
        }
        for _ in &export.files {
            report.line("files", "").found += 1;
        }
        for (what, state) in &export.others {
            let line = report.line(what, state);
            (line.found, line.left) = (line.found + 1, line.left + 1);
        }
        let place =
            |line: &Tally| ["posts", "pages", "comments", "files"].iter().position(|what| line.what == *what);
        report.tally.sort_by_key(|line| place(line).unwrap_or(usize::MAX));
        report
    }

    fn line(&mut self, what: &str, state: &str) -> &mut Tally {
        let known = self.tally.iter().position(|line| line.what == what && line.state == state);
        let at = known.unwrap_or_else(|| {
            self.tally.push(Tally { what: what.to_owned(), state: state.to_owned(), ..Tally::default() });
            self.tally.len() - 1
        });
        &mut self.tally[at]
    }

    pub(super) fn count(&mut self, what: &str, state: &str, outcome: Outcome) {
        let line = self.line(what, state);
        let number = match outcome {
            Outcome::Added => &mut line.added,
            Outcome::Updated => &mut line.updated,
            Outcome::Unchanged => &mut line.unchanged,
            Outcome::Left => &mut line.left,
        };
        *number += 1;
    }

    /// Posts and pages that are new.
    pub fn added(&self) -> usize {
        self.posts().map(|line| line.added).sum()
    }

    /// Posts and pages whose source has changed.
    pub fn updated(&self) -> usize {
        self.posts().map(|line| line.updated).sum()
    }

    /// Posts and pages that are as they were.
    pub fn unchanged(&self) -> usize {
        self.posts().map(|line| line.unchanged).sum()
    }

    fn posts(&self) -> impl Iterator<Item = &Tally> {
        self.tally.iter().filter(|line| matches!(line.what.as_str(), "posts" | "pages"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            write!(f, "{}:", note.item)?;
            if note.line > 0 {
                write!(f, "{}:", note.line)?;
            }
            writeln!(f, " {}: {}", note.fate.word(), note.text)?;
        }
        if self.dry_run {
            writeln!(f, "Dry run: nothing was written.")?;
        }
        for line in &self.tally {
            let name = format!("{} {}", line.what, line.state);
            writeln!(f, "{:<28} {:>6} found: {line}", name.trim_end(), line.found)?;
        }
        let count = |fate: Fate| self.notes.iter().filter(|note| note.fate == fate).count();
        write!(
            f,
            "{} posts added, {} updated, {} unchanged; {} pictures. Notes: {} changed, {} left, {} broken.",
            self.added(),
            self.updated(),
            self.unchanged(),
            self.pictures,
            count(Fate::Changed),
            count(Fate::Left),
            count(Fate::Broken)
        )
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.added, "added"),
            (self.updated, "updated"),
            (self.unchanged, "unchanged"),
            (self.left, "left"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        f.write_str(if parts.is_empty() { "nothing yet".to_owned() } else { parts.join(", ") }.as_str())
    }
}
