//! Every SQL statement about invitations.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::forms::NewInvite;
use crate::session::{Role, UserId};

/// An invitation in the list.
pub(super) struct Invite {
    pub(super) id: i64,
    pub(super) role: Role,
    pub(super) note: String,
    pub(super) created_by: Option<String>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_by: Option<String>,
    pub(super) used: bool,
    pub(super) over: bool,
}

/// The newest hundred.
pub(super) async fn list(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Invite>> {
    sqlx::query_as!(
        Invite,
        r#"
        select i.id, i.role as "role: Role", i.note, c.name as "created_by?", i.expires_at, u.name as "used_by?",
            i.used_at is not null as "used!", i.expires_at < now() as "over!"
        from invites i
        left join users c on c.id = i.created_by
        left join users u on u.id = i.used_by
        order by i.id desc
        limit 100
        "#
    )
    .fetch_all(db)
    .await
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    new: &NewInvite,
    by: UserId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into invites (token_hash, role, note, created_by, expires_at)
        values ($1, $2, $3, $4, now() + make_interval(days => $5))
        returning id
        "#,
        hash,
        new.role.as_str(),
        new.note,
        by,
        new.days
    )
    .fetch_one(db)
    .await
}

pub(super) async fn revoke(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from invites where id = $1 and used_at is null", id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find(db: impl PgExecutor<'_>, hash: &[u8]) -> sqlx::Result<Option<(i64, Role)>> {
    let row = sqlx::query!(
        r#"
        select id, role as "role: Role"
        from invites
        where token_hash = $1 and used_at is null and expires_at > now()
        "#,
        hash
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.role)))
}

pub(super) async fn take(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update invites set used_at = now() where id = $1 and used_at is null and expires_at > now()",
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn used_by(db: impl PgExecutor<'_>, id: i64, user: UserId) -> sqlx::Result<()> {
    sqlx::query!("update invites set used_by = $2 where id = $1", id, user).execute(db).await?;
    Ok(())
}
