//! Where the time of a request goes.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

tokio::task_local! {
    static CURRENT: Arc<Timings>;
}

/// Sums over one request, in microseconds.
#[derive(Debug, Default)]
pub(super) struct Timings {
    session: AtomicU64,
    render: AtomicU64,
    db: AtomicU64,
    queries: AtomicU64,
    shown: AtomicBool,
}

impl Timings {
    pub(super) fn session_ms(&self) -> f64 {
        milliseconds(&self.session)
    }

    pub(super) fn render_ms(&self) -> f64 {
        milliseconds(&self.render)
    }

    pub(super) fn db_ms(&self) -> f64 {
        milliseconds(&self.db)
    }

    pub(super) fn queries(&self) -> u64 {
        self.queries.load(Relaxed)
    }

    pub(super) fn is_shown(&self) -> bool {
        self.shown.load(Relaxed)
    }
}

/// Runs a request with timings of its own.
pub(super) async fn scope<F: Future>(timings: Arc<Timings>, request: F) -> F::Output {
    CURRENT.scope(timings, request).await
}

/// Counts one query of the current request.
pub(super) fn add_query(elapsed: Duration) {
    add(|timings| {
        timings.queries.fetch_add(1, Relaxed);
        timings.db.fetch_add(microseconds(elapsed), Relaxed);
    });
}

/// Counts the time of finding out who asks.
pub async fn time_session<F: Future>(work: F) -> F::Output {
    let started = Instant::now();
    let result = work.await;
    add(|timings| {
        timings.session.fetch_add(microseconds(started.elapsed()), Relaxed);
    });
    result
}

/// Counts the time of making HTML.
pub fn time_render<T>(work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    add(|timings| {
        timings.render.fetch_add(microseconds(started.elapsed()), Relaxed);
    });
    result
}

/// Lets the current response carry its timings: an admin is looking.
pub fn show_timing() {
    add(|timings| timings.shown.store(true, Relaxed));
}

/// Outside a request (jobs, commands) there is nothing to add to.
fn add(change: impl FnOnce(&Timings)) {
    if let Ok(timings) = CURRENT.try_with(Arc::clone) {
        change(&timings);
    }
}

fn microseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "no request takes so long that it would matter")]
fn milliseconds(sum: &AtomicU64) -> f64 {
    sum.load(Relaxed) as f64 / 1000.0
}
