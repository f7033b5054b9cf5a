//! Where uploaded files are kept, by keys that are made from the content: a folder on this machine, or a bucket that
//! several machines share. And what is sent, until it is kept.

mod content;
mod disk;
mod s3;

use anyhow::{bail, ensure};
use bytes::Bytes;

use self::{disk::Disk, s3::Bucket};
use crate::config::Config;

pub use content::{Content, Section, Writer};

/// The store of uploads. Keys look like `ab/abcdef.jpg`; a key once written never changes its content.
#[derive(Debug, Clone)]
pub struct Files(Place);

#[derive(Debug, Clone)]
enum Place {
    Disk(Disk),
    Bucket(Bucket),
}

impl Files {
    /// Opens the store at `QUIRE_MEDIA_URL`. Nothing is asked yet: the folder is made when the first file comes.
    ///
    /// # Errors
    /// The address is of another kind, or the bucket's says too little.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let url = &config.media_url;
        match (url.scheme(), url.to_file_path()) {
            ("file", Ok(root)) => Ok(Self(Place::Disk(Disk::new(root)))),
            ("s3", _) => Ok(Self(Place::Bucket(Bucket::open(url, config.media_keys.as_ref())?))),
            _ => bail!("QUIRE_MEDIA_URL must be a file:// address of a folder or s3://bucket/prefix: {url}"),
        }
    }

    /// Keeps `content` under `key`. When it returns, it survives a power cut.
    ///
    /// # Errors
    /// The disk or the other server refuses, or the key is no key.
    pub async fn put(&self, key: &str, content: &Content) -> anyhow::Result<()> {
        match &self.0 {
            Place::Disk(disk) => disk.put(checked(key)?, content.clone()).await,
            Place::Bucket(bucket) => bucket.put(checked(key)?, content.clone()).await,
        }
    }

    /// The content of a key; `None` when there is none.
    ///
    /// # Errors
    /// The disk or the other server refuses, or the key is no key.
    pub async fn get(&self, key: &str) -> anyhow::Result<Option<Bytes>> {
        match &self.0 {
            Place::Disk(disk) => disk.get(checked(key)?).await,
            Place::Bucket(bucket) => bucket.get(checked(key)?).await,
        }
    }

    /// Forgets a key; one that is not there is forgotten already.
    ///
    /// # Errors
    /// The disk or the other server refuses, or the key is no key.
    pub async fn delete(&self, key: &str) -> anyhow::Result<()> {
        match &self.0 {
            Place::Disk(disk) => disk.delete(checked(key)?).await,
            Place::Bucket(bucket) => bucket.delete(checked(key)?).await,
        }
    }
}

fn checked(key: &str) -> anyhow::Result<&str> {
    ensure!(is_key(key), "not a key of the file store");
    Ok(key)
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
