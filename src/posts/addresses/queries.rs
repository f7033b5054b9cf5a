//! SQL of old addresses.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::model::Target;
use crate::{
    posts::model::{PostId, PostKind},
    tally::Counted,
};

/// What the table says about an old path.
pub(super) struct Redirect {
    pub(super) id: i64,
    /// A path of this blog or an address of elsewhere.
    pub(super) target: Option<String>,
    pub(super) post: Option<Place>,
}

/// Where a post is now.
pub(super) struct Place {
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) visible: bool,
    pub(super) expired: bool,
}

/// The redirect of the first of these paths that has one; the longer one goes first: it names more.
pub(super) async fn redirect(db: impl PgExecutor<'_>, paths: &[String]) -> sqlx::Result<Option<Redirect>> {
    let row = sqlx::query!(
        r#"
        select r.id, r.target, p.kind as "kind?: PostKind", p.slug as "slug?", coalesce(live(p), false) as "visible!",
            coalesce(stage(p) = 'expired' and p.visibility <> 'private', false) as "expired!"
        from redirects r
        left join posts p on p.id = r.post_id
        where r.path = any($1)
        order by length(r.path) desc
        limit 1
        "#,
        paths
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let post = row.kind.zip(row.slug).map(|(kind, slug)| Place {
            kind,
            slug,
            visible: row.visible,
            expired: row.expired,
        });
        Redirect { id: row.id, target: row.target, post }
    }))
}

/// The post that has this address or once had it; the one that has it goes first. `Some(None)`: it was deleted for good.
pub(super) async fn moved(
    db: impl PgExecutor<'_>,
    kind: PostKind,
    slug: &str,
) -> sqlx::Result<Option<Option<Place>>> {
    let row = sqlx::query!(
        r#"
        (
            select 1 as "rank!", p.kind as "kind?: PostKind", p.slug as "slug?", live(p) as "visible!",
                stage(p) = 'expired' and p.visibility <> 'private' as "expired!"
            from posts p
            where p.kind = $1 and p.slug = $2 and (live(p) or stage(p) = 'expired' and p.visibility <> 'private')
        )
        union all
        (
            select 2, p.kind, p.slug, coalesce(live(p), false),
                coalesce(stage(p) = 'expired' and p.visibility <> 'private', false)
            from post_slugs s
            left join posts p on p.id = s.post_id
            where s.kind = $1 and s.slug = $2
                and (s.post_id is not null or not exists (select from posts q where q.kind = $1 and q.slug = $2))
        )
        order by 1
        limit 1
        "#,
        kind.as_str(),
        slug
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        row.kind.zip(row.slug).map(|(kind, slug)| Place {
            kind,
            slug,
            visible: row.visible,
            expired: row.expired,
        })
    }))
}

/// Makes old paths of another system lead to a post, and redirects that led to these paths too.
pub(in crate::posts) async fn lead_to(
    db: &mut PgConnection,
    id: PostId,
    paths: &[String],
) -> sqlx::Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    lock(&mut *db).await?;
    sqlx::query!(
        r#"
        insert into redirects (path, post_id)
        select distinct path, $2::bigint from unnest($1::text[]) as path
        on conflict (path) do update set post_id = excluded.post_id, target = null
        "#,
        paths,
        id
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update redirects set post_id = $2, target = null where target = any($1)", paths, id)
        .execute(db)
        .await?;
    Ok(())
}

/// Lets one change of the table after the other, until the transaction ends: two at once could make a circle.
pub(super) async fn lock(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("lock table redirects in share row exclusive mode").execute(db).await?;
    Ok(())
}

/// The whole table.
pub(super) async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<HashMap<String, Target>> {
    let rows = sqlx::query!("select path, post_id, target from redirects").fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.path, Target::of(row.post_id, row.target))).collect())
}

/// The posts and pages that have these addresses now, by kind and slug.
pub(super) async fn posts_at(
    db: impl PgExecutor<'_>,
    (kinds, slugs): (&[String], &[String]),
) -> sqlx::Result<HashMap<(PostKind, String), PostId>> {
    let rows = sqlx::query!(
        r#"
        select p.id, p.kind as "kind: PostKind", p.slug
        from unnest($1::text[], $2::text[]) as a (kind, slug)
        join posts p on p.kind = a.kind and p.slug = a.slug
        where p.status <> 'trashed'
        "#,
        kinds,
        slugs
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.kind, row.slug), row.id)).collect())
}

/// Where posts are now.
pub(super) async fn paths_of(
    db: impl PgExecutor<'_>,
    ids: &[PostId],
) -> sqlx::Result<HashMap<PostId, String>> {
    let rows =
        sqlx::query!(r#"select id, kind as "kind: PostKind", slug from posts where id = any($1)"#, ids)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.kind.path(&row.slug))).collect())
}

/// True when readers find a post or page at this address.
pub(super) async fn is_live(db: impl PgExecutor<'_>, kind: PostKind, slug: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from posts p where p.kind = $1 and p.slug = $2 and live(p)) as "live!""#,
        kind.as_str(),
        slug
    )
    .fetch_one(db)
    .await
}

/// Writes redirects over those that have the same path; their counts stay.
pub(super) async fn upsert<'a>(
    db: impl PgExecutor<'_>,
    redirects: impl Iterator<Item = (&'a String, &'a Target)>,
) -> sqlx::Result<()> {
    let (mut paths, mut posts, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for (path, target) in redirects {
        let (post, target) = target.columns();
        paths.push(path.clone());
        posts.push(post);
        targets.push(target);
    }
    sqlx::query!(
        r#"
        insert into redirects (path, post_id, target)
        select * from unnest($1::text[], $2::bigint[], $3::text[])
        on conflict (path) do update set post_id = excluded.post_id, target = excluded.target
        "#,
        &paths,
        &posts as &[Option<PostId>],
        &targets as &[Option<String>]
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes redirects; how many.
pub(super) async fn delete(db: impl PgExecutor<'_>, ids: &[i64]) -> sqlx::Result<u64> {
    Ok(sqlx::query!("delete from redirects where id = any($1)", ids).execute(db).await?.rows_affected())
}

/// A line of the table.
pub(super) struct Line {
    pub(super) id: i64,
    pub(super) path: String,
    pub(super) target: Option<String>,
    pub(super) kind: Option<PostKind>,
    pub(super) slug: Option<String>,
    pub(super) title: Option<String>,
    pub(super) visible: bool,
    pub(super) hits: i64,
    pub(super) last_hit_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
}

impl Line {
    /// Where it leads; `None`: gone for good.
    pub(super) fn leads_to(&self) -> Option<String> {
        let post = self.kind.zip(self.slug.as_deref()).map(|(kind, slug)| kind.path(slug));
        post.or_else(|| self.target.clone())
    }

    pub(super) fn key(&self) -> (DateTime<Utc>, i64) {
        (self.created_at, self.id)
    }
}

/// The table, the newest first.
pub(super) async fn list(
    db: impl PgExecutor<'_>,
    pattern: Option<&str>,
    after: (DateTime<Utc>, i64),
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"
        select r.id, r.path, r.target, p.kind as "kind?: PostKind", p.slug as "slug?", p.title as "title?",
            coalesce(live(p), true) as "visible!", r.hits, r.last_hit_at, r.created_at
        from redirects r
        left join posts p on p.id = r.post_id
        where ($1::text is null or r.path ilike $1 or r.target ilike $1 or p.slug ilike $1 or p.title ilike $1)
            and (r.created_at, r.id) < ($2, $3)
        order by r.created_at desc, r.id desc
        limit $4
        "#,
        pattern,
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await
}

/// Adds what was counted in memory.
pub(super) async fn add_hits(db: impl PgExecutor<'_>, counts: &[Counted]) -> sqlx::Result<()> {
    let ids: Vec<i64> = counts.iter().map(|counted| counted.id).collect();
    let hits: Vec<i64> = counts.iter().map(|counted| counted.n).collect();
    let times: Vec<DateTime<Utc>> = counts.iter().map(|counted| counted.at).collect();
    sqlx::query!(
        r#"
        update redirects r
        set hits = r.hits + n.hits, last_hit_at = greatest(r.last_hit_at, n.at)
        from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as n (id, hits, at)
        where r.id = n.id
        "#,
        &ids,
        &hits,
        &times
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes the redirect of a path at which there is something again.
pub(super) async fn forget(db: impl PgExecutor<'_>, path: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from redirects where path = $1", path).execute(db).await?;
    Ok(())
}
