//! SQL of the writing desk.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, types::Json};

use super::{
    forms::Change,
    model::{DeskLine, Draft, Shelf},
};
use crate::{
    posts::{
        model::{PostId, PostKind, Stage, TagLink},
        rendering::Derived,
    },
    session::{Capability, User, UserId},
    text::Slug,
};

/// A shelf of the desk, the last touched first.
pub(super) async fn shelf(
    db: impl PgExecutor<'_>,
    shelf: Shelf,
    after: (DateTime<Utc>, PostId),
    limit: i64,
) -> sqlx::Result<Vec<DeskLine>> {
    sqlx::query_as!(
        DeskLine,
        r#"
        select p.id, p.kind as "kind: PostKind", p.slug, p.title, u.name as author, p.status,
            live(p) as "visible!", p.publish_at, p.updated_at, p.comment_count
        from posts p
        join users u on u.id = p.author_id
        where ($1::bigint is null or p.author_id = $1)
            and p.status = case $2 when 'drafts' then 'draft' when 'trash' then 'trashed' else 'published' end
            and ($2 not in ('scheduled', 'published') or live(p) = ($2 = 'published'))
            and (p.updated_at, p.id) < ($3, $4)
        order by p.updated_at desc, p.id desc
        limit $5
        "#,
        shelf.author,
        shelf.stage.as_str(),
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await
}

/// How many posts are on each shelf.
pub(super) async fn counts(
    db: impl PgExecutor<'_>,
    author: Option<UserId>,
) -> sqlx::Result<Vec<(Stage, i64)>> {
    let row = sqlx::query!(
        r#"
        select count(*) filter (where p.status = 'draft') as "drafts!",
            count(*) filter (where p.status = 'published' and not live(p)) as "scheduled!",
            count(*) filter (where p.status = 'published' and live(p)) as "published!",
            count(*) filter (where p.status = 'trashed') as "trashed!"
        from posts p
        where $1::bigint is null or p.author_id = $1
        "#,
        author
    )
    .fetch_one(db)
    .await?;
    let counts = [row.drafts, row.scheduled, row.published, row.trashed];
    Ok(Stage::ALL.into_iter().zip(counts).collect())
}

/// A post that `editor` may edit: their own, or any for an editor. What they may not edit is not there.
pub(super) async fn editable(
    db: impl PgExecutor<'_>,
    editor: &User,
    id: PostId,
) -> sqlx::Result<Option<Draft>> {
    sqlx::query_as!(
        Draft,
        r#"
        select p.id, p.kind as "kind: PostKind", p.slug, p.title, p.body_md, p.summary, p.cover_id, p.cover_alt,
            p.comments_open, p.status, live(p) as "visible!", p.publish_at, p.text_version, p.updated_at,
            c.tags as "tags!: Json<Vec<TagLink>>",
            (
                select u.name
                from post_revisions r
                join users u on u.id = r.editor_id
                where r.post_id = p.id
                order by r.n desc
                limit 1
            ) as editor
        from posts p
        join post_cards c on c.id = p.id
        where p.id = $1 and (p.author_id = $2 or $3)
        "#,
        id,
        editor.id,
        editor.can(Capability::EditAny)
    )
    .fetch_optional(db)
    .await
}

/// A post whose row is locked until the transaction ends.
pub(super) struct Current {
    pub(super) slug: String,
    pub(super) kind: PostKind,
    pub(super) text_version: i32,
    pub(super) was_public: bool,
}

pub(super) async fn lock(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<Current> {
    sqlx::query_as!(
        Current,
        r#"
        select slug, kind as "kind: PostKind", text_version, coalesce(publish_at <= now(), false) as "was_public!"
        from posts
        where id = $1
        for update
        "#,
        id
    )
    .fetch_one(db)
    .await
}

/// Adds a post, as a draft or published.
pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    author: UserId,
    change: &Change,
    derived: &Derived,
) -> sqlx::Result<PostId> {
    sqlx::query_scalar!(
        r#"
        insert into posts (author_id, kind, slug, title, body_md, summary, cover_id, cover_alt, comments_open,
            status, publish_at, body_html, toc, excerpt, reading_minutes, renderer_version, search_text)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then 'published' else 'draft' end,
            case when $10 then coalesce($11, now()) else $11 end, $12, $13, $14, $15, $16, $17)
        returning id
        "#,
        author,
        change.kind.as_str(),
        change.slug.as_str(),
        change.title,
        change.body,
        change.summary,
        change.cover_id,
        change.cover_alt,
        change.comments_open,
        change.publish,
        change.publish_at,
        derived.body_html.as_str(),
        Json(&derived.toc) as _,
        derived.excerpt,
        derived.reading_minutes,
        derived.renderer_version,
        derived.search_text
    )
    .fetch_one(db)
    .await
}

/// Saves a locked post.
pub(super) async fn update(
    db: impl PgExecutor<'_>,
    id: PostId,
    change: &Change,
    derived: &Derived,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update posts
        set kind = $2, slug = $3, title = $4, body_md = $5, summary = $6, cover_id = $7, cover_alt = $8,
            comments_open = $9,
            status = case when $10 then 'published' else status end,
            publish_at = case
                when $10 then coalesce($11, now())
                when status = 'published' then coalesce($11, publish_at)
                else $11
            end,
            body_html = $12, toc = $13, excerpt = $14, reading_minutes = $15, renderer_version = $16,
            search_text = $17, text_version = text_version + 1, updated_at = now()
        where id = $1
        "#,
        id,
        change.kind.as_str(),
        change.slug.as_str(),
        change.title,
        change.body,
        change.summary,
        change.cover_id,
        change.cover_alt,
        change.comments_open,
        change.publish,
        change.publish_at,
        derived.body_html.as_str(),
        Json(&derived.toc) as _,
        derived.excerpt,
        derived.reading_minutes,
        derived.renderer_version,
        derived.search_text
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes the tags of a post exactly these; new tags come into being, a known tag keeps its name.
pub(super) async fn set_tags(db: &mut PgConnection, id: PostId, tags: &[(Slug, String)]) -> sqlx::Result<()> {
    let (slugs, names): (Vec<String>, Vec<String>) =
        tags.iter().map(|(slug, name)| (slug.to_string(), name.clone())).unzip();
    sqlx::query!(
        r#"
        insert into tags (slug, name)
        select t.slug, t.name from unnest($1::text[], $2::text[]) as t (slug, name) order by t.slug
        on conflict (slug) do nothing
        "#,
        &slugs,
        &names
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from post_tags where post_id = $1 and tag_id <> all(array(select id from tags where slug = any($2)))",
        id,
        &slugs
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into post_tags (post_id, tag_id)
        select $1, id from tags where slug = any($2)
        on conflict do nothing
        "#,
        id,
        &slugs
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes the by-line of a post exactly these people, in this order.
pub(super) async fn set_authors(db: &mut PgConnection, id: PostId, authors: &[UserId]) -> sqlx::Result<()> {
    sqlx::query!("delete from post_authors where post_id = $1 and user_id <> all($2)", id, authors)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        r#"
        insert into post_authors (post_id, user_id, position)
        select $1, a.user_id, a.position
        from unnest($2::bigint[]) with ordinality as a (user_id, position)
        on conflict (post_id, user_id) do update set position = excluded.position
        "#,
        id,
        authors
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what was just saved in the history, unless the last revision says the same.
pub(super) async fn add_revision(
    db: impl PgExecutor<'_>,
    id: PostId,
    editor: Option<UserId>,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into post_revisions (post_id, n, editor_id, title, body_md, reason)
        select p.id, coalesce(last.n, 0) + 1, $2, p.title, p.body_md, $3
        from posts p
        left join lateral (
            select n, title, body_md from post_revisions r where r.post_id = p.id order by n desc limit 1
        ) as last on true
        where p.id = $1 and (last.n is null or last.title <> p.title or last.body_md <> p.body_md)
        "#,
        id,
        editor,
        reason
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Remembers an address that readers may have kept.
pub(super) async fn keep_slug(db: &mut PgConnection, id: PostId, old: &str, new: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into post_slugs (slug, post_id) values ($1, $2) on conflict (slug) do update set post_id = excluded.post_id",
        old,
        id
    )
    .execute(&mut *db)
    .await?;
    // back at an address that it had before: that one redirects no longer
    sqlx::query!("delete from post_slugs where slug = $1", new).execute(db).await?;
    Ok(())
}

/// Makes an old path of another system lead to a post.
pub(super) async fn add_redirects(db: impl PgExecutor<'_>, id: PostId, paths: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into redirects (path, post_id)
        select distinct path, $2::bigint from unnest($1::text[]) as path
        on conflict (path) do update set post_id = excluded.post_id
        "#,
        paths,
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Where a post is moved by one of the small buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Unpublish,
    Trash,
    Restore,
}

/// Moves a post; false when it was not where the move begins.
pub(super) async fn set_status(db: impl PgExecutor<'_>, id: PostId, step: Move) -> sqlx::Result<bool> {
    let (from, to): (&[&str], &str) = match step {
        Move::Unpublish => (&["published"], "draft"),
        Move::Trash => (&["draft", "published"], "trashed"),
        Move::Restore => (&["trashed"], "draft"),
    };
    let from: Vec<String> = from.iter().map(|status| (*status).to_owned()).collect();
    let done = sqlx::query!(
        r#"
        update posts
        set status = $3, trashed_at = case when $3 = 'trashed' then now() end, updated_at = now()
        where id = $1 and status = any($2)
        "#,
        id,
        &from,
        to
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What an import saves besides the text.
pub(super) struct ImportedDates {
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) updated_at: Option<DateTime<Utc>>,
}

/// Sets the dates that the source names; the version after the import.
pub(super) async fn set_dates(
    db: impl PgExecutor<'_>,
    id: PostId,
    dates: &ImportedDates,
) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"
        update posts
        set created_at = coalesce($2, created_at), updated_at = coalesce($3, $2, updated_at)
        where id = $1
        returning text_version
        "#,
        id,
        dates.publish_at,
        dates.updated_at
    )
    .fetch_one(db)
    .await
}

/// Posts that were rendered by an older version, oldest first.
pub(in crate::posts) async fn outdated(
    db: impl PgExecutor<'_>,
    limit: i64,
) -> sqlx::Result<Vec<(PostId, String)>> {
    let rows = sqlx::query!(
        "select id, body_md from posts where renderer_version < $1 order by id limit $2",
        crate::text::RENDERER_VERSION,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.body_md)).collect())
}

/// Saves what was rendered again; neither version nor date of the text changes.
pub(in crate::posts) async fn set_derived(
    db: impl PgExecutor<'_>,
    id: PostId,
    derived: &Derived,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update posts
        set body_html = $2, toc = $3, excerpt = $4, reading_minutes = $5, renderer_version = $6, search_text = $7
        where id = $1
        "#,
        id,
        derived.body_html.as_str(),
        Json(&derived.toc) as _,
        derived.excerpt,
        derived.reading_minutes,
        derived.renderer_version,
        derived.search_text
    )
    .execute(db)
    .await?;
    Ok(())
}
