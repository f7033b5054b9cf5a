//! SQL of who has a form open.

use sqlx::PgExecutor;
use uuid::Uuid;

use super::FRESH_SECONDS;
use crate::{
    posts::model::PostId,
    session::{Capability, User, UserId},
};

/// The version that is saved of a post that `editor` may edit; for the whole post, see `desk::queries::editable`.
pub(super) async fn version(db: impl PgExecutor<'_>, editor: &User, id: PostId) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        r#"
        select p.text_version
        from posts p
        where p.id = $1
            and (
                p.author_id = $2 or $3
                or exists (select from post_authors a where a.post_id = p.id and a.user_id = $2)
            )
        "#,
        id,
        editor.id,
        editor.can(Capability::EditAny)
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn note(db: impl PgExecutor<'_>, post: PostId, user: UserId, tab: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into presence (post_id, user_id, tab)
        values ($1, $2, $3)
        on conflict (post_id, tab) do update set user_id = excluded.user_id, seen_at = now()
        "#,
        post,
        user,
        tab
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn forget(
    db: impl PgExecutor<'_>,
    post: PostId,
    user: UserId,
    tab: Uuid,
) -> sqlx::Result<()> {
    sqlx::query!("delete from presence where post_id = $1 and user_id = $2 and tab = $3", post, user, tab)
        .execute(db)
        .await?;
    Ok(())
}

/// Names of the others who have the form open, once each; of one's own other tabs, an empty name.
pub(super) async fn others(
    db: impl PgExecutor<'_>,
    post: PostId,
    user: UserId,
    tab: Option<Uuid>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select distinct case when p.user_id = $2 then '' else u.name end as "name!"
        from presence p
        join users u on u.id = p.user_id
        where p.post_id = $1 and p.tab is distinct from $3 and p.seen_at > now() - make_interval(secs => $4)
        order by 1
        limit 10
        "#,
        post,
        user,
        tab,
        FRESH_SECONDS
    )
    .fetch_all(db)
    .await
}

pub(super) async fn delete_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from presence where seen_at < now() - interval '1 hour'").execute(db).await?;
    Ok(())
}
