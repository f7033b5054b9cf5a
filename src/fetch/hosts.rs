//! One request at a time to a host, and not too many within a minute, so that nobody can aim this program at others.
//! Kept in memory: each process has its own count.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OwnedMutexGuard;

use super::FetchError;

const MINUTE: Duration = Duration::from_secs(60);

/// Hosts that are remembered. More within a minute are refused, since forgetting one would set it free.
const MAX_HOSTS: usize = 1024;

/// Who was asked lately.
#[derive(Debug)]
pub(super) struct Hosts {
    per_minute: usize,
    known: Mutex<HashMap<String, Host>>,
}

#[derive(Debug, Default)]
struct Host {
    turn: Arc<tokio::sync::Mutex<()>>,
    recent: VecDeque<Instant>,
}

/// Only its holder asks the host.
pub(super) type Turn = OwnedMutexGuard<()>;

impl Hosts {
    /// Nobody was asked yet.
    pub(super) fn new(per_minute: usize) -> Self {
        Self { per_minute, known: Mutex::default() }
    }

    /// Waits until nobody else asks this host. Counted before the wait, so that those who wait are few.
    pub(super) async fn enter(&self, host: &str) -> Result<Turn, FetchError> {
        let turn = self.count(host, Instant::now())?;
        Ok(turn.lock_owned().await)
    }

    fn count(&self, host: &str, now: Instant) -> Result<Arc<tokio::sync::Mutex<()>>, FetchError> {
        // the dot at the end of a name is only a spelling
        let host = host.trim_end_matches('.');
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_HOSTS && !known.contains_key(host) {
            known.retain(|_, host| !host.is_over(now));
            if known.len() >= MAX_HOSTS {
                return Err(FetchError::TooOften { retry_after: MINUTE });
            }
        }

        known.entry(host.to_owned()).or_default().count(self.per_minute, now)
    }
}

impl Host {
    fn count(&mut self, per_minute: usize, now: Instant) -> Result<Arc<tokio::sync::Mutex<()>>, FetchError> {
        self.recent.retain(|asked| now.duration_since(*asked) < MINUTE);
        if self.recent.len() >= per_minute {
            let oldest = self.recent.front().copied().unwrap_or(now);
            return Err(FetchError::TooOften {
                retry_after: MINUTE.saturating_sub(now.duration_since(oldest)),
            });
        }

        self.recent.push_back(now);
        Ok(self.turn.clone())
    }

    /// Not asked for a minute, and nobody holds or awaits its turn.
    fn is_over(&self, now: Instant) -> bool {
        Arc::strong_count(&self.turn) == 1
            && self.recent.iter().all(|asked| now.duration_since(*asked) >= MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_host_is_asked_by_one_at_a_time() {
        let hosts = Hosts::new(10);
        let first = hosts.enter("a.example").await.expect("the first");
        assert!(hosts.enter("b.example").now_or_never().is_some(), "another host is free");
        assert!(
            hosts.enter("a.example.").now_or_never().is_none(),
            "the same host, spelled with a dot, is not"
        );
        drop(first);
        assert!(hosts.enter("a.example").now_or_never().is_some(), "free again");
    }

    #[test]
    fn a_host_is_asked_ten_times_within_any_minute() {
        let hosts = Hosts::new(10);
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        for second in 0..10 {
            hosts.count("a.example", after(second)).expect("one of ten");
        }
        match hosts.count("a.example", after(20)) {
            Err(FetchError::TooOften { retry_after }) => assert_eq!(retry_after, Duration::from_secs(40)),
            other => panic!("{other:?}"),
        }
        hosts.count("b.example", after(20)).expect("another host has its own count");
        // the first of the ten is a minute ago, the second is not
        hosts.count("a.example", after(60)).expect("one more");
        assert!(hosts.count("a.example", after(60)).is_err());
    }

    #[test]
    fn many_hosts_neither_fill_the_memory_nor_set_a_host_free() {
        let hosts = Hosts::new(1);
        let start = Instant::now();
        hosts.count("a.example", start).expect("the first");
        let held = hosts.count("held.example", start).expect("the second");
        for number in 2..MAX_HOSTS {
            hosts.count(&format!("{number}.example"), start).expect("room");
        }
        let error = hosts.count("new.example", start).expect_err("full");
        assert!(matches!(error, FetchError::TooOften { .. }), "{error:?}");
        assert!(hosts.count("a.example", start).is_err(), "still counted");

        hosts.count("new.example", start + MINUTE).expect("room again");
        let known = hosts.known.lock().expect("nobody panicked");
        assert_eq!(known.len(), 2, "the old ones are gone, but not the one whose turn is held");
        assert!(known.contains_key("held.example"));
        drop(held);
    }
}
