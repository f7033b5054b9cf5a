//! SQL of links to drafts.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{Share, Shared};
use crate::{posts::model::PostId, session::UserId, text::SafeHtml};

/// The links of a post that still work, the newest first.
pub(super) async fn open(db: impl PgExecutor<'_>, post: PostId) -> sqlx::Result<Vec<Share>> {
    sqlx::query_as!(
        Share,
        r#"
        select s.id, s.note, u.name as "maker?", s.created_at, s.expires_at, s.opened, s.opened_at
        from post_shares s
        left join users u on u.id = s.created_by
        where s.post_id = $1 and s.revoked_at is null and s.expires_at > now()
        order by s.id desc
        "#,
        post
    )
    .fetch_all(db)
    .await
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    post: PostId,
    maker: UserId,
    token_hash: &[u8],
    note: &str,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into post_shares (post_id, token_hash, note, created_by, expires_at) values ($1, $2, $3, $4, $5)",
        post,
        token_hash,
        note,
        maker,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn revoke(db: impl PgExecutor<'_>, post: PostId, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update post_shares set revoked_at = now() where id = $1 and post_id = $2 and revoked_at is null",
        id,
        post
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The draft behind a link that still works; that it was opened is counted.
pub(super) async fn read(db: impl PgExecutor<'_>, token_hash: &[u8]) -> sqlx::Result<Option<Shared>> {
    sqlx::query_as!(
        Shared,
        r#"
        with opened as (
            update post_shares
            set opened = opened + 1, opened_at = now()
            where token_hash = $1 and revoked_at is null and expires_at > now()
            returning post_id
        )
        select p.title, p.body_html as "body_html: SafeHtml", p.updated_at, p.language,
            coalesce((
                select string_agg(u.name, ', ' order by a.position)
                from post_authors a
                join users u on u.id = a.user_id
                where a.post_id = p.id
            ), '') as "authors!"
        from opened
        join posts p on p.id = opened.post_id
        where p.status <> 'trashed'
        "#,
        token_hash
    )
    .fetch_optional(db)
    .await
}

/// Deletes links that ended a month ago.
pub(super) async fn delete_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from post_shares where least(expires_at, revoked_at) < now() - interval '30 days'")
        .execute(db)
        .await?;
    Ok(())
}
