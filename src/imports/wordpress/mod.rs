//! Exports of WordPress: its own kind of XML, WXR 1.0 to 1.2.

mod body;
mod convert;
mod discussion;
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
