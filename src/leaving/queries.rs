//! Every SQL statement of a copy of somebody's data.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgExecutor;

use crate::session::UserId;

/// The account.
#[derive(Serialize)]
pub(super) struct Profile {
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) bio: String,
    pub(super) role: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) second_factor: bool,
    #[serde(skip)]
    pub(super) email_sealed: Option<Vec<u8>>,
    #[serde(skip)]
    pub(super) avatar: Option<String>,
}

pub(super) async fn profile(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Profile> {
    sqlx::query_as!(
        Profile,
        r#"
        select handle, name, bio, role, created_at, totp_sealed is not null as "second_factor!", email_sealed, avatar
        from users
        where id = $1
        "#,
        user
    )
    .fetch_one(db)
    .await
}

/// A post of theirs, as they wrote it.
pub(super) struct Post {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) body_md: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) publish_at: Option<DateTime<Utc>>,
}

/// Posts behind this id, in order.
pub(super) async fn posts(
    db: impl PgExecutor<'_>,
    user: UserId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<(i64, Post)>> {
    let rows = sqlx::query!(
        r#"
        select p.id, p.slug, p.title, p.status, p.body_md, p.created_at, p.publish_at
        from posts p
        where p.id > $2
            and (p.author_id = $1 or exists (select from post_authors a where a.post_id = p.id and a.user_id = $1))
        order by p.id
        limit $3
        "#,
        user,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let post = Post {
                slug: row.slug,
                title: row.title,
                status: row.status,
                body_md: row.body_md,
                created_at: row.created_at,
                publish_at: row.publish_at,
            };
            (row.id, post)
        })
        .collect())
}

/// What they wrote as an editor to the author of a post.
#[derive(Serialize)]
pub(super) struct Note {
    pub(super) post: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) text: String,
}

pub(super) async fn notes(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Vec<Note>> {
    sqlx::query_as!(
        Note,
        r#"
        select p.slug as post, r.created_at, r.note as text
        from post_reviews r
        join posts p on p.id = r.post_id
        where r.editor_id = $1
        order by r.id
        "#,
        user
    )
    .fetch_all(db)
    .await
}

/// A comment of theirs.
#[derive(Serialize)]
pub(super) struct Comment {
    pub(super) id: i64,
    pub(super) post: String,
    pub(super) state: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) text: String,
}

/// Comments behind this id, in order.
pub(super) async fn comments(
    db: impl PgExecutor<'_>,
    user: UserId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Comment>> {
    sqlx::query_as!(
        Comment,
        r#"
        select c.id, p.slug as post, c.state, c.created_at, c.body_md as text
        from comments c
        join posts p on p.id = c.post_id
        where c.author_id = $1 and c.id > $2
        order by c.id
        limit $3
        "#,
        user,
        after,
        limit
    )
    .fetch_all(db)
    .await
}
