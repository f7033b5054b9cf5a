//! SQL of the imports.

use std::collections::HashMap;

use sqlx::{PgConnection, PgExecutor};

use crate::{media::Stored, posts::PostId};

/// What an earlier run made of a source.
pub(super) struct Item {
    pub(super) key: String,
    pub(super) hash: Vec<u8>,
    pub(super) pictures_hash: Vec<u8>,
    pub(super) post_id: Option<PostId>,
    /// Somebody has edited the post since.
    pub(super) edited: bool,
    /// Somebody has moved it to the trash, where the source did not have it.
    pub(super) trashed: bool,
    pub(super) slug: Option<String>,
}

pub(super) async fn items(db: impl PgExecutor<'_>, source: &str) -> sqlx::Result<HashMap<String, Item>> {
    let items = sqlx::query_as!(
        Item,
        r#"
        select i.key as "key!", i.hash as "hash!", i.pictures_hash as "pictures_hash!", i.post_id,
            coalesce(p.text_version <> i.text_version, false) as "edited!",
            coalesce(p.status = 'trashed', false) as "trashed!", p.slug as "slug?"
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

/// What was imported: the source as it was, the pictures that it had here.
pub(super) struct Fingerprint {
    pub(super) source: [u8; 32],
    pub(super) pictures: [u8; 32],
}

pub(super) async fn remember(
    db: impl PgExecutor<'_>,
    (source, key): (&str, &str),
    fingerprint: &Fingerprint,
    post_id: PostId,
    text_version: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into import_items (source, key, hash, pictures_hash, post_id, text_version)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (source, key) do update
        set hash = excluded.hash, pictures_hash = excluded.pictures_hash, post_id = excluded.post_id,
            text_version = excluded.text_version, imported_at = now()
        "#,
        source,
        key,
        &fingerprint.source,
        &fingerprint.pictures,
        post_id,
        text_version
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Comments that earlier runs brought, by their key at the source; `None` for those that were deleted here.
pub(super) async fn comments(
    db: impl PgExecutor<'_>,
    source: &str,
) -> sqlx::Result<HashMap<String, Option<i64>>> {
    let rows = sqlx::query!("select key, comment_id from import_comments where source = $1", source)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.comment_id)).collect())
}

pub(super) async fn remember_comment(
    db: &mut PgConnection,
    (source, key): (&str, &str),
    comment_id: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into import_comments (source, key, comment_id) values ($1, $2, $3)",
        source,
        key,
        comment_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Pictures that earlier runs brought, by their address at the source; `None` for those that were deleted here.
pub(super) async fn media(
    db: impl PgExecutor<'_>,
    source: &str,
) -> sqlx::Result<HashMap<String, Option<Stored>>> {
    let rows = sqlx::query!(
        r#"
        select i.address as "address!", m.id as "id?", m.file_key as "file_key?"
        from import_media i
        left join media m on m.id = i.media_id
        where i.source = $1
        "#,
        source
    )
    .fetch_all(db)
    .await?;
    let stored = |id: Option<i64>, file_key: Option<String>| Some(Stored { id: id?, file_key: file_key? });
    Ok(rows.into_iter().map(|row| (row.address, stored(row.id, row.file_key))).collect())
}

pub(super) async fn remember_media(
    db: impl PgExecutor<'_>,
    (source, address): (&str, &str),
    media_id: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into import_media (source, address, media_id)
        values ($1, $2, $3)
        on conflict (source, address) do update set media_id = excluded.media_id
        "#,
        source,
        address,
        media_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Addresses that are in use, of all posts and pages.
pub(super) async fn slugs(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select slug from posts").fetch_all(db).await
}
