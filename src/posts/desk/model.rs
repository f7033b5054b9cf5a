//! What lies on the desk.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::fields::Fields;
use crate::{
    posts::model::{PostId, PostKind, Stage},
    session::UserId,
};

/// A post as its editor sees it.
#[derive(Debug, Clone)]
pub(in crate::posts) struct Draft {
    pub(super) id: PostId,
    pub(super) title: String,
    pub(super) body_md: String,
    pub(super) fields: Json<Fields>,
    pub(super) status: String,
    /// Readers are meant to see it now.
    pub(super) due: bool,
    pub(super) text_version: i32,
    pub(super) updated_at: DateTime<Utc>,
    /// Who saved it last.
    pub(super) editor: Option<String>,
}

impl Draft {
    pub(super) fn stage(&self) -> Stage {
        Stage::of(&self.status, self.due)
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

/// A post in the list on the desk.
pub(super) struct DeskLine {
    pub(super) id: PostId,
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) author: String,
    pub(super) status: String,
    pub(super) visible: bool,
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) comment_count: i32,
}

impl DeskLine {
    pub(super) fn stage(&self) -> Stage {
        Stage::of(&self.status, self.visible)
    }

    pub(super) fn desk_path(&self) -> String {
        desk_path(self.id)
    }

    pub(super) fn path(&self) -> String {
        self.kind.path(&self.slug)
    }

    pub(super) fn key(&self) -> (DateTime<Utc>, PostId) {
        (self.updated_at, self.id)
    }
}

/// Which posts the list shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf {
    /// `None`: everybody's.
    pub(super) author: Option<UserId>,
    pub(super) stage: Stage,
}
