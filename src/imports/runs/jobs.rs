//! The work of a run, a little at a time, so that mails do not wait for it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Progress, files, model::Run, queries};
use crate::{
    imports::{Options, run, writer::Writer},
    jobs::{self, Job},
    state::AppState,
};

/// So long a process works on a run before others have their turn.
const TURN: Duration = Duration::from_secs(15);

/// Does a part of an import.
#[derive(Debug, Serialize, Deserialize)]
pub struct WorkImport {
    run: i64,
    dry_run: bool,
    /// Tells the next part from the one under way.
    part: i64,
}

impl WorkImport {
    /// The first part.
    pub(super) fn of(run: i64, dry_run: bool) -> Self {
        Self { run, dry_run, part: 0 }
    }
}

impl Job for WorkImport {
    const KIND: &'static str = "imports.work";

    fn key(&self) -> String {
        format!("{}:{}:{}", self.run, if self.dry_run { "try" } else { "do" }, self.part)
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let Some(run) = queries::by_id(&app.db, self.run).await? else { return Ok(()) };
        // over, begun anew, or forgotten
        if !run.is_under_way() || run.dry_run != self.dry_run {
            return Ok(());
        }
        let Some(key) = run.file_key.clone() else { return Ok(()) };
        queries::set_running(&app.db, run.id, run.steps).await?;
        let path = files::path(&app.config, &key);
        if !path.is_file() {
            let sentence = "The file is not on this machine: please send it again.";
            return Ok(queries::fail(&app.db, run.id, sentence).await?);
        }
        // all of it is read before anything is written
        let export = match run::read(run.program, &path, app.config.bounds.import_bytes).await {
            Ok(export) => export,
            Err(error) => return Ok(queries::fail(&app.db, run.id, &sentence(&error)).await?),
        };
        let options = options(&run);
        let mut writer = Writer::new(app, &options, &export).await?;
        let steps = i64::try_from(writer.steps()).ok();
        queries::set_running(&app.db, run.id, steps).await?;
        let progress = Progress {
            run: run.id,
            position: run.position,
            pictures: usize::try_from(run.pictures).unwrap_or(0),
            told: 0,
        };
        let from = progress.position();
        writer.follow(progress, run.tally.0);
        let started = Instant::now();
        for step in from..writer.steps() {
            if started.elapsed() > TURN {
                let next = Self { part: self.part + 1, ..self };
                let mut tx = app.db.begin().await?;
                jobs::enqueue(&mut tx, &next).await.map_err(anyhow::Error::from)?;
                return Ok(tx.commit().await?);
            }
            writer.step(step).await?;
        }
        let mut tx = app.db.begin().await?;
        writer.tell_rest(&mut tx).await?;
        queries::finish(&mut *tx, run.id, &writer.report).await?;
        Ok(tx.commit().await?)
    }
}

fn options(run: &Run) -> Options {
    Options {
        dry_run: run.dry_run,
        author: Some(run.author.clone()).filter(|author| !author.is_empty()),
        media: None,
        fetch_media: run.fetch_media,
        site: Url::parse(&run.site).ok(),
    }
}

/// What reading says is written for people, and names no place on this machine.
fn sentence(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    if let Some(first) = words.get(..1) {
        words = format!("{}{}", first.to_uppercase(), &words[1..]);
    }
    if words.ends_with('.') { words } else { words + "." }
}
