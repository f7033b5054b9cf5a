//! Where forms wait while the database is away: sealed files, so many that nobody can fill the disk with them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::Row;
use crate::crypto::hex;

/// Files that may wait at the same time.
const MOST: usize = 500;
const HASH: usize = 32;

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("rescue")
}

/// Writes a row down. The same browser and address again write over it.
pub(super) async fn keep(data_dir: &Path, row: &Row) -> anyhow::Result<()> {
    let folder = folder(data_dir);
    tokio::fs::create_dir_all(&folder).await.context("making the folder for forms that failed")?;
    if count(&folder).await >= MOST {
        bail!("{MOST} forms that failed wait for the database already");
    }
    let name = format!("{}-{}", hex(&row.browser_hash[..8]), hex(&row.path_hash[..8]));
    let bytes = [row.browser_hash.as_slice(), &row.path_hash, &row.sealed].concat();
    // a file that is named is whole
    let unfinished = folder.join(format!("{name}.new"));
    tokio::fs::write(&unfinished, bytes).await.context("writing down a form that failed")?;
    tokio::fs::rename(&unfinished, folder.join(format!("{name}.sealed"))).await?;
    Ok(())
}

async fn count(folder: &Path) -> usize {
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return 0 };
    let mut count = 0;
    while let Ok(Some(_)) = entries.next_entry().await {
        count += 1;
    }
    count
}

/// All that wait, with their files.
pub(super) async fn all(data_dir: &Path) -> anyhow::Result<Vec<(PathBuf, Row)>> {
    let Ok(mut entries) = tokio::fs::read_dir(folder(data_dir)).await else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "sealed") {
            continue;
        }
        // another process may have taken it in meanwhile
        let Ok(bytes) = tokio::fs::read(&path).await else { continue };
        let Some((hashes, sealed)) = bytes.split_at_checked(2 * HASH) else { continue };
        let (browser_hash, path_hash) = hashes.split_at(HASH);
        let row = Row {
            browser_hash: browser_hash.to_vec(),
            path_hash: path_hash.to_vec(),
            sealed: sealed.to_vec(),
        };
        rows.push((path, row));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_written_down_is_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let row = |byte: u8| Row {
            browser_hash: vec![byte; HASH],
            path_hash: vec![2; HASH],
            sealed: b"sealed".to_vec(),
        };
        for byte in [1, 3, 3] {
            keep(folder.path(), &row(byte)).await.expect("written");
        }
        let mut found = all(folder.path()).await.expect("read");
        found.sort_by_key(|(_, row)| row.browser_hash.clone());
        assert_eq!(found.len(), 2, "the same form again is the same file");
        assert_eq!((found[0].1.browser_hash[0], found[0].1.sealed.as_slice()), (1, &b"sealed"[..]));
    }
}
