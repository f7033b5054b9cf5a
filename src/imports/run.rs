//! An import from the command line: read to the end first, then step by step.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context, ensure};
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
    let export = read(program, path, app.config.bounds.import_bytes).await?;
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

/// Reads it to its end, off the async threads. `most`: bytes of an export.
pub(super) async fn read(program: Program, path: &Path, most: usize) -> anyhow::Result<Export> {
    let path = path.to_owned();
    let work = move || match program {
        Program::Markdown => markdown::export(&path),
        Program::WordPress => usable(&path, most).and_then(|()| wordpress::export(&path)),
        Program::Ghost => usable(&path, most).and_then(|()| ghost::export(&path)),
    };
    tokio::task::spawn_blocking(work).await?
}

/// One file of a size that can be read, and not packed.
fn usable(path: &Path, most: usize) -> anyhow::Result<()> {
    let file = File::open(path).context("the file cannot be read")?;
    let length = file.metadata().context("the file cannot be read")?.len();
    ensure!(
        length <= most as u64,
        "the file is larger than {} MB: QUIRE_IMPORT_MB says how large one may be",
        most >> 20
    );
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head).context("the file cannot be read")?;
    let packed = head.starts_with(b"PK\x03\x04") || head.starts_with(&[0x1f, 0x8b]);
    ensure!(!packed, "the file is packed: unpack it first, and take what is in it");
    Ok(())
}
