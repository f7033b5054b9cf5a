//! Every SQL statement about rate limits.

use sqlx::PgExecutor;

use super::{Backoff, Waiting};

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

pub(super) struct Entry {
    /// `None`: the try may be made, and is counted.
    pub(super) wait_seconds: Option<i32>,
    pub(super) next_waits: bool,
}

/// Counts one try, unless it has to wait. A day without tries forgives all.
pub(super) async fn enter(
    db: impl PgExecutor<'_>,
    key: &str,
    label: &str,
    backoff: Backoff,
) -> sqlx::Result<Entry> {
    sqlx::query_as!(
        Entry,
        r#"
        insert into backoffs as b (key, label, failures, last_at)
        values ($1, $2, 1, now())
        on conflict (key) do update set
            label = excluded.label,
            last_at = case when b.blocked_until > now() then b.last_at else now() end,
            failures = case
                when b.blocked_until > now() then b.failures
                when b.last_at < now() - interval '1 day' then 1
                else b.failures + 1
            end,
            blocked_until = case
                when b.blocked_until > now() then b.blocked_until
                when b.last_at < now() - interval '1 day' or b.failures + 1 < $3 then '-infinity'
                else now() + make_interval(secs => least($5, $4 * power(2, least(b.failures + 1 - $3, 20))))
            end
        returning case
            when last_at <> now() then ceil(extract(epoch from blocked_until - now()))::int
        end as wait_seconds,
            blocked_until > now() as "next_waits!"
        "#,
        key,
        label,
        backoff.free,
        f64::from(backoff.first_wait),
        f64::from(backoff.longest_wait)
    )
    .fetch_one(db)
    .await
}

pub(super) async fn forgive(db: impl PgExecutor<'_>, key: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from backoffs where key = $1", key).execute(db).await?;
    Ok(())
}

pub(super) async fn waiting(
    db: impl PgExecutor<'_>,
    names: &[String],
    max: &[i32],
    seconds: &[f64],
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        r#"
        select key as "key!", label as "label!", failures as "failures!", blocked_until as "until!"
        from backoffs
        where blocked_until > now()
        union all
        select r.key, r.key, r.hits, r.window_start + make_interval(secs => l.seconds)
        from unnest($1::text[], $2::int[], $3::float8[]) as l (name, max, seconds)
        join rate_limits r on r.key like l.name || ':%' and r.hits > l.max
            and r.window_start + make_interval(secs => l.seconds) > now()
        order by 4 desc
        limit 100
        "#,
        names,
        max,
        seconds
    )
    .fetch_all(db)
    .await
}

pub(super) async fn lift(db: impl PgExecutor<'_>, key: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        with lifted as (delete from backoffs where key = $1 returning label),
            opened as (delete from rate_limits where key = $1 returning key)
        select label as "label!" from lifted
        union all
        select key from opened
        limit 1
        "#,
        key
    )
    .fetch_optional(db)
    .await
}

/// Deletes windows that began more than a day ago, and tries as old.
pub(super) async fn delete_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with tries as (delete from backoffs where last_at < now() - interval '1 day' and blocked_until < now())
        delete from rate_limits where window_start < now() - interval '1 day'
        "#
    )
    .execute(db)
    .await?;
    Ok(())
}
