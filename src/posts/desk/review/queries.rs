//! SQL of review.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::{
    posts::model::{PostId, PostKind},
    session::{Capability, Role, UserId},
};

/// A locked draft waits for an editor from now on; since when that is.
pub(super) async fn submit(
    db: impl PgExecutor<'_>,
    id: PostId,
    author: UserId,
) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(
        r#"
        update posts
        set submitted_at = now(), submitted_by = $2
        where id = $1
        returning submitted_at as "submitted_at!"
        "#,
        id,
        author
    )
    .fetch_one(db)
    .await
}

/// Notes that editors are told of a post; false when they were within the last hour.
pub(super) async fn is_news(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        r#"
        insert into post_events as e (post_id, event)
        values ($1, 'submitted')
        on conflict (post_id, event) do update set at = now() where e.at < now() - interval '1 hour'
        "#,
        id
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Everybody who may edit any post, but for one of them.
pub(super) async fn editors(db: impl PgExecutor<'_>, except: UserId) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"
        select id
        from users
        where role = any($1) and deleted_at is null and id <> $2
        order by id
        limit 200
        "#,
        &Role::names_with(Capability::EditAny),
        except
    )
    .fetch_all(db)
    .await
}

/// A locked post waits no longer; who had submitted it, if they are still there.
pub(super) async fn end_wait(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<Option<(UserId, String)>> {
    let row = sqlx::query!(
        r#"
        update posts p
        set submitted_at = null, submitted_by = null
        from posts before
        left join users u on u.id = before.submitted_by
        where p.id = $1 and before.id = p.id
        returning u.id as "id?", u.name as "name?"
        "#,
        id
    )
    .fetch_one(db)
    .await?;
    Ok(row.id.zip(row.name))
}

/// Its author takes a post back; false when it did not wait.
pub(in crate::posts::desk) async fn take_back(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update posts set submitted_at = null, submitted_by = null where id = $1 and submitted_at is not null",
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what an editor wrote; its key.
pub(super) async fn add_note(
    db: impl PgExecutor<'_>,
    id: PostId,
    editor: UserId,
    note: &str,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into post_reviews (post_id, editor_id, note) values ($1, $2, $3) returning id",
        id,
        editor,
        note
    )
    .fetch_one(db)
    .await
}

/// Which of these posts somebody other than `user` submitted: the post, who, and since when it waits.
pub(super) async fn waiting(
    db: impl PgExecutor<'_>,
    ids: &[PostId],
    user: UserId,
) -> sqlx::Result<Vec<(PostId, UserId, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"
        select id, submitted_by as "submitted_by!", submitted_at as "submitted_at!"
        from posts
        where id = any($1) and submitted_at is not null and submitted_by <> $2
        order by id
        "#,
        ids,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.submitted_by, row.submitted_at)).collect())
}

/// What a mail says of a post that waits: its title, and who submitted it.
pub(super) struct Submitted {
    pub(super) title: String,
    pub(super) author: Option<String>,
}

/// A post, while it waits and `reader` is still somebody who may edit it.
pub(super) async fn submitted(
    db: impl PgExecutor<'_>,
    id: PostId,
    reader: UserId,
) -> sqlx::Result<Option<Submitted>> {
    sqlx::query_as!(
        Submitted,
        r#"
        select p.title, u.name as "author?"
        from posts p
        join users reader on reader.id = $2 and reader.role = any($3) and reader.deleted_at is null
        left join users u on u.id = p.submitted_by
        where p.id = $1 and p.submitted_at is not null
        "#,
        id,
        reader,
        &Role::names_with(Capability::EditAny)
    )
    .fetch_optional(db)
    .await
}

/// What a mail says of a post that was sent back.
pub(super) struct SentBack {
    pub(super) title: String,
    pub(super) editor: Option<String>,
    pub(super) note: String,
}

pub(super) async fn sent_back(db: impl PgExecutor<'_>, review: i64) -> sqlx::Result<Option<SentBack>> {
    sqlx::query_as!(
        SentBack,
        r#"
        select p.title, u.name as "editor?", r.note
        from post_reviews r
        join posts p on p.id = r.post_id
        left join users u on u.id = r.editor_id
        where r.id = $1 and p.status <> 'trashed'
        "#,
        review
    )
    .fetch_optional(db)
    .await
}

/// What a mail says of a post that somebody published.
pub(super) struct Published {
    pub(super) title: String,
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) editor: Option<String>,
    /// Set while it is still to come out.
    pub(super) comes_out_at: Option<DateTime<Utc>>,
}

/// A post, while it is published.
pub(super) async fn published(
    db: impl PgExecutor<'_>,
    id: PostId,
    editor: UserId,
) -> sqlx::Result<Option<Published>> {
    sqlx::query_as!(
        Published,
        r#"
        select p.title, p.kind as "kind: PostKind", p.slug, u.name as "editor?",
            case when p.publish_at > now() then p.publish_at end as comes_out_at
        from posts p
        left join users u on u.id = $2
        where p.id = $1 and stage(p) in ('scheduled', 'published')
        "#,
        id,
        editor
    )
    .fetch_optional(db)
    .await
}
