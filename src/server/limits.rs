//! How much a client may take of the server.

use std::time::Duration;

/// Bounds of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time, unfinished handshakes too; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Bytes of a request's head, at least 8 KiB; a longer one is refused with 431.
    pub head_bytes: usize,
    /// A client has this long to shake hands, and as long again to send the head of a request; it also bounds how
    /// long an idle connection stays.
    pub header_timeout: Duration,
    /// A client that takes nothing of its answer for this long is cut off.
    pub stall: Duration,
    /// Requests under way when the process is told to stop have this long.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            head_bytes: 32 * 1024,
            header_timeout: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(30),
        }
    }
}
