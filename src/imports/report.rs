//! What an import says at its end.

use std::fmt;

use super::model::{Fate, Note};

/// Numbers, and a line for everything that was not simply taken.
#[derive(Debug, Default)]
pub struct Report {
    /// Nothing was written.
    pub dry_run: bool,
    /// Posts that are new.
    pub added: usize,
    /// Posts whose source has changed.
    pub updated: usize,
    /// Posts that are as they were.
    pub unchanged: usize,
    /// Pictures that were taken in.
    pub pictures: usize,
    /// Line by line.
    pub notes: Vec<Note>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(f, "{}:{}: {}: {}", note.file, note.line, note.fate.word(), note.text)?;
        }
        let count = |fate: Fate| self.notes.iter().filter(|note| note.fate == fate).count();
        if self.dry_run {
            writeln!(f, "Dry run: nothing was written.")?;
        }
        write!(
            f,
            "{} posts added, {} updated, {} unchanged; {} pictures. Notes: {} changed, {} left, {} broken.",
            self.added,
            self.updated,
            self.unchanged,
            self.pictures,
            count(Fate::Changed),
            count(Fate::Left),
            count(Fate::Broken)
        )
    }
}
