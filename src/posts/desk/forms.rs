//! The one form of the desk.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{fields::Fields, model::Draft};
use crate::{posts::model::Visibility, text::dates};

/// What was typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PostForm {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) slug: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) tags: String,
    pub(super) authors: String,
    pub(super) kind: String,
    pub(super) cover_id: String,
    pub(super) cover_alt: String,
    pub(super) remove_cover: String,
    pub(super) share_image_id: String,
    pub(super) remove_share_image: String,
    pub(super) comments_open: String,
    pub(super) comments_close_at: String,
    pub(super) publish_at: String,
    pub(super) unpublish_at: String,
    pub(super) visibility: String,
    pub(super) canonical_url: String,
    pub(super) language: String,
    pub(super) noindex: String,
    pub(super) series: String,
    pub(super) series_part: String,
    /// The version that the form was made from.
    pub(super) text_version: String,
    /// The name of this one open form, for what was typed in it and not saved yet.
    pub(super) tab: String,
    /// What the chosen picture shows.
    pub(super) picture_alt: String,
    /// What an editor writes to the author of a post that waits.
    pub(super) review_note: String,
    /// Not empty: the script asks for the preview alone.
    pub(super) fragment: String,
    pub(super) action: String,
}

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Keep it as it stands, where it stands.
    Save,
    /// Keep what was typed beside the post; readers and others never see it.
    Autosave,
    /// Show what readers would see; saves nothing but the autosave.
    Preview,
    /// Put the chosen picture into the text; saves nothing else.
    Insert,
    /// Save, and show what should be looked at before readers see it.
    Check,
    /// Let readers see it, now or at the time that is named.
    Publish,
    /// Save, and let an editor look at it first.
    Submit,
    /// Save, and give it back to whoever submitted it.
    SendBack,
}

/// What a post is saved for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aim {
    /// It stays where it stands.
    Keep,
    /// Readers shall see it.
    Publish,
    /// An editor shall look at it.
    Submit,
    /// Its author shall change it, as this note says.
    SendBack(String),
}

/// A post that can be saved.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) fields: Fields,
    /// False: proposed from the title, so that a clash may be solved with a number.
    pub(super) slug_chosen: bool,
    pub(super) aim: Aim,
}

impl Change {
    /// Readers shall see it.
    pub(super) fn publishes(&self) -> bool {
        self.aim == Aim::Publish
    }
}

impl PostForm {
    /// The form of a post as it was saved.
    pub(super) fn of(draft: &Draft, zone: &Tz) -> Self {
        Self {
            text_version: draft.text_version.to_string(),
            ..Self::showing(&draft.title, &draft.body_md, &draft.fields, zone)
        }
    }

    /// A form with these words and fields.
    pub(super) fn showing(title: &str, body: &str, fields: &Fields, zone: &Tz) -> Self {
        let tick = |on: bool| if on { "on".to_owned() } else { String::new() };
        let time = |at: Option<DateTime<Utc>>| at.map(|at| dates::input(at, zone)).unwrap_or_default();
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            title: title.to_owned(),
            body: body.to_owned(),
            slug: fields.slug.clone(),
            summary: fields.summary.clone(),
            description: fields.description.clone(),
            tags: fields.tags.join(", "),
            authors: fields.authors.join(", "),
            kind: fields.kind.as_str().to_owned(),
            cover_id: id(fields.cover_id),
            cover_alt: fields.cover_alt.clone(),
            share_image_id: id(fields.share_image_id),
            comments_open: tick(fields.comments_open),
            comments_close_at: time(fields.comments_close_at),
            publish_at: time(fields.publish_at),
            unpublish_at: time(fields.unpublish_at),
            visibility: fields.visibility.as_str().to_owned(),
            canonical_url: fields.canonical_url.clone(),
            language: fields.language.clone(),
            noindex: tick(fields.noindex),
            series: fields.series.clone(),
            series_part: fields.series_part.map(|part| part.to_string()).unwrap_or_default(),
            tab: Uuid::new_v4().to_string(),
            ..Self::default()
        }
    }

    /// An empty form.
    pub(super) fn blank() -> Self {
        Self::showing("", "", &Fields::default(), &Tz::UTC)
    }

    /// The name of this one open form, if it is one of ours.
    pub(super) fn tab(&self) -> Option<Uuid> {
        self.tab.parse().ok()
    }

    pub(super) fn action(&self) -> Action {
        match self.action.as_str() {
            "autosave" => Action::Autosave,
            "preview" => Action::Preview,
            "insert" => Action::Insert,
            "check" => Action::Check,
            "publish" => Action::Publish,
            "submit" => Action::Submit,
            "send-back" => Action::SendBack,
            _ => Action::Save,
        }
    }

    /// The version that this form was made from; 0 for what no form of ours sends.
    pub(super) fn text_version(&self) -> i32 {
        self.text_version.parse().unwrap_or(0)
    }

    pub(super) fn is_page(&self) -> bool {
        self.kind == "page"
    }

    pub(super) fn visibility(&self) -> Visibility {
        Visibility::parse(&self.visibility).unwrap_or(Visibility::Public)
    }
}

/// The small forms beside the large one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    pub(super) action: String,
}
