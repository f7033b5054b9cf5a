//! Every SQL statement about accounts.

use sqlx::PgExecutor;

use super::{model::NewAccount, tokens::Purpose};
use crate::session::{Role, UserId};

pub(super) async fn insert(db: impl PgExecutor<'_>, new: &NewAccount, handle: &str) -> sqlx::Result<UserId> {
    sqlx::query_scalar!(
        r#"
        insert into users (handle, name, email, email_verified_at, password_hash, role)
        values ($1, $2, $3, case when $4 then now() end, $5, $6)
        returning id
        "#,
        handle,
        new.name,
        new.email,
        new.email_verified,
        new.password_hash,
        new.role.as_str()
    )
    .fetch_one(db)
    .await
}

pub(super) async fn handles_like(db: impl PgExecutor<'_>, handle: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select handle from users where handle = $1 or handle like $1 || '-%'", handle)
        .fetch_all(db)
        .await
}

/// Makes everybody who sets up the blog wait for each other.
pub(super) async fn lock_setup(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(7201)").execute(db).await?;
    Ok(())
}

/// True when the blog has an admin.
pub async fn has_admin(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from users where role = 'admin') as "exists!""#)
        .fetch_one(db)
        .await
}

/// What logging in needs to know.
pub(super) struct Credentials {
    pub(super) id: UserId,
    pub(super) password_hash: Option<String>,
    pub(super) verified: bool,
    pub(super) role: Role,
}

pub(super) async fn credentials(db: impl PgExecutor<'_>, email: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"
        select id, password_hash, email_verified_at is not null as "verified!", role as "role: Role"
        from users
        where email = $1
        "#,
        email
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn password_hash(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select password_hash from users where id = $1", id).fetch_one(db).await
}

/// The account that an address belongs to.
pub async fn by_email(db: impl PgExecutor<'_>, email: &str) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar!("select id from users where email = $1", email).fetch_optional(db).await
}

/// Sets a password and ends what was begun with the old one; the address that received the link is proven.
pub(super) async fn set_password(
    db: impl PgExecutor<'_>,
    id: UserId,
    hash: &str,
    email_proven: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update users
        set password_hash = $2, session_epoch = session_epoch + 1,
            email_verified_at = case when $3 then coalesce(email_verified_at, now()) else email_verified_at end
        where id = $1
        "#,
        id,
        hash,
        email_proven
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn set_verified(db: impl PgExecutor<'_>, id: UserId, email: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set email_verified_at = coalesce(email_verified_at, now()) where id = $1 and email = $2",
        id,
        email
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn bio(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<String> {
    sqlx::query_scalar!("select bio from users where id = $1", id).fetch_one(db).await
}

/// Saves what readers see of an account.
pub async fn set_profile(db: impl PgExecutor<'_>, id: UserId, name: &str, bio: &str) -> sqlx::Result<()> {
    sqlx::query!("update users set name = $2, bio = $3 where id = $1", id, name, bio).execute(db).await?;
    Ok(())
}

/// Changes a role and ends the sessions that were begun with the old one. The last admin keeps theirs: false.
pub async fn set_role(db: impl PgExecutor<'_>, id: UserId, role: Role) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with admins as (select id from users where role = 'admin' order by id for update)
        update users
        set role = $2, session_epoch = session_epoch + 1
        where id = $1 and ($2 = 'admin' or role <> 'admin' or (select count(*) from admins) > 1)
        "#,
        id,
        role.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of an account.
pub async fn end_sessions(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<()> {
    sqlx::query!("update users set session_epoch = session_epoch + 1 where id = $1", id).execute(db).await?;
    Ok(())
}

/// Keeps a token's hash; its time is the database's.
pub(super) async fn insert_token(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    (user, email): (UserId, &str),
    purpose: Purpose,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into account_tokens (token_hash, user_id, purpose, email, expires_at)
        values ($1, $2, $3, $4, now() + make_interval(hours => $5))
        "#,
        hash,
        user,
        purpose.as_str(),
        email,
        purpose.hours()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose token it is, while it is good.
pub(super) struct Held {
    pub(super) user_id: UserId,
    pub(super) email: String,
}

pub(super) async fn token(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    purpose: Purpose,
) -> sqlx::Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        r#"
        select t.user_id, t.email
        from account_tokens t
        join users u on u.id = t.user_id and u.email = t.email
        where t.token_hash = $1 and t.purpose = $2 and t.expires_at > now()
        "#,
        hash,
        purpose.as_str()
    )
    .fetch_optional(db)
    .await
}

/// Uses a token up, with all others of its kind for the same account: true for exactly one of those who try.
pub(super) async fn use_token(db: impl PgExecutor<'_>, hash: &[u8], purpose: Purpose) -> sqlx::Result<bool> {
    let used = sqlx::query_scalar!(
        r#"
        with used as (
            delete from account_tokens
            where purpose = $2 and user_id = (
                select user_id from account_tokens
                where token_hash = $1 and purpose = $2 and expires_at > now()
                for update
            )
            returning token_hash
        )
        select exists (select from used where token_hash = $1) as "used!"
        "#,
        hash,
        purpose.as_str()
    )
    .fetch_one(db)
    .await?;
    Ok(used)
}

/// Deletes tokens whose time is over.
pub async fn delete_expired_tokens(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from account_tokens where expires_at < now()").execute(db).await?;
    Ok(())
}

/// The author of that name who cannot log in, as an earlier import made them.
pub async fn byline(db: impl PgExecutor<'_>, name: &str) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar!("select id from users where name = $1 order by email is not null, id limit 1", name)
        .fetch_optional(db)
        .await
}
