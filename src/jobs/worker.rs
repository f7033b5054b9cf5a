//! The loop that works the queue.

use std::{future::Future, time::Duration};

use futures_util::FutureExt as _;
use sqlx::postgres::PgListener;

use super::{Registry, queries};
use crate::state::AppState;

/// Tries before a job becomes a dead letter: with the pauses below, about a day.
const ATTEMPTS: i32 = 12;

/// Works the queue until `stop` resolves; the job under way is finished first.
pub async fn work(app: AppState, registry: Registry, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut listener = None;
    loop {
        match run_due(&app, &registry).await {
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "queue: the database is away, trying again");
                listener = None;
            }
        }
        if listener.is_none() {
            listener = listen(&app).await;
        }
        // a new job wakes us; retries that fall due are found by the clock
        tokio::select! {
            () = &mut stop => return,
            () = wait(&mut listener) => {}
        }
    }
}

/// Runs whatever is due now, one after another; the number of jobs that were tried.
///
/// # Errors
/// The database is away. A job that fails is not an error here: it is tried again later.
pub async fn run_due(app: &AppState, registry: &Registry) -> sqlx::Result<usize> {
    let mut tried = 0;
    while let Some(job) = queries::claim(&app.db).await? {
        tried += 1;
        let started = std::time::Instant::now();
        match attempt(app, registry, &job).await {
            Ok(()) => {
                queries::delete(&app.db, job.id).await?;
                let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
                tracing::info!(job.kind, job.id, ms, "job done");
            }
            Err(error) => give_back(app, &job, &error).await?,
        }
    }
    Ok(tried)
}

async fn attempt(app: &AppState, registry: &Registry, job: &queries::Claimed) -> anyhow::Result<()> {
    let Some(runner) = registry.runner(&job.kind) else {
        anyhow::bail!("this program does not know jobs of the kind {}", job.kind);
    };
    let run = std::panic::AssertUnwindSafe(runner(app.clone(), job.payload.clone())).catch_unwind();
    match tokio::time::timeout(Duration::from_secs(240), run).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => anyhow::bail!("the job panicked"),
        Err(_) => anyhow::bail!("the job took longer than four minutes"),
    }
}

async fn give_back(app: &AppState, job: &queries::Claimed, error: &anyhow::Error) -> sqlx::Result<()> {
    let message = format!("{error:#}");
    if job.attempts >= ATTEMPTS {
        tracing::error!(job.kind, job.id, job.attempts, error = message, "job given up");
        return queries::bury(&app.db, job.id, &message).await;
    }
    tracing::warn!(job.kind, job.id, job.attempts, error = message, "job failed, will be tried again");
    // 10 s, 20 s, 40 s … at most 4 h
    let pause = 10.0 * f64::from(2_i32.pow(u32::try_from(job.attempts - 1).unwrap_or(0).min(11)));
    queries::retry_in(&app.db, job.id, pause.min(14_400.0), &message).await
}

async fn listen(app: &AppState) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(&app.db).await.ok()?;
    listener.listen("quire_jobs").await.ok()?;
    Some(listener)
}

async fn wait(listener: &mut Option<PgListener>) {
    let tick = tokio::time::sleep(Duration::from_secs(5));
    match listener {
        None => tick.await,
        Some(open) => {
            let lost = tokio::select! {
                () = tick => false,
                notified = open.recv() => notified.is_err(),
            };
            if lost {
                *listener = None;
            }
        }
    }
}
