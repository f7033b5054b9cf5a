//! SQL of what was typed and not saved.

use serde_json::Value;
use sqlx::{PgExecutor, types::Json};
use uuid::Uuid;

use super::{Unsaved, UnsavedLine};
use crate::{posts::model::PostId, session::UserId};

pub(super) struct Row<'a> {
    pub(super) user: UserId,
    pub(super) tab: Uuid,
    pub(super) post: Option<PostId>,
    pub(super) base_version: i32,
    pub(super) title: &'a str,
    pub(super) body_md: &'a str,
    pub(super) form: &'a Value,
}

pub(super) async fn keep(db: impl PgExecutor<'_>, row: Row<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into post_autosaves (user_id, tab, post_id, base_version, title, body_md, form)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (user_id, tab) do update
        set post_id = excluded.post_id, base_version = excluded.base_version, title = excluded.title,
            body_md = excluded.body_md, form = excluded.form, saved_at = now(), discarded_at = null
        "#,
        row.user,
        row.tab,
        row.post,
        row.base_version,
        row.title,
        row.body_md,
        row.form
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete(db: impl PgExecutor<'_>, user: UserId, tab: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from post_autosaves where user_id = $1 and tab = $2", user, tab).execute(db).await?;
    Ok(())
}

pub(super) async fn discard(db: impl PgExecutor<'_>, user: UserId, tab: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update post_autosaves set discarded_at = now() where user_id = $1 and tab = $2 and discarded_at is null",
        user,
        tab
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn one(db: impl PgExecutor<'_>, user: UserId, tab: Uuid) -> sqlx::Result<Option<Unsaved>> {
    sqlx::query_as!(
        Unsaved,
        r#"
        select tab, post_id, base_version, title, body_md, form as "form: Json<Value>", saved_at
        from post_autosaves
        where user_id = $1 and tab = $2
        "#,
        user,
        tab
    )
    .fetch_optional(db)
    .await
}

/// What this person typed for a post (`None`: for posts that do not exist yet) and did not save, as far as it says
/// something else than the post and the version that it began with, or has a note to its author in it; the newest
/// first. `aside`: what was put aside.
pub(super) async fn open(
    db: impl PgExecutor<'_>,
    user: UserId,
    post: Option<PostId>,
    aside: bool,
) -> sqlx::Result<Vec<UnsavedLine>> {
    sqlx::query_as!(
        UnsavedLine,
        r#"
        select a.tab, a.title, left(a.body_md, 200) as "beginning!", a.saved_at
        from post_autosaves a
        left join posts p on p.id = a.post_id
        left join post_revisions r on r.post_id = a.post_id and r.n = a.base_version
        where a.user_id = $1 and a.post_id is not distinct from $2 and (a.discarded_at is not null) = $3
            and (
                coalesce(a.form ->> 'review_note', '') <> ''
                or (a.title, rtrim(a.body_md, E'\n'))
                        is distinct from (coalesce(p.title, ''), rtrim(coalesce(p.body_md, ''), E'\n'))
                    and (a.title, rtrim(a.body_md, E'\n')) is distinct from (r.title, rtrim(r.body_md, E'\n'))
            )
        order by a.saved_at desc
        limit 20
        "#,
        user,
        post,
        aside
    )
    .fetch_all(db)
    .await
}

/// Deletes what was put aside a week ago, and what nobody came back to for three months.
pub(super) async fn delete_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from post_autosaves
        where discarded_at < now() - interval '7 days' or saved_at < now() - interval '90 days'
        "#
    )
    .execute(db)
    .await?;
    Ok(())
}
