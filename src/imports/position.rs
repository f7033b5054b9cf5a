//! Where in a file something is.

use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::Path,
};

use anyhow::Context;

use super::model::Malformed;

/// A sentence about the byte at `offset` of a file, with its line and column.
///
/// # Errors
/// The file cannot be read again.
pub(super) fn malformed(path: &Path, offset: u64, reason: String) -> anyhow::Result<Malformed> {
    let file = File::open(path).context("reading the file again")?;
    let (mut line, mut column) = (1, 1);
    for byte in BufReader::new(file).take(offset).bytes() {
        match byte.context("reading the file again")? {
            b'\n' => (line, column) = (line + 1, 1),
            // the second and later bytes of a character
            0x80..=0xbf => {}
            _ => column += 1,
        }
    }
    Ok(Malformed { line, column, reason })
}
