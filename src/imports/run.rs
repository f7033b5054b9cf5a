//! An import from the command line: read to the end first, then step by step.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    ghost, markdown,
    model::Export,
    options::{Options, Program},
    report::Report,
    wordpress,
    writer::Writer,
};
use crate::state::AppState;

/// Imports what another program wrote: a folder of files, or an export.
///
/// # Errors
/// It cannot be read as what it should be, with the line: then nothing was written. Or the database is away: then what was
/// written stays, and the same again goes on from there.
pub async fn import(
    app: &AppState,
    program: Program,
    path: &Path,
    options: &Options,
) -> anyhow::Result<Report> {
    let export = read(program, path).await?;
    let mut writer = Writer::new(app, options, &export).await?;
    let progress = ProgressBar::new(writer.steps() as u64);
    progress.set_style(ProgressStyle::with_template("{pos:>5}/{len} {bar:40} {eta} {wide_msg}")?);
    for step in 0..writer.steps() {
        progress.set_message(writer.name_of(step).to_owned());
        writer.step(step).await?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(writer.report)
}

/// Reads it to its end, off the async threads.
pub(super) async fn read(program: Program, path: &Path) -> anyhow::Result<Export> {
    let path = path.to_owned();
    let work = move || match program {
        Program::Markdown => markdown::export(&path),
        Program::WordPress => wordpress::export(&path),
        Program::Ghost => ghost::export(&path),
    };
    tokio::task::spawn_blocking(work).await?
}
