//! Every SQL statement about second factors.

use sqlx::{PgConnection, PgExecutor};

use crate::session::UserId;

/// The secret of an account, sealed, and what time it is.
pub(super) struct Kept {
    pub(super) sealed: Vec<u8>,
    /// Seconds since 1970 by the database's clock.
    pub(super) now: i64,
}

pub(super) async fn kept(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as!(
        Kept,
        r#"
        select totp_sealed as "sealed!", extract(epoch from now())::bigint as "now!"
        from users
        where id = $1 and totp_sealed is not null
        "#,
        user
    )
    .fetch_optional(db)
    .await
}

/// Seconds since 1970 by the database's clock.
pub(super) async fn now(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select extract(epoch from now())::bigint as "now!""#).fetch_one(db).await
}

/// Uses a time step up: true for exactly one of those who try, and never for an earlier step.
pub(super) async fn use_step(db: impl PgExecutor<'_>, user: UserId, step: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set totp_step = $2 where id = $1 and coalesce(totp_step, -1) < $2",
        user,
        step
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses a recovery code up: true for exactly one of those who try.
pub(super) async fn use_recovery_code(
    db: impl PgExecutor<'_>,
    user: UserId,
    hash: &[u8],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null",
        user,
        hash
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Recovery codes that are still good.
pub(super) async fn codes_left(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from recovery_codes where user_id = $1 and used_at is null"#,
        user
    )
    .fetch_one(db)
    .await
}

/// Puts these recovery codes in the place of all earlier ones.
pub(super) async fn replace_codes(
    db: &mut PgConnection,
    user: UserId,
    hashes: &[Vec<u8>],
) -> sqlx::Result<()> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user).execute(&mut *db).await?;
    sqlx::query!(
        "insert into recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])",
        user,
        hashes
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Sets the secret; its first step is used up by the code that proved it.
pub(super) async fn turn_on(
    db: impl PgExecutor<'_>,
    user: UserId,
    sealed: &[u8],
    step: i64,
) -> sqlx::Result<()> {
    sqlx::query!("update users set totp_sealed = $2, totp_step = $3 where id = $1", user, sealed, step)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes the secret and all recovery codes; false when there was none.
pub(super) async fn turn_off(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with codes as (delete from recovery_codes where user_id = $1)
        update users set totp_sealed = null, totp_step = null where id = $1 and totp_sealed is not null
        "#,
        user
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
