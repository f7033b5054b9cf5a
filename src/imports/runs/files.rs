//! The files that were sent, in the data folder. Nothing else ever sees them, and they are deleted after a week.

use std::{
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context;
use uuid::Uuid;

use super::queries;
use crate::{config::Config, files::Content, state::AppState};

/// The folder; made when the first file comes.
pub(super) fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("imports")
}

pub(super) fn path(config: &Config, key: &str) -> PathBuf {
    folder(config).join(key)
}

/// Keeps a file that was sent; its key.
pub(super) async fn keep(config: &Config, content: Content) -> anyhow::Result<String> {
    let key = format!("{}.import", Uuid::new_v4().simple());
    let (folder, path) = (folder(config), path(config, &key));
    let write = move || {
        std::fs::create_dir_all(folder)?;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        std::io::copy(&mut content.open(), &mut file)?;
        file.sync_all()
    };
    let written =
        tokio::task::spawn_blocking(write).await.context("keeping the file of an import was cut off")?;
    written.context("keeping the file of an import")?;
    Ok(key)
}

/// Deletes a file; one that is not there is deleted already.
pub(super) async fn delete(config: &Config, key: &str) -> anyhow::Result<()> {
    forget(&path(config, key)).await
}

async fn forget(path: &Path) -> anyhow::Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("deleting the file of an import")
        }
        _ => Ok(()),
    }
}

/// Deletes the files of runs that have been over for a week.
///
/// # Errors
/// Database or disk are away.
pub async fn forget_old(app: &AppState) -> anyhow::Result<()> {
    for key in queries::forget_old(&app.db).await? {
        delete(&app.config, &key).await?;
    }
    Ok(())
}
