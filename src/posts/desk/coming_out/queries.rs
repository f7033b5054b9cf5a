//! SQL of what happens once because a post comes out.

use sqlx::PgExecutor;

use crate::{
    posts::model::{PostId, PostKind},
    session::UserId,
};

/// Notes that a post has come out; false when it has not, or when that was noted before.
pub(super) async fn came_out(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        r#"
        insert into post_events (post_id, event)
        select p.id, 'published' from posts p where p.id = $1 and due(p)
        on conflict do nothing
        "#,
        id
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// True when it was noted that a post has come out.
pub(super) async fn is_out(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from post_events where post_id = $1 and event = 'published') as "out!""#,
        id
    )
    .fetch_one(db)
    .await
}

/// A post that is out.
pub(super) struct Out {
    pub(super) author_id: UserId,
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) title: String,
}

pub(super) async fn out(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<Option<Out>> {
    sqlx::query_as!(
        Out,
        r#"
        select p.author_id, p.kind as "kind: PostKind", p.slug, p.title
        from posts p
        where p.id = $1 and due(p)
        "#,
        id
    )
    .fetch_optional(db)
    .await
}
