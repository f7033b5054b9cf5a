//! SQL for readers: lists and posts. That of a second noun is in the `queries.rs` of its folder.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, types::Json};

use super::{
    model::{Byline, Cover, Neighbour, Neighbours, Post, PostCard, PostId, PostKind, TagLink, Visibility},
    series::SeriesPlace,
};
use crate::{
    session::{Capability, User},
    text::{SafeHtml, markdown::Heading},
};

/// Where a list goes on: after this moment and id.
pub type After = (DateTime<Utc>, PostId);

/// The newest posts.
pub async fn latest(db: &PgPool, after: After, limit: i64) -> sqlx::Result<Vec<PostCard>> {
    let ids = sqlx::query_scalar!(
        r#"
        select p.id
        from posts p
        where listed(p) and p.kind = 'post' and (p.publish_at, p.id) < ($1, $2)
        order by p.publish_at desc, p.id desc
        limit $3
        "#,
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await?;
    cards(db, &ids).await
}

/// The newest posts with a tag.
pub async fn tagged(db: &PgPool, tag_id: i64, after: After, limit: i64) -> sqlx::Result<Vec<PostCard>> {
    let ids = sqlx::query_scalar!(
        r#"
        select p.id
        from post_tags t
        join posts p on p.id = t.post_id
        where t.tag_id = $1 and listed(p) and p.kind = 'post' and (p.publish_at, p.id) < ($2, $3)
        order by p.publish_at desc, p.id desc
        limit $4
        "#,
        tag_id,
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await?;
    cards(db, &ids).await
}

/// The newest posts of an author.
pub async fn written_by(db: &PgPool, user_id: i64, after: After, limit: i64) -> sqlx::Result<Vec<PostCard>> {
    let ids = sqlx::query_scalar!(
        r#"
        select p.id
        from post_authors a
        join posts p on p.id = a.post_id
        where a.user_id = $1 and listed(p) and p.kind = 'post' and (p.publish_at, p.id) < ($2, $3)
        order by p.publish_at desc, p.id desc
        limit $4
        "#,
        user_id,
        after.0,
        after.1,
        limit
    )
    .fetch_all(db)
    .await?;
    cards(db, &ids).await
}

/// The posts that fit a search, the best first, and newer before older. Of words that nearly every post holds, only
/// the newest few hundred are weighed: weighing them all would take longer than the rest of the page.
pub async fn found(db: &PgPool, words: &str, limit: i64) -> sqlx::Result<Vec<PostCard>> {
    let ids = sqlx::query_scalar!(
        r#"
        select fitting.id
        from websearch_to_tsquery('simple', $1) as query
        cross join lateral (
            select p.id, p.publish_at, p.search
            from posts p
            where p.search @@ query and listed(p) and p.kind = 'post'
            order by p.publish_at desc, p.id desc
            limit 400
        ) as fitting
        order by ts_rank(fitting.search, query) desc, fitting.publish_at desc, fitting.id desc
        limit $2
        "#,
        words,
        limit
    )
    .fetch_all(db)
    .await?;
    let mut cards = cards(db, &ids).await?;
    cards.sort_by_key(|card| ids.iter().position(|id| *id == card.id));
    Ok(cards)
}

/// The cards of some posts, the newest first.
pub async fn cards(db: impl PgExecutor<'_>, ids: &[PostId]) -> sqlx::Result<Vec<PostCard>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as!(
        PostCard,
        r#"
        select id as "id!", slug as "slug!", title as "title!", teaser as "teaser!", publish_at as "published_at!",
            comment_count as "comment_count!", reading_minutes as "reading_minutes!",
            authors as "authors!: Json<Vec<Byline>>", tags as "tags!: Json<Vec<TagLink>>",
            cover as "cover: Json<Cover>"
        from post_cards
        where id = any($1)
        order by publish_at desc, id desc
        "#,
        ids
    )
    .fetch_all(db)
    .await
}

/// A post (or page) that readers may see; a private one for those who may edit it.
pub async fn published(
    db: impl PgExecutor<'_>,
    kind: PostKind,
    slug: &str,
    viewer: Option<&User>,
) -> sqlx::Result<Option<Post>> {
    sqlx::query_as!(
        Post,
        r#"
        select p.id, p.kind as "kind: PostKind", p.author_id, p.slug, p.title, c.teaser as "teaser!",
            p.body_html as "body_html: SafeHtml", p.toc as "toc: Json<Vec<Heading>>",
            p.publish_at as "published_at!", p.updated_at,
            p.comments_open and (p.comments_close_at is null or p.comments_close_at > now()) as "comments_open!",
            p.comments_close_at, p.comment_count, p.reading_minutes, c.authors as "authors!: Json<Vec<Byline>>",
            c.tags as "tags!: Json<Vec<TagLink>>", c.cover as "cover: Json<Cover>",
            p.visibility as "visibility: Visibility", p.description,
            (select m.file_key from media m where m.id = p.share_image_id) as share_image,
            p.canonical_url, p.language, p.noindex,
            (
                select jsonb_build_object('slug', s.slug, 'title', s.title, 'part', o.part, 'parts', o.parts,
                    'previous', o.previous, 'next', o.next)
                from series s, (
                    select x.id, row_number() over parts as part, count(*) over () as parts,
                        lag(jsonb_build_object('slug', x.slug, 'title', x.title)) over parts as previous,
                        lead(jsonb_build_object('slug', x.slug, 'title', x.title)) over parts as next
                    from posts x
                    where x.series_id = p.series_id and x.kind = 'post' and (listed(x) or x.id = p.id)
                    window parts as (order by x.series_position nulls last, x.publish_at, x.id)
                ) as o
                where s.id = p.series_id and o.id = p.id
            ) as "series: Json<SeriesPlace>"
        from posts p
        join post_cards c on c.id = p.id
        where p.slug = $1 and p.kind = $2 and due(p)
            and (
                live(p) or $3
                or p.author_id = $4
                or exists (select from post_authors a where a.post_id = p.id and a.user_id = $4)
            )
        "#,
        slug,
        kind.as_str(),
        viewer.is_some_and(|user| user.can(Capability::EditAny)),
        viewer.filter(|user| user.can(Capability::Write)).map(|user| user.id)
    )
    .fetch_optional(db)
    .await
}

/// The posts before and after the one at `key`.
pub async fn neighbours(db: impl PgExecutor<'_>, key: After) -> sqlx::Result<Neighbours> {
    let rows = sqlx::query!(
        r#"
        (
            select true as "older!", p.slug as "slug!", p.title as "title!"
            from posts p
            where listed(p) and p.kind = 'post' and (p.publish_at, p.id) < ($1, $2)
            order by p.publish_at desc, p.id desc
            limit 1
        )
        union all
        (
            select false, p.slug, p.title
            from posts p
            where listed(p) and p.kind = 'post' and (p.publish_at, p.id) > ($1, $2)
            order by p.publish_at, p.id
            limit 1
        )
        "#,
        key.0,
        key.1
    )
    .fetch_all(db)
    .await?;
    let mut neighbours = Neighbours::default();
    for row in rows {
        let neighbour = Some(Neighbour { slug: row.slug, title: row.title });
        if row.older {
            neighbours.older = neighbour;
        } else {
            neighbours.newer = neighbour;
        }
    }
    Ok(neighbours)
}

/// A tag, with its id.
pub struct Tag {
    /// Its key.
    pub id: i64,
    /// For the address.
    pub slug: String,
    /// For people.
    pub name: String,
}

/// A tag by its slug.
pub async fn tag(db: impl PgExecutor<'_>, slug: &str) -> sqlx::Result<Option<Tag>> {
    sqlx::query_as!(
        Tag,
        r#"
        select id, slug, name
        from tags
        where slug = $1
            and exists (
                select
                from post_tags pt
                join posts p on p.id = pt.post_id
                where pt.tag_id = tags.id and listed(p) and p.kind = 'post'
            )
        "#,
        slug
    )
    .fetch_optional(db)
    .await
}

/// A tag in the list of all tags.
pub struct TagCount {
    /// For the address.
    pub slug: String,
    /// For people.
    pub name: String,
    /// Posts that readers can see.
    pub posts: i64,
}

impl TagCount {
    /// The tag's page.
    pub fn path(&self) -> String {
        format!("/tags/{}", self.slug)
    }
}

/// All tags that have visible posts, by name.
pub async fn tags(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<TagCount>> {
    sqlx::query_as!(
        TagCount,
        r#"
        select t.slug, t.name, count(*) as "posts!"
        from tags t
        join post_tags pt on pt.tag_id = t.id
        join posts p on p.id = pt.post_id
        where listed(p) and p.kind = 'post'
        group by t.id
        order by lower(t.name), t.id
        limit 2000
        "#
    )
    .fetch_all(db)
    .await
}

/// An author's public profile.
pub struct Profile {
    /// Their account.
    pub id: i64,
    /// For the address.
    pub handle: String,
    /// For people.
    pub name: String,
    /// A few sentences about themselves, plain text.
    pub bio: String,
}

/// An author, if they have ever written something that readers can see.
pub async fn author(db: impl PgExecutor<'_>, handle: &str) -> sqlx::Result<Option<Profile>> {
    sqlx::query_as!(
        Profile,
        r#"
        select u.id, u.handle, u.name, u.bio
        from users u
        where u.handle = $1 and exists (
            select from post_authors a join posts p on p.id = a.post_id where a.user_id = u.id and listed(p)
        )
        "#,
        handle
    )
    .fetch_optional(db)
    .await
}

/// A month that has posts.
pub struct MonthCount {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// Posts that readers can see.
    pub posts: i64,
}

/// Every month that has posts, the newest first, in the blog's time zone.
pub async fn months(db: impl PgExecutor<'_>, zone: &str) -> sqlx::Result<Vec<MonthCount>> {
    let rows = sqlx::query!(
        r#"
        select extract(year from p.publish_at at time zone $1)::int as "year!",
            extract(month from p.publish_at at time zone $1)::int as "month!",
            count(*) as "posts!"
        from posts p
        where listed(p) and p.kind = 'post'
        group by 1, 2
        order by 1 desc, 2 desc
        limit 1200
        "#,
        zone
    )
    .fetch_all(db)
    .await?;
    let month = |month: i32| u32::try_from(month).unwrap_or(1);
    Ok(rows
        .into_iter()
        .map(|row| MonthCount { year: row.year, month: month(row.month), posts: row.posts })
        .collect())
}

/// A line of the archive.
pub struct ArchiveLine {
    /// For the address.
    pub slug: String,
    /// As typed.
    pub title: String,
    /// When it became visible.
    pub published_at: DateTime<Utc>,
}

impl ArchiveLine {
    /// The post's page.
    pub fn path(&self) -> String {
        PostKind::Post.path(&self.slug)
    }
}

/// The posts between two moments, the newest first; at most 2,000.
pub async fn between(
    db: impl PgExecutor<'_>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Vec<ArchiveLine>> {
    sqlx::query_as!(
        ArchiveLine,
        r#"
        select p.slug, p.title, p.publish_at as "published_at!"
        from posts p
        where listed(p) and p.kind = 'post' and p.publish_at >= $1 and p.publish_at < $2
        order by p.publish_at desc, p.id desc
        limit 2000
        "#,
        from,
        until
    )
    .fetch_all(db)
    .await
}

/// True when nobody has written anything yet.
pub async fn is_empty(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select not exists (select from posts) as "empty!""#).fetch_one(db).await
}
