//! Counts that are kept in memory and written now and then, so that what is counted costs no write.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

/// How often something happened since the counts were last taken, by its key. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    counts: HashMap<i64, (i64, DateTime<Utc>)>,
    taken: Option<Instant>,
}

/// How often, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The key.
    pub id: i64,
    /// How often.
    pub n: i64,
    /// When last.
    pub at: DateTime<Utc>,
}

const PAUSE: Duration = Duration::from_secs(60);

impl Tally {
    /// Counts once. At most once a minute it answers true: then it is time to take the counts and write them.
    pub fn count(&self, id: i64) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (n, at) = inner.counts.entry(id).or_default();
        *n += 1;
        *at = Utc::now();
        let is_time = inner.taken.is_none_or(|taken| taken.elapsed() >= PAUSE);
        if is_time {
            inner.taken = Some(Instant::now());
        }
        is_time
    }

    /// The counts so far; counting begins anew.
    pub fn take(&self) -> Vec<Counted> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut inner.counts).into_iter().map(|(id, (n, at))| Counted { id, n, at }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_by_key_and_asks_to_be_written_once_a_minute() {
        let tally = Tally::default();
        assert!(tally.count(7), "the first one is written at once");
        assert!(!tally.clone().count(7) && !tally.count(8));
        let mut counts: Vec<(i64, i64)> =
            tally.take().iter().map(|counted| (counted.id, counted.n)).collect();
        counts.sort_unstable();
        assert_eq!(counts, [(7, 2), (8, 1)]);
        assert_eq!(tally.take(), []);
    }
}
