//! Imports that somebody begins in the browser: the file is sent, a job does the work a little at a time, a page tells
//! how far it is and what came of it.

mod files;
mod forms;
mod jobs;
mod model;
mod queries;
mod routes;
mod views;

use sqlx::PgConnection;

use super::report::{Report, Tally};

pub use files::forget_old;
pub use jobs::WorkImport;
pub use routes::admins;

/// How far a run is, saved with each step so that the next process goes on exactly there.
#[derive(Debug)]
pub(super) struct Progress {
    run: i64,
    position: i64,
    /// Pictures of earlier processes.
    pictures: usize,
    /// Notes of the report that are saved.
    told: usize,
}

impl Progress {
    pub(super) fn position(&self) -> usize {
        usize::try_from(self.position).unwrap_or(usize::MAX)
    }

    /// Puts what is saved of a run into a fresh report.
    pub(super) fn resume(&mut self, report: &mut Report, tally: Vec<Tally>) {
        if self.position > 0 {
            report.tally = tally;
            // what was noted while reading is saved already
            self.told = report.notes.len();
        }
    }

    /// Saves a step that is done, in its transaction. Fails when another process has done it meanwhile.
    pub(super) async fn advance(
        &mut self,
        db: &mut PgConnection,
        report: &mut Report,
        taken: usize,
    ) -> sqlx::Result<()> {
        report.pictures = self.pictures + taken;
        let moved = queries::advance(&mut *db, self.run, self.position, report).await?;
        if !moved {
            return Err(sqlx::Error::RowNotFound);
        }
        self.tell(db, report).await?;
        self.position += 1;
        Ok(())
    }

    pub(super) async fn tell(&mut self, db: &mut PgConnection, report: &Report) -> sqlx::Result<()> {
        queries::add_notes(db, self.run, &report.notes[self.told..]).await?;
        self.told = report.notes.len();
        Ok(())
    }
}
