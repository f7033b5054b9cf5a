//! SQL of the history of a post.

use sqlx::PgExecutor;

use super::Line;
use crate::posts::model::PostId;

/// Versions before `before`, the newest first.
pub(super) async fn lines(
    db: impl PgExecutor<'_>,
    post: PostId,
    before: i32,
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"
        select r.n, u.name as "editor?", r.reason, length(r.body_md) as "characters!", r.created_at as at
        from post_revisions r
        left join users u on u.id = r.editor_id
        where r.post_id = $1 and r.n < $2
        order by r.n desc
        limit $3
        "#,
        post,
        before,
        limit
    )
    .fetch_all(db)
    .await
}
