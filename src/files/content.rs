//! What somebody sends: small files in memory, large ones in a file without a name, so that many at once do not fill
//! the memory. It goes away with its last clone.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    os::unix::fs::FileExt as _,
    sync::Arc,
};

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt as _;

/// Larger files are put on the disk.
const IN_MEMORY: usize = 64 * 1024;

/// The content of a file that was sent.
#[derive(Debug, Clone)]
pub struct Content(Place);

#[derive(Debug, Clone)]
enum Place {
    Memory(Bytes),
    /// A stretch of a file, often all of it.
    Disk {
        file: Arc<File>,
        start: u64,
        length: u64,
    },
}

impl<B: Into<Bytes>> From<B> for Content {
    fn from(bytes: B) -> Self {
        Self(Place::Memory(bytes.into()))
    }
}

impl Content {
    /// Bytes.
    pub fn len(&self) -> u64 {
        match &self.0 {
            Place::Memory(bytes) => bytes.len() as u64,
            Place::Disk { length, .. } => *length,
        }
    }

    /// True when there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads it from the start, again and again if need be. Blocking.
    pub fn open(&self) -> BufReader<Section> {
        BufReader::with_capacity(IN_MEMORY, Section { content: self.clone(), at: 0 })
    }

    /// The whole of it at once. Blocking.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn read(&self) -> io::Result<Bytes> {
        match &self.0 {
            Place::Memory(bytes) => Ok(bytes.clone()),
            Place::Disk { length, .. } => {
                let mut bytes = Vec::with_capacity(usize::try_from(*length).unwrap_or_default());
                self.open().read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }

    /// A file with this content, such as another process can read. Blocking.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn file(&self) -> io::Result<File> {
        if let Place::Disk { file, start: 0, length } = &self.0
            && file.metadata()?.len() == *length
        {
            return file.try_clone();
        }
        let mut file = tempfile::tempfile()?;
        io::copy(&mut self.open(), &mut file)?;
        Ok(file)
    }

    /// A stretch of it; what lies behind its end is not there.
    #[must_use]
    pub fn part(&self, from: u64, length: u64) -> Self {
        let from = from.min(self.len());
        let length = length.min(self.len() - from);
        match &self.0 {
            Place::Memory(bytes) => {
                let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                Self(Place::Memory(bytes.slice(index(from)..index(from + length))))
            }
            Place::Disk { file, start, .. } => {
                Self(Place::Disk { file: file.clone(), start: start + from, length })
            }
        }
    }

    /// The content of a file, wherever it was read to.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn of(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self(Place::Disk { file: Arc::new(file), start: 0, length }))
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        match &self.0 {
            Place::Memory(bytes) => {
                let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
                let n = rest.len().min(buffer.len());
                buffer[..n].copy_from_slice(&rest[..n]);
                Ok(n)
            }
            Place::Disk { file, start, length } => {
                let rest = usize::try_from(length.saturating_sub(at)).unwrap_or(usize::MAX);
                let n = rest.min(buffer.len());
                file.read_at(&mut buffer[..n], start + at)
            }
        }
    }
}

/// A place in a [`Content`]; each reader has its own.
#[derive(Debug)]
pub struct Section {
    content: Content,
    at: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.content.read_at(buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.content.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Takes a content as it comes.
#[derive(Debug, Default)]
pub struct Writer {
    memory: BytesMut,
    disk: Option<(tokio::fs::File, u64)>,
}

impl Writer {
    /// Adds what came.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn write(&mut self, chunk: &[u8]) -> anyhow::Result<()> {
        if let Some((file, length)) = &mut self.disk {
            *length += chunk.len() as u64;
            return file.write_all(chunk).await.context("keeping an upload for now");
        }
        self.memory.extend_from_slice(chunk);
        if self.memory.len() > IN_MEMORY {
            let file = tokio::task::spawn_blocking(tempfile::tempfile).await.context("was cut off")?;
            let mut file = tokio::fs::File::from_std(file.context("making room for an upload")?);
            // it would keep two megabytes of each in memory
            file.set_max_buf_size(IN_MEMORY);
            let memory = std::mem::take(&mut self.memory);
            file.write_all(&memory).await.context("keeping an upload for now")?;
            self.disk = Some((file, memory.len() as u64));
        }
        Ok(())
    }

    /// All of it has come.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn finish(self) -> anyhow::Result<Content> {
        let Some((mut file, length)) = self.disk else { return Ok(self.memory.freeze().into()) };
        file.flush().await.context("keeping an upload for now")?;
        Ok(Content(Place::Disk { file: Arc::new(file.into_std().await), start: 0, length }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_the_same_in_memory_and_on_the_disk() {
        for (length, on_disk) in [(0, false), (10, false), (IN_MEMORY, false), (IN_MEMORY * 3 + 7, true)] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let mut writer = Writer::default();
            for chunk in bytes.chunks(1000) {
                writer.write(chunk).await.expect("written");
            }
            let content = writer.finish().await.expect("finished");
            assert_eq!(matches!(content.0, Place::Disk { .. }), on_disk);
            assert_eq!(content.len(), length as u64);
            assert_eq!(content.read().expect("read"), bytes);
            let again = Content::of(content.file().expect("a file")).expect("its content");
            assert_eq!(again.read().expect("read"), bytes);
            let part = again.part(5, 60).part(2, 1000);
            assert_eq!(part.read().expect("read"), bytes[length.min(7)..length.min(65)]);
            let part = Content::of(part.file().expect("a file")).expect("its content");
            assert_eq!(part.read().expect("read"), bytes[length.min(7)..length.min(65)]);
            let (mut one, mut end) = (content.open(), Vec::new());
            one.seek(SeekFrom::End(-i64::try_from(length.min(5)).expect("small"))).expect("a place");
            one.read_to_end(&mut end).expect("read");
            assert_eq!(end, &bytes[length - length.min(5)..]);
        }
    }
}
