//! SQL of the imports.

use std::collections::HashMap;

use sqlx::PgExecutor;

use crate::posts::PostId;

/// What an earlier run made of a source.
pub(super) struct Item {
    pub(super) key: String,
    pub(super) hash: Vec<u8>,
    pub(super) post_id: Option<PostId>,
    /// Somebody has edited the post since.
    pub(super) edited: bool,
    pub(super) slug: Option<String>,
}

pub(super) async fn items(db: impl PgExecutor<'_>, source: &str) -> sqlx::Result<HashMap<String, Item>> {
    let items = sqlx::query_as!(
        Item,
        r#"
        select i.key as "key!", i.hash as "hash!", i.post_id, coalesce(p.text_version <> i.text_version, false) as "edited!",
            p.slug as "slug?"
        from import_items i
        left join posts p on p.id = i.post_id
        where i.source = $1
        "#,
        source
    )
    .fetch_all(db)
    .await?;
    Ok(items.into_iter().map(|item| (item.key.clone(), item)).collect())
}

pub(super) async fn remember(
    db: impl PgExecutor<'_>,
    (source, key): (&str, &str),
    hash: &[u8],
    post_id: PostId,
    text_version: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into import_items (source, key, hash, post_id, text_version)
        values ($1, $2, $3, $4, $5)
        on conflict (source, key) do update
        set hash = excluded.hash, post_id = excluded.post_id, text_version = excluded.text_version,
            imported_at = now()
        "#,
        source,
        key,
        hash,
        post_id,
        text_version
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Addresses that are in use, of all posts and pages.
pub(super) async fn slugs(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select slug from posts").fetch_all(db).await
}
