//! A run, as its page shows it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::imports::{Program, Tally};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(super) enum Stand {
    Waiting,
    Running,
    Done,
    Failed,
}

/// A run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: i64,
    pub(super) program: Program,
    pub(super) file_name: String,
    pub(super) file_key: Option<String>,
    pub(super) fetch_media: bool,
    pub(super) site: String,
    pub(super) author: String,
    pub(super) dry_run: bool,
    pub(super) state: Stand,
    pub(super) position: i64,
    pub(super) steps: Option<i64>,
    pub(super) tally: Json<Vec<Tally>>,
    pub(super) pictures: i64,
    pub(super) failure: String,
    pub(super) created_at: DateTime<Utc>,
}

impl Run {
    pub(super) fn path(&self) -> String {
        path(self.id)
    }

    /// The page loads itself again.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.state, Stand::Waiting | Stand::Running)
    }

    /// What was only tried can be done.
    pub(super) fn can_start(&self) -> bool {
        self.dry_run && self.state == Stand::Done && self.file_key.is_some()
    }

    /// One sentence.
    pub(super) fn standing(&self) -> String {
        let (trying, tried) = if self.dry_run {
            ("Trying it out", "Tried out: nothing was written.")
        } else {
            ("Importing", "Imported.")
        };
        match (self.state, self.steps) {
            (Stand::Waiting, _) => "Waits for its turn.".to_owned(),
            (Stand::Running, None) => "The file is being read.".to_owned(),
            (Stand::Running, Some(steps)) => format!("{trying}: {} of {steps}.", self.position),
            (Stand::Done, _) => tried.to_owned(),
            (Stand::Failed, _) => "Nothing was imported.".to_owned(),
        }
    }
}

/// The page of a run.
pub(super) fn path(id: i64) -> String {
    format!("/admin/imports/{id}")
}

/// A line of the list.
pub(super) struct Line {
    pub(super) id: i64,
    pub(super) program: Program,
    pub(super) file_name: String,
    pub(super) dry_run: bool,
    pub(super) state: Stand,
    pub(super) created_at: DateTime<Utc>,
}

impl Line {
    pub(super) fn path(&self) -> String {
        path(self.id)
    }

    /// In a few words.
    pub(super) fn standing(&self) -> &'static str {
        match (self.state, self.dry_run) {
            (Stand::Waiting, _) => "waits",
            (Stand::Running, _) => "under way",
            (Stand::Done, true) => "tried out",
            (Stand::Done, false) => "imported",
            (Stand::Failed, _) => "failed",
        }
    }
}

/// A line of a report.
pub(super) struct Said {
    pub(super) item: String,
    pub(super) fate: String,
    pub(super) text: String,
}
