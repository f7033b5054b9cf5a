//! What lies on the desk.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{fields::Fields, review::Note};
use crate::posts::model::{PostId, Stage};

/// A post as its editor sees it.
#[derive(Debug, Clone)]
pub(in crate::posts) struct Draft {
    pub(super) id: PostId,
    pub(super) title: String,
    pub(super) body_md: String,
    pub(super) fields: Json<Fields>,
    pub(super) stage: Stage,
    /// Readers are meant to see it now.
    pub(super) due: bool,
    pub(super) text_version: i32,
    pub(super) updated_at: DateTime<Utc>,
    /// Who saved it last.
    pub(super) editor: Option<String>,
    /// Since when it waits for an editor.
    pub(super) submitted_at: Option<DateTime<Utc>>,
    /// Who submitted it.
    pub(super) submitter: Option<String>,
    /// What editors wrote, while it is a draft; the newest first.
    pub(super) notes: Json<Vec<Note>>,
}

impl Draft {
    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    /// The form's page.
    pub(super) fn desk_path(&self) -> String {
        desk_path(self.id)
    }

    /// The public page.
    pub(super) fn path(&self) -> String {
        self.fields.kind.path(&self.fields.slug)
    }
}

/// The form's page of a post.
pub(super) fn desk_path(id: PostId) -> String {
    format!("/write/{id}")
}
