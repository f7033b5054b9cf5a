//! How much of everything is let in. Each bound is a variable with a default.

use std::time::Duration;

use anyhow::bail;

use super::variables::Source;
use crate::crypto::PasswordCost;

/// Bounds of one process.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at a time; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Time to send a request's head; it also bounds how long an idle connection stays.
    pub head_time: Duration,
    /// A client that takes nothing of its answer for so long is cut off.
    pub stall_time: Duration,
    /// Time for a whole request.
    pub request_time: Duration,
    /// Time for a request with an upload.
    pub upload_time: Duration,
    /// Bytes of a form without files.
    pub form_bytes: usize,
    /// Fields of a form.
    pub form_fields: usize,
    /// Bytes of an uploaded file.
    pub upload_bytes: usize,
    /// Bytes of the export of another blog.
    pub import_bytes: usize,
    /// Pixels of an uploaded picture.
    pub picture_pixels: u64,
    /// What a password hash costs, and how many are made at a time.
    pub passwords: PasswordCost,
}

impl Bounds {
    pub(super) fn from_source(source: &Source) -> anyhow::Result<Self> {
        let seconds = |name| source.parsed(name).map(Duration::from_secs);
        let megapixels: u64 = within(source, "QUIRE_PICTURE_MEGAPIXELS", 1, 1_000)?;
        Ok(Self {
            connections: within(source, "QUIRE_MAX_CONNECTIONS", 1, 1_000_000)?,
            head_bytes: within(source, "QUIRE_HEADER_KB", 8, 1_024)? * 1024,
            head_time: seconds("QUIRE_HEADER_SECONDS")?,
            stall_time: seconds("QUIRE_STALL_SECONDS")?,
            request_time: seconds("QUIRE_REQUEST_SECONDS")?,
            upload_time: seconds("QUIRE_UPLOAD_SECONDS")?,
            form_bytes: within(source, "QUIRE_FORM_KB", 16, 65_536)? * 1024,
            form_fields: within(source, "QUIRE_FORM_FIELDS", 100, 100_000)?,
            upload_bytes: within(source, "QUIRE_UPLOAD_MB", 1, 1_024)? * 1024 * 1024,
            import_bytes: within(source, "QUIRE_IMPORT_MB", 1, 4_096)? * 1024 * 1024,
            picture_pixels: megapixels * 1_000_000,
            passwords: PasswordCost {
                memory: within(source, "QUIRE_PASSWORD_MEMORY_KIB", 19_456, 4_194_304)?,
                passes: within(source, "QUIRE_PASSWORD_PASSES", 2, 100)?,
                parallel: match within(source, "QUIRE_PASSWORD_PARALLEL", 0, 256)? {
                    // one core stays for readers
                    0 => std::thread::available_parallelism().map_or(1, |cores| cores.get() - 1).max(1),
                    parallel => parallel,
                },
            },
        })
    }

    /// Time for sending the export of another blog: as long for each byte as for other uploads.
    pub fn import_time(&self) -> Duration {
        self.upload_time
            * u32::try_from(self.import_bytes.div_ceil(self.upload_bytes)).unwrap_or(u32::MAX).max(1)
    }

    /// Bytes of a form that carries a file.
    pub fn upload_form_bytes(&self) -> usize {
        self.upload_bytes + (4 << 20)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Source::empty()
            .and_then(|source| Self::from_source(&source))
            .expect("the defaults are within the bounds")
    }
}

fn within<T: std::str::FromStr + PartialOrd + std::fmt::Display + Copy>(
    source: &Source,
    name: &'static str,
    least: T,
    most: T,
) -> anyhow::Result<T> {
    let value = source.parsed(name)?;
    if value < least || value > most {
        bail!("{name} must be from {least} to {most}, not {value}");
    }
    Ok(value)
}
