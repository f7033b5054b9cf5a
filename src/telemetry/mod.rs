//! What one request did: an id, one log line, timings, metrics.

mod layer;
pub mod metrics;
mod queries;
mod timings;

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::LogFormat;

pub use layer::{RequestId, observe};
pub use timings::{show_timing, time_render, time_session};

/// Sends log lines to stderr. Queries are counted whatever the filter lets through.
///
/// # Errors
/// The filter cannot be understood, or a logger is installed already.
pub fn init(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter: EnvFilter = filter.parse()?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match format {
        LogFormat::Pretty => lines.with_target(false).compact().boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).boxed(),
    };
    tracing_subscriber::registry().with(queries::counter()).with(lines.with_filter(filter)).try_init()?;
    Ok(())
}
