//! SQL of the writing desk.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, types::Json};

use super::{fields::Fields, forms::Change, model::Draft, review::Note};
use crate::{
    posts::{
        model::{PostId, Stage},
        rendering::Derived,
    },
    session::{Capability, Role, User, UserId},
    text::Slug,
};

/// A post that `editor` may edit: with their name on it, or any for an editor. What they may not edit is not there.
pub(super) async fn editable(
    db: impl PgExecutor<'_>,
    editor: &User,
    id: PostId,
) -> sqlx::Result<Option<Draft>> {
    sqlx::query_as!(
        Draft,
        r#"
        select p.id, p.title, p.body_md, post_fields(p) as "fields!: Json<Fields>", stage(p) as "stage!: Stage",
            due(p) as "due!", p.text_version, p.updated_at,
            (
                select u.name
                from post_revisions r
                join users u on u.id = r.editor_id
                where r.post_id = p.id
                order by r.n desc
                limit 1
            ) as editor,
            p.submitted_at, (select u.name from users u where u.id = p.submitted_by) as submitter,
            coalesce((
                select jsonb_agg(
                    jsonb_build_object('editor', u.name, 'note', r.note, 'at', r.created_at) order by r.id desc
                )
                from (
                    select r.id, r.editor_id, r.note, r.created_at
                    from post_reviews r
                    where r.post_id = p.id and p.status = 'draft'
                    order by r.id desc
                    limit 20
                ) as r
                left join users u on u.id = r.editor_id
            ), '[]') as "notes!: Json<Vec<Note>>"
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

/// A post as it stands, its row locked until the transaction ends.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) body_md: String,
    pub(super) fields: Json<Fields>,
    pub(super) stage: Stage,
    pub(super) text_version: i32,
    /// Who saved it last.
    pub(super) editor: Option<String>,
}

impl Head {
    /// What stands before the first save.
    pub(super) fn empty() -> Self {
        Self {
            title: String::new(),
            body_md: String::new(),
            fields: Json(Fields::default()),
            stage: Stage::Draft,
            text_version: 0,
            editor: None,
        }
    }

    /// True when `change` changes nothing.
    pub(super) fn says(&self, change: &Change) -> bool {
        self.text_version > 0
            && self.title == change.title
            && self.body_md == change.body
            && *self.fields == change.fields
    }
}

/// What a post said in one of its versions.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) title: String,
    pub(super) body_md: String,
    pub(super) fields: Json<Fields>,
}

/// A version of a post, if it is kept.
pub(super) async fn revision(
    db: impl PgExecutor<'_>,
    id: PostId,
    version: i32,
) -> sqlx::Result<Option<Version>> {
    sqlx::query_as!(
        Version,
        r#"
        select title, body_md, fields as "fields: Json<Fields>"
        from post_revisions
        where post_id = $1 and n = $2
        "#,
        id,
        version
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn lock(db: impl PgExecutor<'_>, id: PostId) -> sqlx::Result<Head> {
    sqlx::query_as!(
        Head,
        r#"
        select p.title, p.body_md, post_fields(p) as "fields!: Json<Fields>", stage(p) as "stage!: Stage",
            p.text_version,
            (
                select u.name
                from post_revisions r
                join users u on u.id = r.editor_id
                where r.post_id = p.id
                order by r.n desc
                limit 1
            ) as editor
        from posts p
        where p.id = $1
        for update
        "#,
        id
    )
    .fetch_one(db)
    .await
}

/// Adds an empty post with version 0; the rest is what [`update`] does.
pub(super) async fn insert(db: impl PgExecutor<'_>, author: UserId, slug: &str) -> sqlx::Result<PostId> {
    sqlx::query_scalar!(
        "insert into posts (author_id, slug, title, text_version) values ($1, $2, '', 0) returning id",
        author,
        slug
    )
    .fetch_one(db)
    .await
}

/// Writes all columns of a locked post; tags, by-line and version are the business of others. When it comes (or came)
/// out, if it does.
pub(super) async fn update(
    db: impl PgExecutor<'_>,
    id: PostId,
    change: &Change,
    derived: &Derived,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    let fields = &change.fields;
    sqlx::query_scalar!(
        r#"
        update posts
        set kind = $2, slug = $3, title = $4, body_md = $5, summary = $6, description = $7, cover_id = $8,
            cover_alt = $9, share_image_id = $10, unpublish_at = $11, visibility = $12, canonical_url = $13,
            language = $14, noindex = $15, comments_open = $16, comments_close_at = $17,
            series_id = (select s.id from series s where s.title = $18 order by s.id limit 1),
            series_position = $19,
            status = case when $20 then 'published' else status end,
            publish_at = case
                when $20 then coalesce($21, now())
                when status = 'published' then coalesce($21, publish_at)
                else $21
            end,
            body_html = $22, toc = $23, excerpt = $24, reading_minutes = $25, renderer_version = $26,
            search_text = $27, updated_at = now()
        where id = $1
        returning case when status = 'published' then publish_at end
        "#,
        id,
        fields.kind.as_str(),
        fields.slug,
        change.title,
        change.body,
        fields.summary,
        fields.description,
        fields.cover_id,
        fields.cover_alt,
        fields.share_image_id,
        fields.unpublish_at,
        fields.visibility.as_str(),
        fields.canonical_url,
        fields.language,
        fields.noindex,
        fields.comments_open,
        fields.comments_close_at,
        fields.series,
        fields.series_part,
        change.publishes(),
        fields.publish_at,
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

/// Makes the series of this title, if there is none yet.
pub(super) async fn ensure_series(db: impl PgExecutor<'_>, title: &str) -> sqlx::Result<()> {
    let slug = Slug::propose(title);
    sqlx::query!(
        r#"
        insert into series (slug, title)
        select $1, $2 where not exists (select from series where title = $2)
        on conflict (slug) do update set title = series.title
        "#,
        slug.as_str(),
        title
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The accounts with these handles that may write, as far as there are some.
pub(super) async fn writers(
    db: impl PgExecutor<'_>,
    handles: &[String],
) -> sqlx::Result<Vec<(String, UserId)>> {
    let roles = Role::names_with(Capability::Write);
    let rows = sqlx::query!(
        r#"
        select u.handle, u.id
        from users u
        where u.handle = any($1) and u.deleted_at is null
            and (u.role = any($2) or exists (select from post_authors a where a.user_id = u.id))
        "#,
        handles,
        &roles
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.handle, row.id)).collect())
}

/// Makes the tags of a post exactly these; new tags come into being, a known tag keeps its name.
pub(super) async fn set_tags(db: &mut PgConnection, id: PostId, names: &[String]) -> sqlx::Result<()> {
    let slugs: Vec<String> = names.iter().map(|name| Slug::propose(name).to_string()).collect();
    sqlx::query!(
        r#"
        insert into tags (slug, name)
        select t.slug, t.name from unnest($1::text[], $2::text[]) as t (slug, name) order by t.slug
        on conflict (slug) do nothing
        "#,
        &slugs,
        names
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

/// Makes what was just saved the next version of the post and keeps it in the history; the version.
pub(in crate::posts) async fn add_revision(
    db: &mut PgConnection,
    id: PostId,
    editor: Option<UserId>,
    reason: &str,
) -> sqlx::Result<i32> {
    sqlx::query!("update posts set text_version = text_version + 1 where id = $1", id)
        .execute(&mut *db)
        .await?;
    sqlx::query_scalar!(
        r#"
        insert into post_revisions (post_id, n, editor_id, title, body_md, fields, reason)
        select p.id, p.text_version, $2, p.title, p.body_md, post_fields(p), $3
        from posts p
        where p.id = $1
        returning n
        "#,
        id,
        editor,
        reason
    )
    .fetch_one(db)
    .await
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

/// Sets the dates that the source names.
pub(super) async fn set_dates(
    db: impl PgExecutor<'_>,
    id: PostId,
    dates: &ImportedDates,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update posts
        set created_at = coalesce($2, created_at), updated_at = coalesce($3, $2, updated_at)
        where id = $1
        "#,
        id,
        dates.publish_at,
        dates.updated_at
    )
    .execute(db)
    .await?;
    Ok(())
}
