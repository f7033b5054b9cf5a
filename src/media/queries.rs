//! Every SQL statement about pictures.

use sqlx::PgExecutor;

use super::{model::Kind, store::Stored};
use crate::session::UserId;

pub(super) struct NewMedia<'a> {
    pub(super) source_hash: &'a [u8; 32],
    pub(super) file_key: &'a str,
    pub(super) kind: Kind,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) bytes: i64,
    pub(super) original_name: &'a str,
    pub(super) uploaded_by: Option<i64>,
}

/// Where a picture is and how large.
pub(super) struct Size {
    pub(super) file_key: String,
    pub(super) kind: Kind,
    pub(super) width: i32,
    pub(super) height: i32,
}

pub(super) async fn by_hash(db: impl PgExecutor<'_>, hash: &[u8; 32]) -> sqlx::Result<Option<Stored>> {
    sqlx::query_as!(Stored, "select id, file_key from media where source_hash = $1", &hash[..])
        .fetch_optional(db)
        .await
}

/// Adds a picture; the id of the row that was there, should the same one have come twice at once.
pub(super) async fn insert(db: impl PgExecutor<'_>, new: &NewMedia<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into media (source_hash, file_key, kind, width, height, bytes, original_name, uploaded_by)
        values ($1, $2, $3, $4, $5, $6, left($7, 200), $8)
        on conflict (source_hash) do update set file_key = excluded.file_key
        returning id
        "#,
        &new.source_hash[..],
        new.file_key,
        new.kind.as_str(),
        new.width,
        new.height,
        new.bytes,
        new.original_name,
        new.uploaded_by
    )
    .fetch_one(db)
    .await
}

pub(super) async fn sizes(db: impl PgExecutor<'_>, keys: &[String]) -> sqlx::Result<Vec<Size>> {
    sqlx::query_as!(
        Size,
        r#"select file_key, kind as "kind: Kind", width, height from media where file_key = any($1)"#,
        keys
    )
    .fetch_all(db)
    .await
}

pub(super) async fn size(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Size>> {
    sqlx::query_as!(
        Size,
        r#"select file_key, kind as "kind: Kind", width, height from media where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn set_variants(db: impl PgExecutor<'_>, id: i64, widths: &[i32]) -> sqlx::Result<()> {
    sqlx::query!("update media set variant_widths = $2 where id = $1", id, widths).execute(db).await?;
    Ok(())
}

/// The original of a copy that is not made yet.
pub(super) async fn key_beginning(db: impl PgExecutor<'_>, stem: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select file_key from media where file_key = any(array[$1 || '.jpg', $1 || '.png', $1 || '.webp']) limit 1",
        stem
    )
    .fetch_optional(db)
    .await
}

/// A cover as the desk shows it.
pub async fn file_key(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select file_key from media where id = $1", id).fetch_optional(db).await
}

/// A picture that was deleted, and the widths of its copies.
pub(super) struct Forgotten {
    pub(super) file_key: String,
    pub(super) variant_widths: Vec<i32>,
}

/// Forgets the picture of somebody's face, unless a post, an earlier version of one, or somebody else has it, too.
pub(super) async fn forget_face(
    db: impl PgExecutor<'_>,
    uploader: UserId,
    stem: &str,
) -> sqlx::Result<Option<Forgotten>> {
    sqlx::query_as!(
        Forgotten,
        r#"
        delete from media m
        where m.uploaded_by = $1 and split_part(m.file_key, '.', 1) = $2 and unused(m)
            and not exists (select from media_owners o where o.media_id = m.id and o.user_id <> $1)
        returning m.file_key, m.variant_widths
        "#,
        uploader,
        stem
    )
    .fetch_optional(db)
    .await
}

/// Waits until nobody else keeps or deletes the files of this picture, until the end of the transaction.
pub(super) async fn lock(db: impl PgExecutor<'_>, stem: &str) -> sqlx::Result<()> {
    sqlx::query!(r#"select pg_advisory_xact_lock(hashtextextended('media ' || $1, 0)) as "lock!: ()""#, stem)
        .fetch_one(db)
        .await?;
    Ok(())
}

pub(super) async fn is_kept(db: impl PgExecutor<'_>, file_key: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from media where file_key = $1) as "kept!""#, file_key)
        .fetch_one(db)
        .await
}

/// Puts a picture into somebody's library; one that came with an import is in nobody's.
pub(super) async fn add_owner(
    db: impl PgExecutor<'_>,
    media_id: i64,
    owner: Option<UserId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into media_owners (media_id, user_id)
        select $1, id from users where id = $2
        on conflict do nothing
        "#,
        media_id,
        owner
    )
    .execute(db)
    .await?;
    Ok(())
}
