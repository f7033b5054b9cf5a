//! Every SQL statement about rate limits.

use sqlx::PgExecutor;

pub(super) struct Window {
    pub(super) hits: i32,
    pub(super) seconds_left: i32,
}

/// Counts one try in the window that holds now.
pub(super) async fn hit(db: impl PgExecutor<'_>, key: &str, seconds: f64) -> sqlx::Result<Window> {
    sqlx::query_as!(
        Window,
        r#"
        insert into rate_limits (key, window_start)
        values ($1, date_bin(make_interval(secs => $2), now(), 'epoch'))
        on conflict (key, window_start) do update set hits = rate_limits.hits + 1
        returning hits,
            ceil(extract(epoch from window_start + make_interval(secs => $2) - now()))::int as "seconds_left!"
        "#,
        key,
        seconds
    )
    .fetch_one(db)
    .await
}

/// Deletes windows that began more than a day ago.
pub(super) async fn delete_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from rate_limits where window_start < now() - interval '1 day'").execute(db).await?;
    Ok(())
}
