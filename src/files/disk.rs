//! A folder on this machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;

use super::Content;

#[derive(Debug, Clone)]
pub(super) struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn put(&self, key: &str, content: Content) -> anyhow::Result<()> {
        let path = self.root.join(key);
        tokio::task::spawn_blocking(move || write(&path, &content)).await.context("writing was cut off")?
    }

    pub(super) async fn get(&self, key: &str) -> anyhow::Result<Option<Bytes>> {
        match tokio::fs::read(self.root.join(key)).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("reading an uploaded file"),
        }
    }

    pub(super) async fn delete(&self, key: &str) -> anyhow::Result<()> {
        match tokio::fs::remove_file(self.root.join(key)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("deleting an uploaded file")
            }
            _ => Ok(()),
        }
    }
}

/// Under another name first, so that nobody ever reads half a file.
fn write(path: &Path, content: &Content) -> anyhow::Result<()> {
    let folder = path.parent().context("a key has a folder")?;
    std::fs::create_dir_all(folder).context("making a folder for uploads")?;
    let part = path.with_extension(format!("{}.part", uuid::Uuid::new_v4().simple()));
    let mut file = std::fs::File::create(&part).context("writing an upload")?;
    std::io::copy(&mut content.open(), &mut file)
        .and_then(|_| file.sync_all())
        .context("writing an upload")?;
    std::fs::rename(&part, path).context("writing an upload")?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).context("writing an upload")
}
