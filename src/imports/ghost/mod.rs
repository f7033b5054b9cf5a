//! Exports of Ghost: JSON, of versions 1 to 5.

mod cards;
mod convert;
mod lexical;
mod mobiledoc;
mod read;

use std::path::Path;

use super::model::Export;

/// Reads an export to its end.
///
/// # Errors
/// It is none, or it is damaged: one sentence with line and column.
pub(super) fn export(path: &Path) -> anyhow::Result<Export> {
    Ok(convert::export(&read::read(path)?))
}
