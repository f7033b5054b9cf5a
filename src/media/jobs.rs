//! Smaller copies of a picture, made after the upload.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{model::variant_key, picture, queries, store::wanted_widths};
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
        let widths = wanted_widths(original.kind, original.width);
        for &width in &widths {
            let bytes = bytes.clone();
            let copy = tokio::task::spawn_blocking(move || picture::variant(&bytes, width)).await??;
            app.files.put(&variant_key(&original.file_key, width), copy.into()).await?;
        }
        queries::set_variants(&app.db, self.media_id, &widths).await?;
        Ok(())
    }
}
