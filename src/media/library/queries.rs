//! Every SQL statement of the library.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};

use super::{
    forms::Description,
    model::{Card, Picture, Scope, Shelf, Use},
};
use crate::{
    media::{model::Kind, queries::Forgotten},
    session::{User, UserId},
};

/// Where the grid goes on.
pub(super) type Before = (DateTime<Utc>, i64);

/// The newest pictures; faces only when a post shows them, too.
pub(super) async fn cards(
    db: &PgPool,
    scope: Scope,
    (shelf, words): (Shelf, &str),
    before: Before,
    limit: i64,
) -> sqlx::Result<Vec<Card>> {
    let unused = shelf != Shelf::All;
    let month_old = shelf == Shelf::Forgotten;
    sqlx::query_as!(
        Card,
        r#"
        select m.id, m.file_key, m.kind as "kind: Kind", m.width, m.height, m.alt, m.decorative, m.original_name,
            m.created_at, exists (select from media_refs r where r.media_id = m.id) as "used!"
        from media m
        where ($1::bigint is null
                or exists (select from media_owners o where o.user_id = $1 and o.media_id = m.id))
            and ($2 = '' or strpos(lower(m.original_name), lower($2)) > 0 or strpos(lower(m.alt), lower($2)) > 0)
            and (not $3 or unused(m))
            and (not $4 or m.created_at < now() - interval '30 days')
            and (exists (select from media_refs r where r.media_id = m.id)
                or not exists (
                    select
                    from users u
                    where u.avatar is not null
                        and substring(u.avatar from '^/media/([0-9a-f]{2}/[0-9a-f]{32})')
                            = split_part(m.file_key, '.', 1)
                ))
            and (m.created_at, m.id) < ($5, $6)
        order by m.created_at desc, m.id desc
        limit $7
        "#,
        scope.0,
        words,
        unused,
        month_old,
        before.0,
        before.1,
        limit
    )
    .fetch_all(db)
    .await
}

/// A picture that somebody may see and change.
pub(super) async fn picture(db: impl PgExecutor<'_>, scope: Scope, id: i64) -> sqlx::Result<Option<Picture>> {
    sqlx::query_as!(
        Picture,
        r#"
        select m.id, m.file_key, m.kind as "kind: Kind", m.width, m.height, m.bytes, m.alt, m.decorative,
            m.focus_x, m.focus_y, m.original_name, m.variant_widths, m.created_at,
            array(
                select u.name
                from media_owners o
                join users u on u.id = o.user_id
                where o.media_id = m.id and ($2::bigint is null or u.id = $2)
                order by o.created_at, u.id
            ) as "owners!",
            exists (
                select
                from users u
                where u.avatar is not null
                    and substring(u.avatar from '^/media/([0-9a-f]{2}/[0-9a-f]{32})')
                        = split_part(m.file_key, '.', 1)
            ) as "is_face!"
        from media m
        where m.id = $1
            and ($2::bigint is null
                or exists (select from media_owners o where o.user_id = $2 and o.media_id = m.id))
        "#,
        id,
        scope.0
    )
    .fetch_optional(db)
    .await
}

/// The posts that show a picture or once did, those that are out first; at most 200.
pub(super) async fn uses(
    db: impl PgExecutor<'_>,
    id: i64,
    (viewer, scope): (&User, Scope),
) -> sqlx::Result<Vec<Use>> {
    sqlx::query_as!(
        Use,
        r#"
        select p.id as post_id, p.title, (case when p.kind = 'post' then '/posts/' else '/' end) || p.slug as "path!",
            p.status, live(p) as "live!", r.in_text, r.as_cover, r.as_share_image,
            (
                $2::bigint is null or p.author_id = $3
                or exists (select from post_authors a where a.post_id = p.id and a.user_id = $3)
            ) as "editable!"
        from media_refs r
        join posts p on p.id = r.post_id
        where r.media_id = $1
        order by live(p) desc, (r.in_text or r.as_cover or r.as_share_image) desc, p.updated_at desc, p.id desc
        limit 200
        "#,
        id,
        scope.0,
        viewer.id
    )
    .fetch_all(db)
    .await
}

pub(super) async fn describe(db: impl PgExecutor<'_>, id: i64, to: &Description) -> sqlx::Result<()> {
    sqlx::query!(
        "update media set alt = $2, decorative = $3, focus_x = $4, focus_y = $5 where id = $1",
        id,
        to.alt,
        to.decorative,
        to.focus.0,
        to.focus.1
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Describes a picture that nobody has described yet; what is said of it from now on, and whether it needs nothing said.
pub(super) async fn describe_first(
    db: impl PgExecutor<'_>,
    id: i64,
    (alt, decorative): (&str, bool),
) -> sqlx::Result<(String, bool)> {
    let row = sqlx::query!(
        r#"
        update media
        set alt = case when alt = '' then $2 else alt end, decorative = decorative or ($3 and alt = '')
        where id = $1
        returning alt, decorative
        "#,
        id,
        alt,
        decorative
    )
    .fetch_one(db)
    .await?;
    Ok((row.alt, row.decorative))
}

/// Takes a picture out of somebody's library; true when it is in somebody else's, too.
pub(super) async fn take_out(db: &mut sqlx::PgConnection, id: i64, owner: UserId) -> sqlx::Result<bool> {
    sqlx::query!("delete from media_owners where media_id = $1 and user_id = $2", id, owner)
        .execute(&mut *db)
        .await?;
    sqlx::query_scalar!(r#"select exists (select from media_owners where media_id = $1) as "others!""#, id)
        .fetch_one(db)
        .await
}

/// Lets go what only drafts and earlier versions show.
pub(super) async fn let_go(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        delete from media_refs r
        using posts p
        where r.media_id = $1 and p.id = r.post_id
            and (p.status <> 'published' or not (r.in_text or r.as_cover or r.as_share_image))
        "#,
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes a picture that no post and nobody's face shows; `None`: one does.
pub(super) async fn delete(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Forgotten>> {
    sqlx::query_as!(
        Forgotten,
        r#"
        delete from media m
        where m.id = $1
            and not exists (select from media_refs r where r.media_id = m.id)
            and not exists (
                select
                from users u
                where u.avatar is not null
                    and substring(u.avatar from '^/media/([0-9a-f]{2}/[0-9a-f]{32})')
                        = split_part(m.file_key, '.', 1)
            )
        returning m.file_key, m.variant_widths
        "#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Which of these pictures nothing has shown for a month, so that they may go.
pub(super) async fn forgotten(db: &PgPool, scope: Scope, ids: &[i64]) -> sqlx::Result<Vec<Card>> {
    sqlx::query_as!(
        Card,
        r#"
        select m.id, m.file_key, m.kind as "kind: Kind", m.width, m.height, m.alt, m.decorative, m.original_name,
            m.created_at, false as "used!"
        from media m
        where m.id = any($2) and unused(m) and m.created_at < now() - interval '30 days'
            and ($1::bigint is null
                or exists (select from media_owners o where o.user_id = $1 and o.media_id = m.id))
        order by m.created_at desc, m.id desc
        limit 500
        "#,
        scope.0,
        ids
    )
    .fetch_all(db)
    .await
}

/// Deletes those of these pictures that may still go.
pub(super) async fn delete_forgotten(
    db: impl PgExecutor<'_>,
    scope: Scope,
    ids: &[i64],
) -> sqlx::Result<Vec<Forgotten>> {
    sqlx::query_as!(
        Forgotten,
        r#"
        delete from media m
        where m.id = any($2) and unused(m) and m.created_at < now() - interval '30 days'
            and ($1::bigint is null or exists (
                select from media_owners o where o.media_id = m.id having array_agg(o.user_id) = array[$1]
            ))
        returning m.file_key, m.variant_widths
        "#,
        scope.0,
        ids
    )
    .fetch_all(db)
    .await
}
