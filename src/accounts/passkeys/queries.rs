//! Every SQL statement about passkeys.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::session::UserId;

/// A passkey in the list.
pub(super) struct Listed {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
}

pub(super) async fn list(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        "select id, name, created_at, last_used_at from passkeys where user_id = $1 order by id limit 50",
        user
    )
    .fetch_all(db)
    .await
}

/// How many somebody has.
pub(in crate::accounts) async fn count(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from passkeys where user_id = $1"#, user)
        .fetch_one(db)
        .await
}

/// What the devices know an account by, and the passkeys that it has.
pub(super) async fn known(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> sqlx::Result<Option<(Uuid, Vec<Vec<u8>>)>> {
    let row = sqlx::query!(
        r#"
        select passkey_handle,
            array(select p.credential_id from passkeys p where p.user_id = u.id) as "credentials!"
        from users u
        where id = $1
        "#,
        user
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.passkey_handle, row.credentials)))
}

/// A passkey and whose it is; accounts that may not come in have none.
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) user_id: UserId,
    pub(super) credential: serde_json::Value,
}

pub(super) async fn find(
    db: impl PgExecutor<'_>,
    handle: Uuid,
    credential_id: &[u8],
) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as!(
        Kept,
        r#"
        select p.id, p.user_id, p.credential
        from passkeys p
        join users u on u.id = p.user_id
        where p.credential_id = $2 and u.passkey_handle = $1
            and u.email_verified_at is not null and u.approved_at is not null
        "#,
        handle,
        credential_id
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    user: UserId,
    name: &str,
    (credential_id, credential): (&[u8], &serde_json::Value),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into passkeys (user_id, credential_id, credential, name) values ($1, $2, $3, $4)",
        user,
        credential_id,
        credential,
        name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that it was used, with its counter.
pub(super) async fn used(
    db: impl PgExecutor<'_>,
    id: i64,
    credential: &serde_json::Value,
) -> sqlx::Result<()> {
    sqlx::query!("update passkeys set credential = $2, last_used_at = now() where id = $1", id, credential)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes one of somebody's; false when it is none of theirs.
pub(super) async fn delete(db: impl PgExecutor<'_>, user: UserId, id: i64) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("delete from passkeys where user_id = $1 and id = $2", user, id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a challenge up: true for exactly one of those who try, and only before it is over by the database's clock.
pub(super) async fn spend(db: impl PgExecutor<'_>, hash: &[u8], expires_at: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        insert into spent (value_hash, expires_at)
        select $1, to_timestamp($2::bigint)
        where to_timestamp($2::bigint) > now()
        on conflict (value_hash) do nothing
        "#,
        hash,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
