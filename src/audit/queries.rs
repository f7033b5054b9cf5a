//! Every SQL statement about the log.

use ipnetwork::IpNetwork;
use sqlx::PgExecutor;

use super::model::{Action, Entry, Wanted};
use crate::session::UserId;

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    (actor_id, actor, network): (Option<UserId>, &str, Option<IpNetwork>),
    action: &str,
    target: &str,
    detail: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_log (actor_id, actor, action, target, detail, network) values ($1, $2, $3, $4, $5, $6)",
        actor_id,
        actor,
        action,
        target,
        detail,
        network
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn list(db: impl PgExecutor<'_>, wanted: &Wanted, limit: i64) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"
        select id, at, actor, action, target, detail, network
        from audit_log
        where ($1::text is null or action = $1)
            and ($2 = '' or actor = $2 or target = $2)
            and ($3::timestamptz is null or at >= $3)
            and ($4::bigint is null or id < $4)
        order by id desc
        limit $5
        "#,
        wanted.action.map(Action::code),
        wanted.person,
        wanted.since,
        wanted.before,
        limit
    )
    .fetch_all(db)
    .await
}

pub(super) async fn of_user(db: impl PgExecutor<'_>, user: UserId, handle: &str) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"
        select id, at, actor, action, target, detail, network
        from audit_log
        where actor_id = $1
            -- a handle may have been somebody else's before
            or (target = $2 and at >= (select created_at from users where users.id = $1))
        order by id desc
        limit 10000
        "#,
        user,
        handle
    )
    .fetch_all(db)
    .await
}

pub(super) async fn forget_addresses(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "update audit_log set network = null where network is not null and at < now() - interval '1 year'"
    )
    .execute(db)
    .await?;
    Ok(())
}
