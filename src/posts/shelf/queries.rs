//! SQL of the list of the desk.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, types::Json};

use super::model::{Chosen, Line, Wanted, Writer};
use crate::{
    posts::model::{PostId, PostKind, Stage, Visibility},
    session::{Capability, User, UserId},
    text::Slug,
};

/// A shelf, the last touched first.
pub(super) async fn lines(
    db: impl PgExecutor<'_>,
    stage: Stage,
    wanted: &Wanted<'_>,
    after: (DateTime<Utc>, PostId),
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"
        select p.id, p.kind as "kind: PostKind", p.slug, p.title,
            coalesce((
                select string_agg(u.name, ', ' order by a.position, u.id)
                from post_authors a
                join users u on u.id = a.user_id
                where a.post_id = p.id
            ), '') as "authors!",
            stage(p) as "stage!: Stage", p.visibility as "visibility: Visibility", p.publish_at, p.unpublish_at,
            p.submitted_at, p.trashed_at + interval '30 days' as deleted_at, p.updated_at, p.comment_count
        from posts p
        where stage(p) = $1
            and ($2::bigint is null or p.author_id = $2
                or p.id in (select a.post_id from post_authors a where a.user_id = $2))
            and ($3::text is null or p.id in (
                select f.id from posts f where f.search @@ websearch_to_tsquery('simple', $3)
                union all
                select f.id from posts f where f.title ilike $4
            ))
            and ($5::text is null or exists (
                select from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id and t.slug = $5
            ))
            and ($6::text is null or p.kind = $6)
            and (p.updated_at, p.id) < ($7, $8)
        order by p.updated_at desc, p.id desc
        limit $9
        "#,
        stage.as_str(),
        wanted.author,
        wanted.words,
        wanted.pattern,
        wanted.tag,
        wanted.kind.map(PostKind::as_str),
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await
}

/// How many posts are on each shelf.
pub(super) async fn counts(db: impl PgExecutor<'_>, wanted: &Wanted<'_>) -> sqlx::Result<Vec<(Stage, i64)>> {
    let rows = sqlx::query!(
        r#"
        select stage(p) as "stage!: Stage", count(*) as "n!"
        from posts p
        where ($1::bigint is null or p.author_id = $1
                or p.id in (select a.post_id from post_authors a where a.user_id = $1))
            and ($2::text is null or p.id in (
                select f.id from posts f where f.search @@ websearch_to_tsquery('simple', $2)
                union all
                select f.id from posts f where f.title ilike $3
            ))
            and ($4::text is null or exists (
                select from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id and t.slug = $4
            ))
            and ($5::text is null or p.kind = $5)
        group by 1
        "#,
        wanted.author,
        wanted.words,
        wanted.pattern,
        wanted.tag,
        wanted.kind.map(PostKind::as_str)
    )
    .fetch_all(db)
    .await?;
    let n = |stage| rows.iter().find(|row| row.stage == stage).map_or(0, |row| row.n);
    Ok(Stage::ALL.into_iter().map(|stage| (stage, n(stage))).collect())
}

/// What stands beside the list: the tags that are used most, and (for editors) everybody who has a desk, and how many
/// posts wait for an editor.
pub(super) struct Choices {
    pub(super) tags: Json<Vec<String>>,
    pub(super) writers: Json<Vec<Writer>>,
    pub(super) waiting: i64,
}

pub(super) async fn choices(db: impl PgExecutor<'_>, user: &User) -> sqlx::Result<Choices> {
    sqlx::query_as!(
        Choices,
        r#"
        select coalesce((
                select jsonb_agg(used.name order by lower(used.name))
                from (
                    select t.name
                    from tags t
                    join post_tags pt on pt.tag_id = t.id
                    group by t.id
                    order by count(*) desc, t.id
                    limit 200
                ) as used
            ), '[]') as "tags!: Json<Vec<String>>",
            coalesce((
                select jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name, 'handle', w.handle)
                    order by lower(w.name), w.id)
                from (
                    select u.id, u.name, u.handle
                    from users u
                    where $1 and u.role <> 'reader' and u.deleted_at is null
                    order by u.id
                    limit 500
                ) as w
            ), '[]') as "writers!: Json<Vec<Writer>>",
            (select count(*) from posts p where $1 and p.submitted_at is not null) as "waiting!"
        "#,
        user.can(Capability::EditAny)
    )
    .fetch_one(db)
    .await
}

/// Locks the posts that `editor` may edit, in the order of their ids, so that two bulk changes never wait for each other
/// in a circle.
pub(super) async fn lock(
    db: impl PgExecutor<'_>,
    editor: &User,
    ids: &[PostId],
    tag: Option<&Slug>,
) -> sqlx::Result<Vec<Chosen>> {
    sqlx::query_as!(
        Chosen,
        r#"
        select p.id, p.kind as "kind: PostKind", p.title, stage(p) as "stage!: Stage",
            coalesce(p.unpublish_at <= now(), false) as "outlived!",
            (select count(*) from post_tags pt where pt.post_id = p.id) as "tags!",
            exists (
                select from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id and t.slug = $4
            ) as "has_tag!"
        from posts p
        where p.id = any($1)
            and ($3 or p.author_id = $2
                or exists (select from post_authors a where a.post_id = p.id and a.user_id = $2))
        order by p.id
        for update of p
        "#,
        ids,
        editor.id,
        editor.can(Capability::EditAny),
        tag.map(Slug::as_str)
    )
    .fetch_all(db)
    .await
}

/// Adds a tag to locked posts; it comes into being when there is none of this slug.
pub(super) async fn add_tag(
    db: &mut PgConnection,
    ids: &[PostId],
    (slug, name): (&Slug, &str),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into tags (slug, name) values ($1, $2) on conflict (slug) do nothing",
        slug.as_str(),
        name
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into post_tags (post_id, tag_id)
        select p.id, t.id from unnest($1::bigint[]) as p (id) cross join tags t where t.slug = $2
        on conflict do nothing
        "#,
        ids,
        slug.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a tag away from locked posts.
pub(super) async fn remove_tag(db: impl PgExecutor<'_>, ids: &[PostId], slug: &Slug) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from post_tags where post_id = any($1) and tag_id in (select id from tags where slug = $2)",
        ids,
        slug.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Publishes locked drafts, at the time that each of them names, or else now; when each comes out.
pub(super) async fn publish(
    db: impl PgExecutor<'_>,
    ids: &[PostId],
) -> sqlx::Result<Vec<(PostId, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"
        update posts
        set status = 'published', publish_at = coalesce(publish_at, now()), updated_at = now()
        where id = any($1)
        returning id, publish_at as "publish_at!"
        "#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.publish_at)).collect())
}

/// Moves locked posts to another status.
pub(super) async fn set_status(db: impl PgExecutor<'_>, ids: &[PostId], status: &str) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update posts
        set status = $2, trashed_at = case when $2 = 'trashed' then now() end, updated_at = now()
        where id = any($1)
        "#,
        ids,
        status
    )
    .execute(db)
    .await?;
    Ok(())
}

/// True for somebody who has a desk.
pub(super) async fn may_write(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from users where id = $1 and role <> 'reader' and deleted_at is null) as "may!""#,
        id
    )
    .fetch_one(db)
    .await
}

/// Puts somebody in the place of the author of locked posts; co-authors stay where they are.
pub(super) async fn set_author(db: &mut PgConnection, ids: &[PostId], author: UserId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from post_authors a
        using posts p
        where p.id = any($1) and a.post_id = p.id and a.user_id = p.author_id and p.author_id <> $2
        "#,
        ids,
        author
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into post_authors (post_id, user_id, position)
        select p.id, $2::bigint, coalesce((select min(a.position) from post_authors a where a.post_id = p.id), 1) - 1
        from unnest($1::bigint[]) as p (id)
        on conflict (post_id, user_id) do nothing
        "#,
        ids,
        author
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update posts set author_id = $2 where id = any($1)", ids, author).execute(db).await?;
    Ok(())
}

/// Deletes locked posts for good, with their history and their comments.
pub(super) async fn delete(db: impl PgExecutor<'_>, ids: &[PostId]) -> sqlx::Result<()> {
    sqlx::query!("delete from posts where id = any($1) and status = 'trashed'", ids).execute(db).await?;
    Ok(())
}

/// Keeps in the history what many posts at once became: a version of each, so that a form that is open somewhere is put
/// together with it.
pub(in crate::posts) async fn add_bulk_revisions(
    db: &mut PgConnection,
    ids: &[PostId],
    editor: UserId,
) -> sqlx::Result<()> {
    sqlx::query!("update posts set text_version = text_version + 1 where id = any($1)", ids)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        r#"
        insert into post_revisions (post_id, n, editor_id, title, body_md, fields, reason)
        select p.id, p.text_version, $2, p.title, p.body_md, post_fields(p), 'bulk'
        from posts p
        where p.id = any($1)
        "#,
        ids,
        editor
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes for good what has lain in the trash for 30 days.
///
/// # Errors
/// The database is away.
pub async fn empty_trash(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from posts where status = 'trashed' and trashed_at < now() - interval '30 days'")
        .execute(db)
        .await?;
    Ok(())
}
