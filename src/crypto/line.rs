//! Whose turn it is to have a password hashed: few at a time, a bounded number waits, and the threads that do it stand
//! back behind those that serve pages.

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::{Semaphore, oneshot};

/// Callers that we know and that may wait; beyond that they are told to come back later, so that nothing fills the
/// memory.
pub(super) const LONGEST: usize = 64;

/// Strangers in line for each slot: a second's work at most, so that a flood is soon over for readers, too.
pub(super) const STRANGERS: usize = 16;

/// How far the threads stand back (`nice`): hashing gets what serving pages leaves, and never nothing at all.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Too many passwords wait to be checked already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be checked")]
pub struct Busy;

/// A line of callers before the slots in which hashes are made.
#[derive(Debug, Clone)]
pub(super) struct Line {
    places: Arc<Semaphore>,
    /// Callers of this line that work or are next.
    head: Arc<Semaphore>,
    slots: Arc<Semaphore>,
}

impl Line {
    /// The line of those we know and that of strangers, for the same slots. However many strangers there are, somebody
    /// known waits for no more than the hashes under way.
    pub(super) fn pair(slots: usize) -> (Self, Self) {
        let shared = Arc::new(Semaphore::new(slots));
        let line = |places, head| Self {
            places: Arc::new(Semaphore::new(places)),
            head: Arc::new(Semaphore::new(head)),
            slots: shared.clone(),
        };
        (line(LONGEST, LONGEST), line(STRANGERS * slots, slots))
    }

    /// Does the work when it is its turn, on a thread of its own.
    ///
    /// # Errors
    /// [`Busy`], what the work fails with, or the process is shutting down.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let _place = self.places.try_acquire().map_err(|_| Busy)?;
        let head = self.head.clone().acquire_owned().await.context("hashing is shut down")?;
        let slot = self.slots.clone().acquire_owned().await.context("hashing is shut down")?;

        let (sender, result) = oneshot::channel();
        let work = move || {
            // they go with the work: a caller that gives up does not free them early
            let _turn = (head, slot);
            stand_back();
            // nobody listens to a caller that gave up
            sender.send(work()).ok();
        };
        let thread = std::thread::Builder::new().name("password".to_owned());
        thread.spawn(work).context("starting a thread for a password")?;
        result.await.context("hashing was cut off")?
    }
}

/// Elsewhere than on Linux a priority belongs to the whole process.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "hashing keeps its priority");
    }
}
