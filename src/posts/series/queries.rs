//! SQL of series.

use sqlx::{PgConnection, PgExecutor, PgPool};

use super::{
    forms::Change,
    model::{Line, Member, Series},
};
use crate::{
    posts::{
        model::{PostCard, PostId, Stage},
        queries::cards,
    },
    session::{Capability, User},
};

/// A series in which readers find at least one post.
pub async fn readable(db: impl PgExecutor<'_>, slug: &str) -> sqlx::Result<Option<Series>> {
    sqlx::query_as!(
        Series,
        r#"
        select s.id, s.slug, s.title, s.description
        from series s
        where s.slug = $1
            and exists (select from posts p where p.series_id = s.id and p.kind = 'post' and listed(p))
        "#,
        slug
    )
    .fetch_optional(db)
    .await
}

/// All series in which readers find posts, by title.
pub(super) async fn all_readable(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        select s.id, s.slug, s.title, s.description, count(*) as "posts!"
        from series s
        join posts p on p.series_id = s.id
        where p.kind = 'post' and listed(p)
        group by s.id
        order by lower(s.title), s.id
        limit 1000
        "#
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            series: Series { id: row.id, slug: row.slug, title: row.title, description: row.description },
            posts: row.posts,
        })
        .collect())
}

/// The parts that readers find, in order; at most 500.
pub(super) async fn parts(db: &PgPool, id: i64) -> sqlx::Result<Vec<PostCard>> {
    let ids = sqlx::query_scalar!(
        r#"
        select p.id
        from posts p
        where p.series_id = $1 and p.kind = 'post' and listed(p)
        order by p.series_position nulls last, p.publish_at, p.id
        limit 500
        "#,
        id
    )
    .fetch_all(db)
    .await?;
    let mut cards = cards(db, &ids).await?;
    cards.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(cards)
}

/// The series that `user` may change, by title: whoever wrote all of its posts, and editors.
pub(super) async fn all_editable(db: impl PgExecutor<'_>, user: &User) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        select s.id, s.slug, s.title, s.description, count(p.id) as "posts!"
        from series s
        left join posts p on p.series_id = s.id and p.status <> 'trashed'
        group by s.id
        having $2 or (
            count(p.id) > 0
            and bool_and(
                p.author_id = $1
                or exists (select from post_authors a where a.post_id = p.id and a.user_id = $1)
            )
        )
        order by lower(s.title), s.id
        limit 1000
        "#,
        user.id,
        user.can(Capability::EditAny)
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            series: Series { id: row.id, slug: row.slug, title: row.title, description: row.description },
            posts: row.posts,
        })
        .collect())
}

/// A series that `user` may change. What they may not change is not there.
pub(super) async fn editable(db: impl PgExecutor<'_>, user: &User, id: i64) -> sqlx::Result<Option<Series>> {
    sqlx::query_as!(
        Series,
        r#"
        select s.id, s.slug, s.title, s.description
        from series s
        where s.id = $2 and (
            $3
            or (
                exists (select from posts p where p.series_id = s.id)
                and not exists (
                    select
                    from posts p
                    where p.series_id = s.id and p.author_id <> $1
                        and not exists (select from post_authors a where a.post_id = p.id and a.user_id = $1)
                )
            )
        )
        "#,
        user.id,
        id,
        user.can(Capability::EditAny)
    )
    .fetch_optional(db)
    .await
}

/// The posts of a series in order, whatever their stage but the trash; at most 500.
pub(super) async fn members(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Vec<Member>> {
    sqlx::query_as!(
        Member,
        r#"
        select p.id, p.title, stage(p) as "stage!: Stage", p.series_position as position
        from posts p
        where p.series_id = $1 and p.status <> 'trashed'
        order by p.series_position nulls last, p.publish_at, p.id
        limit 500
        "#,
        id
    )
    .fetch_all(db)
    .await
}

/// Renames and describes a series.
pub(super) async fn update(db: impl PgExecutor<'_>, id: i64, change: &Change) -> sqlx::Result<()> {
    sqlx::query!(
        "update series set title = $2, slug = $3, description = $4 where id = $1",
        id,
        change.title,
        change.slug.as_str(),
        change.description
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts posts of a series in order; the ids of those that now stand elsewhere, or of all when `renamed`: they carry the
/// name of the series.
pub(super) async fn set_positions(
    db: &mut PgConnection,
    id: i64,
    change: &Change,
    renamed: bool,
) -> sqlx::Result<Vec<PostId>> {
    let (posts, positions): (Vec<PostId>, Vec<Option<i32>>) = change.parts.iter().copied().unzip();
    let mut moved = sqlx::query_scalar!(
        r#"
        update posts p
        set series_position = n.position
        from unnest($2::bigint[], $3::int[]) as n (id, position)
        where p.id = n.id and p.series_id = $1 and p.series_position is distinct from n.position
        returning p.id
        "#,
        id,
        &posts,
        &positions as &[Option<i32>]
    )
    .fetch_all(&mut *db)
    .await?;
    if renamed {
        moved = sqlx::query_scalar!("select id from posts where series_id = $1", id).fetch_all(db).await?;
    }
    Ok(moved)
}

/// Deletes a series; its posts stay. Their ids.
pub(super) async fn delete(db: &mut PgConnection, id: i64) -> sqlx::Result<Vec<PostId>> {
    let left = sqlx::query_scalar!(
        "update posts set series_id = null, series_position = null where series_id = $1 returning id",
        id
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!("delete from series where id = $1", id).execute(db).await?;
    Ok(left)
}
