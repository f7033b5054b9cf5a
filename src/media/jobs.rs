//! Smaller copies of a picture, made after the upload.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{
    apart,
    model::{stem_of, variant_key},
    queries,
};
use crate::{jobs::Job, state::AppState};

/// Makes the smaller copies of one picture.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeVariants {
    /// The picture.
    pub media_id: i64,
}

impl Job for MakeVariants {
    const KIND: &'static str = "media.variants";

    fn key(&self) -> String {
        self.media_id.to_string()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        // deleted meanwhile: nothing to do
        let Some(original) = queries::size(&app.db, self.media_id).await? else { return Ok(()) };
        let bytes = app.files.get(&original.file_key).await?.context("the original is missing")?;
        let widths: Vec<i32> = original.kind.widths(original.width).collect();
        let copies = apart::copies(&app.config.program, &bytes.into(), widths.clone()).await?;

        // nobody deletes it meanwhile, so that no copy outlives its original
        let mut tx = app.db.begin().await?;
        queries::lock(&mut *tx, stem_of(&original.file_key)).await?;
        if !queries::is_kept(&mut *tx, &original.file_key).await? {
            return Ok(());
        }
        for (width, copy) in copies {
            app.files.put(&variant_key(&original.file_key, width), &copy).await?;
        }
        queries::set_variants(&mut *tx, self.media_id, &widths).await?;
        Ok(tx.commit().await?)
    }
}

/// Deletes the files of a picture whose row is gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeleteFiles {
    file_key: String,
    variant_widths: Vec<i32>,
}

impl DeleteFiles {
    pub(super) fn of(forgotten: queries::Forgotten) -> Self {
        Self { file_key: forgotten.file_key, variant_widths: forgotten.variant_widths }
    }
}

impl Job for DeleteFiles {
    const KIND: &'static str = "media.delete";

    fn key(&self) -> String {
        self.file_key.clone()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        queries::lock(&mut *tx, stem_of(&self.file_key)).await?;
        // sent again meanwhile
        if queries::is_kept(&mut *tx, &self.file_key).await? {
            return Ok(());
        }
        for width in self.variant_widths {
            app.files.delete(&variant_key(&self.file_key, width)).await?;
        }
        app.files.delete(&self.file_key).await?;
        Ok(tx.commit().await?)
    }
}
