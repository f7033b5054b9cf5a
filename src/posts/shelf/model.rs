//! What stands on the shelves of the desk.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    posts::model::{PostId, PostKind, Stage, Visibility},
    session::UserId,
};

/// A post in the list.
pub(super) struct Line {
    pub(super) id: PostId,
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) title: String,
    /// The by-line.
    pub(super) authors: String,
    pub(super) stage: Stage,
    pub(super) visibility: Visibility,
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) unpublish_at: Option<DateTime<Utc>>,
    /// Since when it waits for an editor.
    pub(super) submitted_at: Option<DateTime<Utc>>,
    /// When the trash gives it up.
    pub(super) deleted_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) comment_count: i32,
}

impl Line {
    pub(super) fn desk_path(&self) -> String {
        format!("/write/{}", self.id)
    }

    pub(super) fn path(&self) -> String {
        self.kind.path(&self.slug)
    }

    pub(super) fn title(&self) -> &str {
        if self.title.is_empty() { "Untitled" } else { &self.title }
    }

    pub(super) fn is_page(&self) -> bool {
        self.kind == PostKind::Page
    }

    pub(super) fn is_public(&self) -> bool {
        self.visibility == Visibility::Public
    }

    pub(super) fn key(&self) -> (DateTime<Utc>, PostId) {
        (self.updated_at, self.id)
    }

    /// The time that counts on its shelf.
    pub(super) fn at(&self) -> &DateTime<Utc> {
        let at = match self.stage {
            Stage::Review => self.submitted_at.as_ref(),
            Stage::Scheduled => self.publish_at.as_ref(),
            Stage::Expired => self.unpublish_at.as_ref(),
            Stage::Trashed => self.deleted_at.as_ref(),
            Stage::Draft | Stage::Published => None,
        };
        at.unwrap_or(&self.updated_at)
    }
}

/// Which posts are wanted; `None` means all.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    /// Whose by-line it is, or on whose desk it lies.
    pub(super) author: Option<UserId>,
    pub(super) words: Option<&'a str>,
    /// The words again, as a pattern of LIKE for titles: a search knows whole words only.
    pub(super) pattern: Option<&'a str>,
    pub(super) tag: Option<&'a str>,
    pub(super) kind: Option<PostKind>,
}

/// A post whose row is locked for a bulk change.
pub(super) struct Chosen {
    pub(super) id: PostId,
    pub(super) kind: PostKind,
    pub(super) title: String,
    pub(super) stage: Stage,
    /// Its time would be over at once.
    pub(super) outlived: bool,
    pub(super) tags: i64,
    pub(super) has_tag: bool,
}

/// Somebody who has a desk.
#[derive(Debug, Deserialize)]
pub(super) struct Writer {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) handle: String,
}
