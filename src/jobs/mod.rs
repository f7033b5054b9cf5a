//! Work after the request: a queue in PostgreSQL. A job is enqueued in the transaction of the write that asks for
//! it, claimed with `skip locked`, tried again with growing pauses, and kept as a dead letter when all tries failed.
//! A job may run twice (a process can die after its effect): each must bear that.
//!
//! Owns `jobs`.

pub mod queries;
mod registry;
mod worker;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

use crate::state::AppState;

pub use registry::Registry;
pub use worker::{run_due, work};

/// One kind of work. The value itself is the payload: ids, not copies of rows.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// The name in the table; never reused for anything else.
    const KIND: &'static str;

    /// Tells apart what must happen once each: while a job with this key waits, another is not added.
    fn key(&self) -> String;

    /// Does it.
    fn run(self, app: &AppState) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Adds a job, as part of the caller's transaction.
///
/// # Errors
/// The database is away.
pub async fn enqueue<J: Job>(db: &mut PgConnection, job: &J) -> crate::error::Result<()> {
    enqueue_at(db, job, Utc::now()).await
}

/// Adds a job that is not run before `at`.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_at<J: Job>(
    db: &mut PgConnection,
    job: &J,
    at: DateTime<Utc>,
) -> crate::error::Result<()> {
    let payload = serde_json::to_value(job).map_err(anyhow::Error::from)?;
    queries::insert(db, J::KIND, &job.key(), &payload, at).await?;
    Ok(())
}
