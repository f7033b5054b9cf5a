//! Every SQL statement about sessions, apart from the store's own.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{Role, User, UserId, store::shown};

pub(super) struct Account {
    id: UserId,
    handle: String,
    name: String,
    role: Role,
    avatar: Option<String>,
    pub(super) epoch: i32,
    /// Seconds since 1970 by the database's clock.
    pub(super) now: i64,
}

impl Account {
    /// `held_back`: the role asks for a second factor, and this session has none.
    pub(super) fn user(self, roles_with_second: &[Role], second: bool) -> User {
        let Self { id, handle, name, role, avatar, .. } = self;
        let held_back = !second && roles_with_second.contains(&role);
        User { id, handle, name, role, avatar, held_back }
    }
}

pub(super) async fn account(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"
        select id, handle, name, role as "role: Role", avatar, session_epoch as epoch,
            extract(epoch from now())::bigint as "now!"
        from users
        where id = $1
        "#,
        id
    )
    .fetch_optional(db)
    .await
}

/// A session of somebody, as they see it.
#[derive(Debug)]
pub struct OpenSession {
    /// Names it in forms.
    pub id: String,
    /// Such as `Firefox on Linux`.
    pub device: String,
    /// The network it was begun from.
    pub network: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the hour.
    pub last_used_at: DateTime<Utc>,
}

/// The sessions of somebody, the last used one first.
pub async fn list(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Vec<OpenSession>> {
    let rows = sqlx::query!(
        r#"
        select s.id_hash, coalesce(s.data->'user'->>'device', '') as "device!",
            coalesce(s.data->'user'->>'network', '') as "network!", s.created_at,
            to_timestamp((s.data->'user'->>'seen')::bigint) as "last_used_at!"
        from sessions s
        join users u on u.id = s.user_id and u.session_epoch = (s.data->'user'->>'epoch')::int
        where s.user_id = $1 and s.expires_at > now()
        order by 5 desc, s.created_at desc
        limit 100
        "#,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OpenSession {
            id: shown(&row.id_hash),
            device: row.device,
            network: row.network,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        })
        .collect())
}

/// Ends one session of somebody; false when it is none of theirs.
pub async fn end_one(db: impl PgExecutor<'_>, user: UserId, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from sessions where user_id = $1 and encode(substring(id_hash from 1 for 8), 'hex') = $2",
        user,
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all sessions of a user: they fail at the next request, everywhere.
pub async fn delete_of_user(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where user_id = $1", user).execute(db).await?;
    Ok(())
}

/// Deletes sessions that are over anyway.
pub async fn delete_expired(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where expires_at < now()").execute(db).await?;
    Ok(())
}
