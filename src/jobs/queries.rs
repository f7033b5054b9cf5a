//! Every SQL statement about the queue.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

pub(super) struct Claimed {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) attempts: i32,
}

/// How many jobs wait, and how many have failed for good.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Waiting or running.
    pub waiting: i64,
    /// Dead letters.
    pub dead: i64,
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    kind: &str,
    key: &str,
    payload: &Value,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into jobs (kind, key, payload, run_at)
        values ($1, $2, $3, $4)
        on conflict (kind, key) where dead_at is null do nothing
        "#,
        kind,
        key,
        payload,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the job that is due longest, for five minutes: then it counts as lost, and another process may have it.
pub(super) async fn claim(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"
        update jobs
        set locked_until = now() + interval '5 minutes', attempts = attempts + 1
        where id = (
            select id
            from jobs
            where dead_at is null and run_at <= now() and (locked_until is null or locked_until < now())
            order by run_at, id
            limit 1
            for update skip locked
        )
        returning id, kind, payload, attempts
        "#
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn delete(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from jobs where id = $1", id).execute(db).await?;
    Ok(())
}

pub(super) async fn retry_in(
    db: impl PgExecutor<'_>,
    id: i64,
    seconds: f64,
    error: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update jobs
        set run_at = now() + make_interval(secs => $2), locked_until = null, last_error = $3
        where id = $1
        "#,
        id,
        seconds,
        error
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn bury(db: impl PgExecutor<'_>, id: i64, error: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update jobs set dead_at = now(), locked_until = null, last_error = $2 where id = $1",
        id,
        error
    )
    .execute(db)
    .await?;
    Ok(())
}

/// For the metrics and the admin's overview.
pub async fn counts(db: impl PgExecutor<'_>) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"
        select count(*) filter (where dead_at is null) as "waiting!",
            count(*) filter (where dead_at is not null) as "dead!"
        from jobs
        "#
    )
    .fetch_one(db)
    .await
}
