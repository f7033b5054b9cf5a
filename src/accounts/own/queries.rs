//! Every SQL statement about one's own account.

use sqlx::PgExecutor;

use crate::{mail::KeptAddress, session::UserId};

/// What the account page shows.
pub(super) struct Own {
    pub(super) bio: String,
    pub(super) email_sealed: Option<Vec<u8>>,
    pub(super) new_email_sealed: Option<Vec<u8>>,
    pub(super) has_second_factor: bool,
    pub(super) passkeys: i64,
}

pub(super) async fn own(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Own> {
    sqlx::query_as!(
        Own,
        r#"
        select u.bio, u.email_sealed, c.email_sealed as "new_email_sealed?",
            u.totp_sealed is not null as "has_second_factor!",
            (select count(*) from passkeys p where p.user_id = u.id) as "passkeys!"
        from users u
        left join email_changes c on c.user_id = u.id and c.expires_at > now()
        where u.id = $1
        "#,
        user
    )
    .fetch_one(db)
    .await
}

/// Sets the path of somebody's picture; `None`: the one that is made of their name.
pub(super) async fn set_avatar(
    db: impl PgExecutor<'_>,
    user: UserId,
    path: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!("update users set avatar = $2 where id = $1", user, path).execute(db).await?;
    Ok(())
}

/// The name behind a handle, and the path of the picture that was uploaded.
pub(super) async fn face(
    db: impl PgExecutor<'_>,
    handle: &str,
) -> sqlx::Result<Option<(String, Option<String>)>> {
    let row =
        sqlx::query!("select name, avatar from users where handle = $1", handle).fetch_optional(db).await?;
    Ok(row.map(|row| (row.name, row.avatar)))
}

/// Notes the address that somebody wants, for a day; one that they wanted before is forgotten, with its links.
pub(super) async fn want_email(db: impl PgExecutor<'_>, user: UserId, new: &KeptAddress) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with links as (delete from account_tokens where user_id = $1 and purpose in ('email_old', 'email_new'))
        insert into email_changes (user_id, email_sealed, email_key, expires_at)
        values ($1, $2, $3, now() + interval '1 day')
        on conflict (user_id) do update set email_sealed = excluded.email_sealed, email_key = excluded.email_key,
            old_confirmed_at = null, new_confirmed_at = null, expires_at = excluded.expires_at
        "#,
        user,
        new.sealed,
        new.key
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a change under way, with its links.
pub(super) async fn stop_change(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with links as (delete from account_tokens where user_id = $1 and purpose in ('email_old', 'email_new'))
        delete from email_changes where user_id = $1
        "#,
        user
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A change of address behind a link.
pub(super) struct Change {
    pub(super) user_id: UserId,
    pub(super) handle: String,
    pub(super) name: String,
    /// The link went to the new address, not to the old one.
    pub(super) by_new: bool,
    pub(super) old_sealed: Option<Vec<u8>>,
    pub(super) new_sealed: Vec<u8>,
}

pub(super) async fn change(db: impl PgExecutor<'_>, hash: &[u8]) -> sqlx::Result<Option<Change>> {
    sqlx::query_as!(
        Change,
        r#"
        select t.user_id, u.handle, u.name, t.purpose = 'email_new' as "by_new!", u.email_sealed as old_sealed,
            c.email_sealed as new_sealed
        from account_tokens t
        join users u on u.id = t.user_id
        join email_changes c on c.user_id = t.user_id and c.expires_at > now()
        where t.token_hash = $1 and t.expires_at > now()
            and ((t.purpose = 'email_old' and t.email_key = u.email_key)
                or (t.purpose = 'email_new' and t.email_key = c.email_key))
        "#,
        hash
    )
    .fetch_optional(db)
    .await
}

/// Notes one of the two answers and uses its link up: true when both addresses have now said yes; `None` when somebody
/// has used the link at the same moment.
pub(super) async fn confirm_change(
    db: &mut sqlx::PgConnection,
    hash: &[u8],
    change: &Change,
) -> sqlx::Result<Option<bool>> {
    let used =
        sqlx::query!("delete from account_tokens where token_hash = $1", hash).execute(&mut *db).await?;
    if used.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query_scalar!(
        r#"
        update email_changes
        set old_confirmed_at = case when $2 then old_confirmed_at else now() end,
            new_confirmed_at = case when $2 then now() else new_confirmed_at end
        where user_id = $1
        returning old_confirmed_at is not null and new_confirmed_at is not null as "done!"
        "#,
        change.user_id,
        change.by_new
    )
    .fetch_optional(&mut *db)
    .await
}

/// Gives the account the address that it wanted.
pub(super) async fn take_email(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with change as (delete from email_changes where user_id = $1 returning email_sealed, email_key),
            links as (delete from account_tokens where user_id = $1)
        update users
        set email = null, email_sealed = change.email_sealed, email_key = change.email_key,
            email_verified_at = now(), session_epoch = session_epoch + 1
        from change
        where id = $1
        "#,
        user
    )
    .execute(db)
    .await?;
    Ok(())
}
