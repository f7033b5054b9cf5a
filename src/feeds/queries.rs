//! SQL of the feeds.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, types::Json};

use crate::{
    posts::{Byline, PostKind, TagLink},
    text::SafeHtml,
};

/// A post in a feed.
pub(super) struct Entry {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) teaser: String,
    pub(super) body_html: SafeHtml,
    pub(super) published_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) authors: Json<Vec<Byline>>,
    pub(super) tags: Json<Vec<TagLink>>,
    /// Empty: the language of the blog.
    pub(super) language: String,
}

/// The newest posts with their text; of one tag, author or series when named.
pub(super) async fn latest(
    db: impl PgExecutor<'_>,
    (tag, author, series): (Option<i64>, Option<i64>, Option<i64>),
    limit: i64,
) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"
        select p.slug, p.title, c.teaser as "teaser!", p.body_html as "body_html: SafeHtml",
            p.publish_at as "published_at!", p.updated_at, c.authors as "authors!: Json<Vec<Byline>>",
            c.tags as "tags!: Json<Vec<TagLink>>", p.language
        from posts p
        join post_cards c on c.id = p.id
        where listed(p) and p.kind = 'post'
            and ($1::bigint is null or exists (select from post_tags t where t.post_id = p.id and t.tag_id = $1))
            and ($2::bigint is null or exists (select from post_authors a where a.post_id = p.id and a.user_id = $2))
            and ($3::bigint is null or p.series_id = $3)
        order by p.publish_at desc, p.id desc
        limit $4
        "#,
        tag,
        author,
        series,
        limit
    )
    .fetch_all(db)
    .await
}

/// An address of the sitemap.
pub(super) struct Place {
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) updated_at: DateTime<Utc>,
}

impl Place {
    pub(super) fn path(&self) -> String {
        self.kind.path(&self.slug)
    }
}

/// All posts and pages, the newest first: at most 50,000, as many as a sitemap may hold (sitemaps.org).
pub(super) async fn places(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"
        select p.kind as "kind: PostKind", p.slug, p.updated_at
        from posts p
        where listed(p) and not p.noindex
        order by p.publish_at desc, p.id desc
        limit 50000
        "#
    )
    .fetch_all(db)
    .await
}
