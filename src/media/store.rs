//! Taking a picture in.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::{PgExecutor, PgPool};

use super::{
    apart::{self, Kept},
    jobs::{DeleteFiles, MakeVariants},
    model::{file_key, original_stem, path, srcset, stem, variant_key},
    picture::{Bounds, Refusal},
    queries,
};
use crate::{
    crypto::content_hash_of,
    error::Result,
    files::Content,
    jobs,
    session::UserId,
    state::AppState,
    text::markdown::{Picture, picture_sources},
};

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

/// Checks, cleans and keeps a picture; one that is already kept is not kept twice. Smaller copies follow by a job. From
/// now on it is in the library of whoever sent it.
///
/// # Errors
/// `Ok(Err(…))`: not a picture, with the sentence for the sender. `Err(…)`: disk or database are away.
pub async fn store(
    app: &AppState,
    content: Content,
    name: &str,
    uploader: Option<UserId>,
) -> Result<std::result::Result<Stored, Refusal>> {
    let hashed = content.clone();
    let hash = tokio::task::spawn_blocking(move || content_hash_of(hashed.open())).await;
    let hash = hash.context("reading an upload was cut off")?.context("reading an upload")?;
    let mut tx = app.db.begin().await?;
    queries::lock(&mut *tx, &stem(&hash)).await?;
    if let Some(known) = queries::by_hash(&mut *tx, &hash).await? {
        queries::add_owner(&mut *tx, known.id, uploader).await?;
        tx.commit().await?;
        return Ok(Ok(known));
    }
    tx.rollback().await?;

    let clean = match cleaned(app, content).await? {
        Ok(clean) => clean,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = file_key(&hash, clean.kind);
    let new = queries::NewMedia {
        source_hash: &hash,
        file_key: &key,
        kind: clean.kind,
        width: clean.width,
        height: clean.height,
        bytes: i64::try_from(clean.content.len()).unwrap_or(i64::MAX),
        original_name: name,
        uploaded_by: uploader,
    };
    // nobody else keeps or deletes this very picture meanwhile
    let mut tx = app.db.begin().await?;
    queries::lock(&mut *tx, &stem(&hash)).await?;
    app.files.put(&key, &clean.content).await?;
    let id = queries::insert(&mut *tx, &new).await?;
    queries::add_owner(&mut *tx, id, uploader).await?;
    if clean.kind.widths(clean.width).next().is_some() {
        jobs::enqueue(&mut tx, &MakeVariants { media_id: id }).await?;
    }
    tx.commit().await?;
    Ok(Ok(Stored { id, file_key: key }))
}

async fn cleaned(app: &AppState, content: Content) -> Result<std::result::Result<Kept, Refusal>> {
    let bounds = &app.config.bounds;
    let bounds = Bounds::new(bounds.upload_bytes, bounds.picture_pixels);
    Ok(apart::clean(&app.config.program, &content, bounds).await?)
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
/// The database is away.
pub async fn forget_face(app: &AppState, uploader: UserId, face: &str) -> Result<()> {
    let Some(key) = face.strip_prefix("/media/") else { return Ok(()) };
    let stem = original_stem(key).or_else(|| key.rsplit_once('.').map(|(stem, _)| stem)).unwrap_or(key);
    let mut tx = app.db.begin().await?;
    if let Some(forgotten) = queries::forget_face(&mut *tx, uploader, stem).await? {
        jobs::enqueue(&mut tx, &DeleteFiles::of(forgotten)).await?;
    }
    Ok(tx.commit().await?)
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
