//! Numbers for Prometheus: requests by route, the pool, the queue.

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Buckets of the durations, in seconds: a page should be in the first ones.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

/// What is known only when somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct Gauges {
    /// Open database connections.
    pub pool_size: u32,
    /// Those of them that wait for work.
    pub pool_idle: usize,
    /// Jobs waiting or running.
    pub jobs_waiting: i64,
    /// Dead letters.
    pub jobs_dead: i64,
}

/// Begins to count; once per process.
///
/// # Errors
/// Another recorder is installed.
pub fn install() -> anyhow::Result<()> {
    let matcher = Matcher::Full("http_request_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(matcher, &BUCKETS)?.install_recorder()?;
    // a second call would have failed above
    HANDLE.get_or_init(|| handle);
    Ok(())
}

/// The text that Prometheus reads.
#[expect(clippy::cast_precision_loss, reason = "gauges are floats")]
pub fn render(gauges: Gauges) -> String {
    metrics::gauge!("database_connections").set(f64::from(gauges.pool_size));
    metrics::gauge!("database_connections_idle").set(gauges.pool_idle as f64);
    metrics::gauge!("jobs_waiting").set(gauges.jobs_waiting as f64);
    metrics::gauge!("jobs_dead").set(gauges.jobs_dead as f64);
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

pub(super) fn count(method: &str, route: &str, status: u16, elapsed: Duration) {
    let labels = [
        ("method", known_method(method).to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", "route" => route.to_owned()).record(elapsed.as_secs_f64());
}

/// A client may invent methods; each would be a time series of its own.
fn known_method(method: &str) -> &str {
    if matches!(method, "GET" | "POST" | "HEAD" | "OPTIONS" | "PUT" | "PATCH" | "DELETE") {
        method
    } else {
        "other"
    }
}
