//! Every SQL statement about what is to be sealed anew.

use sqlx::PgExecutor;

use crate::{accounts::queries::columns, mail::KeptAddress, session::UserId};

/// An address that is to be sealed with the key in force.
pub(super) struct KeptOrOpen {
    pub(super) id: UserId,
    pub(super) open: Option<String>,
    pub(super) sealed: Option<Vec<u8>>,
}

pub(super) async fn addresses_to_seal(
    db: impl PgExecutor<'_>,
    current: &[u8],
) -> sqlx::Result<Vec<KeptOrOpen>> {
    sqlx::query_as!(
        KeptOrOpen,
        r#"
        select id, email as open, email_sealed as sealed
        from users
        where email is not null or substring(email_sealed from 2 for 4) <> $1
        "#,
        current
    )
    .fetch_all(db)
    .await
}

pub(super) async fn set_address(
    db: impl PgExecutor<'_>,
    id: UserId,
    kept: Option<KeptAddress>,
) -> sqlx::Result<()> {
    let (sealed, key) = columns(kept);
    sqlx::query!(
        "update users set email = null, email_sealed = $2, email_key = $3 where id = $1",
        id,
        sealed,
        key
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Second factors that an older key sealed.
pub(super) async fn second_factors_to_seal(
    db: impl PgExecutor<'_>,
    current: &[u8],
) -> sqlx::Result<Vec<(UserId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select id, totp_sealed as "sealed!" from users where substring(totp_sealed from 2 for 4) <> $1"#,
        current
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.sealed)).collect())
}

pub(super) async fn reseal_second_factor(
    db: impl PgExecutor<'_>,
    id: UserId,
    sealed: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!("update users set totp_sealed = $2 where id = $1", id, sealed).execute(db).await?;
    Ok(())
}

/// Ends all links and changes of address under way.
pub(super) async fn delete_links(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("with changes as (delete from email_changes) delete from account_tokens")
        .execute(db)
        .await?;
    Ok(())
}

/// Password hashes that still need a key that is not in force: who logs in gets a new one.
pub(super) async fn hashes_with_older_keys(db: impl PgExecutor<'_>, current: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "n!"
        from users
        where password_hash like '%keyid=%' and password_hash not like '%keyid=' || $1 || '%'
        "#,
        current
    )
    .fetch_one(db)
    .await
}

/// Mails of this room that wait in the queue, and those that were given up.
pub(super) async fn mails_waiting(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where kind like 'accounts.%'"#)
        .fetch_one(db)
        .await
}
