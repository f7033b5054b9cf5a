//! Every SQL statement about accounts.

use sqlx::PgExecutor;

use super::{model::NewAccount, tokens::Purpose};
use crate::{
    crypto::Keys,
    mail::{Address, KeptAddress},
    session::{Role, UserId},
};

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    keys: &Keys,
    new: &NewAccount,
    handle: &str,
) -> sqlx::Result<UserId> {
    let (sealed, key) = columns(new.email.as_ref().map(|email| email.kept(keys)));
    sqlx::query_scalar!(
        r#"
        insert into users (handle, name, email_sealed, email_key, email_verified_at, approved_at, password_hash, role)
        values ($1, $2, $3, $4, case when $5 then now() end, case when $6 then now() end, $7, $8)
        returning id
        "#,
        handle,
        new.name,
        sealed,
        key,
        new.email_verified,
        new.approved,
        new.password_hash,
        new.role.as_str()
    )
    .fetch_one(db)
    .await
}

pub(super) fn columns(kept: Option<KeptAddress>) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    kept.map(|kept| (kept.sealed, kept.key)).unzip()
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
    pub(super) handle: String,
    pub(super) password_hash: Option<String>,
    pub(super) verified: bool,
    pub(super) approved: bool,
    pub(super) has_second_factor: bool,
}

pub(super) async fn credentials(
    db: impl PgExecutor<'_>,
    keys: &Keys,
    email: &Address,
) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"
        select id, handle, password_hash, email_verified_at is not null as "verified!",
            approved_at is not null as "approved!", totp_sealed is not null as "has_second_factor!"
        from users
        where email_key = any($1)
        "#,
        &email.lookup(keys)
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn password_hash(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select password_hash from users where id = $1", id).fetch_one(db).await
}

/// Replaces a hash by one of today's cost and key, unless the password was changed meanwhile.
pub(super) async fn refresh_hash(
    db: impl PgExecutor<'_>,
    id: UserId,
    old: &str,
    new: &str,
) -> sqlx::Result<()> {
    sqlx::query!("update users set password_hash = $3 where id = $1 and password_hash = $2", id, old, new)
        .execute(db)
        .await?;
    Ok(())
}

/// The account that an address belongs to.
pub async fn by_email(db: impl PgExecutor<'_>, keys: &Keys, email: &Address) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar!("select id from users where email_key = any($1)", &email.lookup(keys))
        .fetch_optional(db)
        .await
}

/// The sealed address of an account; `None`: no such account, or one without.
pub async fn sealed_email(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<Vec<u8>>> {
    let sealed = sqlx::query_scalar!("select email_sealed from users where id = $1", id);
    Ok(sealed.fetch_optional(db).await?.flatten())
}

/// The name in addresses of an account.
pub async fn handle(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select handle from users where id = $1", id).fetch_optional(db).await
}

/// The name in addresses, and the role, of an account.
pub(super) async fn handle_and_role(
    db: impl PgExecutor<'_>,
    id: UserId,
) -> sqlx::Result<Option<(String, Role)>> {
    let row = sqlx::query!(r#"select handle, role as "role: Role" from users where id = $1"#, id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| (row.handle, row.role)))
}

/// Sets a password and ends what was begun with the old one, links for another one too; the address that received the link is proven.
pub(super) async fn set_password(
    db: impl PgExecutor<'_>,
    id: UserId,
    hash: &str,
    email_proven: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with links as (delete from account_tokens where user_id = $1 and purpose = 'reset')
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

pub(super) async fn set_verified(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<()> {
    sqlx::query!("update users set email_verified_at = coalesce(email_verified_at, now()) where id = $1", id)
        .execute(db)
        .await?;
    Ok(())
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
    (user, email_key): (UserId, &[u8]),
    purpose: Purpose,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into account_tokens (token_hash, user_id, purpose, email_key, expires_at)
        values ($1, $2, $3, $4, now() + make_interval(mins => $5))
        "#,
        hash,
        user,
        purpose.as_str(),
        email_key,
        purpose.minutes()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose token it is, while it is good.
pub(super) struct Held {
    pub(super) user_id: UserId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) email_sealed: Vec<u8>,
    pub(super) approved: bool,
}

pub(super) async fn token(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    purpose: Purpose,
) -> sqlx::Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        r#"
        select t.user_id, u.handle, u.name, u.email_sealed as "email_sealed!",
            u.approved_at is not null as "approved!"
        from account_tokens t
        join users u on u.id = t.user_id and u.email_key = t.email_key
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

/// Lets somebody in who waits for it: false when they do not wait.
pub async fn approve(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<bool> {
    let done = sqlx::query!("update users set approved_at = now() where id = $1 and approved_at is null", id)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets somebody who waits to be let in: false when they do not wait. They have never been logged in.
pub async fn decline(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("delete from users where id = $1 and approved_at is null", id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

/// True when the blog would be without an admin if this one left.
pub async fn is_last_admin(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from users where id = $1 and role = 'admin')
            and not exists (select from users where id <> $1 and role = 'admin') as "last!"
        "#,
        id
    )
    .fetch_one(db)
    .await
}

/// Takes everything from an account that says whose it was; the row stays, so that what they wrote stays in order.
/// The last admin stays: false.
pub async fn erase(db: &mut sqlx::PgConnection, id: UserId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with admins as (select id from users where role = 'admin' order by id for update)
        update users
        set name = 'Somebody who left', handle = 'left-' || users.id, bio = '', avatar = null, role = 'reader',
            email = null, email_sealed = null, email_key = null, email_verified_at = null, password_hash = null,
            totp_sealed = null, totp_step = null, passkey_handle = gen_random_uuid(),
            session_epoch = session_epoch + 1, deleted_at = now()
        where users.id = $1 and (users.role <> 'admin' or (select count(*) from admins) > 1)
        "#,
        id
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        r#"
        with codes as (delete from recovery_codes where user_id = $1),
            keys as (delete from passkeys where user_id = $1),
            changes as (delete from email_changes where user_id = $1)
        delete from account_tokens where user_id = $1
        "#,
        id
    )
    .execute(&mut *db)
    .await?;
    Ok(true)
}

/// Deletes what has served its time: links, changes of address, answered challenges, invitations a month after.
pub async fn delete_expired(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with changes as (delete from email_changes where expires_at < now()),
            challenges as (delete from spent where expires_at < now()),
            invitations as (delete from invites where expires_at < now() - interval '30 days')
        delete from account_tokens where expires_at < now()
        "#
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The author of that name who cannot log in, as an earlier import made them.
pub async fn byline(db: impl PgExecutor<'_>, name: &str) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar!(
        "select id from users where name = $1 order by email_key is not null, id limit 1",
        name
    )
    .fetch_optional(db)
    .await
}
