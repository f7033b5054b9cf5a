//! Where uploaded files are kept: a folder on this machine, by keys that are made from the content.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use url::Url;

/// The store of uploads. Keys look like `ab/abcdef.jpg`; a key once written never changes its content.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// Opens the store at `file:///…`. The folder is made when the first file comes.
    ///
    /// # Errors
    /// The address is of another kind.
    pub fn open(url: &Url) -> anyhow::Result<Self> {
        match (url.scheme(), url.to_file_path()) {
            ("file", Ok(root)) => Ok(Self { root }),
            _ => bail!("QUIRE_MEDIA_URL must be a file:// address of a folder: {url}"),
        }
    }

    /// Keeps `bytes` under `key`. When it returns, they survive a power cut.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn put(&self, key: &str, bytes: Bytes) -> anyhow::Result<()> {
        let path = self.path(key)?;
        tokio::task::spawn_blocking(move || write(&path, &bytes)).await.context("writing was cut off")?
    }

    /// The content of a key; `None` when there is none.
    ///
    /// # Errors
    /// The disk refuses, or the key is no key.
    pub async fn get(&self, key: &str) -> anyhow::Result<Option<Bytes>> {
        match tokio::fs::read(self.path(key)?).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("reading an uploaded file"),
        }
    }

    /// Forgets a key; one that is not there is forgotten already.
    ///
    /// # Errors
    /// The disk refuses, or the key is no key.
    pub async fn delete(&self, key: &str) -> anyhow::Result<()> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("deleting an uploaded file")
            }
            _ => Ok(()),
        }
    }

    fn path(&self, key: &str) -> anyhow::Result<PathBuf> {
        ensure!(is_key(key), "not a key of the file store");
        Ok(self.root.join(key))
    }
}

/// Lower-case names with slashes between, so that no key can lead out of the folder.
pub fn is_key(key: &str) -> bool {
    key.len() <= 200
        && key.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'))
        })
}

/// Under another name first, so that nobody ever reads half a file.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;

    let folder = path.parent().context("a key has a folder")?;
    std::fs::create_dir_all(folder).context("making a folder for uploads")?;
    let part = path.with_extension(format!("{}.part", uuid::Uuid::new_v4().simple()));
    let mut file = std::fs::File::create(&part).context("writing an upload")?;
    file.write_all(bytes).and_then(|()| file.sync_all()).context("writing an upload")?;
    std::fs::rename(&part, path).context("writing an upload")?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).context("writing an upload")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p12_no_key_leads_out_of_the_folder() {
        for key in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "A.jpg", "a/.hidden", "a\0b"] {
            assert!(!is_key(key), "{key}");
        }
        assert!(is_key("ab/abcdef-480.webp"));
    }
}
