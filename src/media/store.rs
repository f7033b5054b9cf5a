//! Taking a picture in.

use std::collections::HashMap;

use anyhow::Context;
use bytes::Bytes;
use sqlx::{PgExecutor, PgPool};
use tokio::sync::Semaphore;

use super::{
    jobs::MakeVariants,
    model::{Kind, file_key, original_stem, path, srcset, variant_key},
    picture::{self, Bounds, Refusal},
    queries,
};
use crate::{
    crypto::content_hash,
    error::Result,
    jobs,
    session::UserId,
    state::AppState,
    text::markdown::{Picture, picture_sources},
};

/// Pictures that are cleaned at a time: each may take 256 MB while it is decoded.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A picture that is kept.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its row.
    pub id: i64,
    /// Its key in the file store.
    pub file_key: String,
}

impl Stored {
    /// Its public path.
    pub fn path(&self) -> String {
        path(&self.file_key)
    }
}

/// Checks, cleans and keeps a picture; one that is already kept is not kept twice. Smaller copies follow by a job.
///
/// # Errors
/// `Ok(Err(…))`: not a picture, with the sentence for the sender. `Err(…)`: disk or database are away.
pub async fn store(
    app: &AppState,
    bytes: Bytes,
    name: &str,
    uploader: Option<UserId>,
) -> Result<std::result::Result<Stored, Refusal>> {
    let hash = content_hash(&bytes);
    if let Some(known) = queries::by_hash(&app.db, &hash).await? {
        return Ok(Ok(known));
    }
    let bounds = &app.config.bounds;
    let bounds = Bounds::new(bounds.upload_bytes, bounds.picture_pixels);
    let _turn = TURNS.acquire().await.context("cleaning pictures is shut down")?;
    let cleaned = tokio::task::spawn_blocking(move || picture::clean(&bytes, bounds)).await;
    let clean = match cleaned.context("cleaning a picture was cut off")? {
        Ok(clean) => clean,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = file_key(&hash, clean.kind);
    let size = i64::try_from(clean.bytes.len()).unwrap_or(i64::MAX);
    app.files.put(&key, clean.bytes.into()).await?;

    let new = queries::NewMedia {
        source_hash: &hash,
        file_key: &key,
        kind: clean.kind,
        width: clean.width,
        height: clean.height,
        bytes: size,
        original_name: name,
        uploaded_by: uploader,
    };
    let mut tx = app.db.begin().await?;
    let id = queries::insert(&mut *tx, &new).await?;
    if clean.kind.widths(clean.width).next().is_some() {
        jobs::enqueue(&mut tx, &MakeVariants { media_id: id }).await?;
    }
    tx.commit().await?;
    Ok(Ok(Stored { id, file_key: key }))
}

/// The path of the smallest copy of a picture: for showing somebody's face.
///
/// # Errors
/// The database is away.
pub async fn small_path(db: &PgPool, stored: &Stored) -> sqlx::Result<String> {
    let sizes = queries::sizes(db, std::slice::from_ref(&stored.file_key)).await?;
    let smallest = sizes.first().and_then(|size| size.kind.widths(size.width).next());
    Ok(smallest.map_or_else(|| stored.path(), |width| path(&variant_key(&stored.file_key, width))))
}

/// Forgets the picture that somebody had of themselves, after their account has let it go; one that is shown elsewhere
/// stays.
///
/// # Errors
/// Disk or database are away.
pub async fn forget_face(app: &AppState, uploader: UserId, face: &str) -> Result<()> {
    let Some(key) = face.strip_prefix("/media/") else { return Ok(()) };
    let stem = original_stem(key).or_else(|| key.rsplit_once('.').map(|(stem, _)| stem)).unwrap_or(key);
    let Some(forgotten) = queries::forget_face(&app.db, uploader, stem).await? else { return Ok(()) };
    for width in forgotten.variant_widths {
        app.files.delete(&variant_key(&forgotten.file_key, width)).await?;
    }
    Ok(app.files.delete(&forgotten.file_key).await?)
}

/// The pictures of ours that a text refers to, for the renderer.
///
/// # Errors
/// The database is away.
pub async fn pictures_in(db: impl PgExecutor<'_>, source: &str) -> sqlx::Result<HashMap<String, Picture>> {
    let keys: Vec<String> = picture_sources(source)
        .into_iter()
        .filter_map(|source| source.strip_prefix("/media/").map(str::to_owned))
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = queries::sizes(db, &keys).await?;
    let picture = |row: &queries::Size| Picture {
        width: row.width,
        height: row.height,
        srcset: srcset(&row.file_key, row.kind, row.width),
    };
    Ok(rows.iter().map(|row| (path(&row.file_key), picture(row))).collect())
}

/// True when smaller copies of this kind make sense.
pub(super) fn wanted_widths(kind: Kind, width: i32) -> Vec<i32> {
    kind.widths(width).collect()
}
