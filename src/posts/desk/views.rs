//! The pages of the desk.

use askama::Template;
use chrono::{DateTime, Utc};
use similar::{ChangeTag, TextDiff};

use super::{
    forms::PostForm,
    model::{DeskLine, Draft},
};
use crate::{
    form::Errors,
    html::{Page, Paging, filters},
    posts::model::Stage,
    session::Capability,
    text::SafeHtml,
};

/// The list.
#[derive(Template)]
#[template(path = "desk/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) stage: Stage,
    pub(super) everybody: bool,
    pub(super) counts: Vec<(Stage, i64)>,
    pub(super) posts: Vec<DeskLine>,
    pub(super) paging: Paging,
}

impl Index {
    fn tab_path(&self, stage: &Stage) -> String {
        shelf_path(*stage, self.everybody)
    }

    fn is_shown(&self, stage: &Stage) -> bool {
        *stage == self.stage
    }

    fn other_whose_path(&self) -> String {
        shelf_path(self.stage, !self.everybody)
    }

    fn may_see_everybody(&self) -> bool {
        self.page.visitor.as_ref().is_some_and(|user| user.can(Capability::EditAny))
    }
}

/// The address of a shelf.
pub(super) fn shelf_path(stage: Stage, everybody: bool) -> String {
    format!("/write?stage={}{}", stage.as_str(), if everybody { "&whose=all" } else { "" })
}

/// The form, new or filled, with what belongs below it.
#[derive(Template)]
#[template(path = "desk/edit.html")]
pub(super) struct Edit {
    pub(super) page: Page,
    pub(super) draft: Option<Draft>,
    pub(super) form: PostForm,
    pub(super) errors: Errors,
    pub(super) cover: Option<String>,
    pub(super) preview: Option<Preview>,
    pub(super) conflict: Option<Conflict>,
}

impl Edit {
    fn action(&self) -> String {
        self.draft.as_ref().map_or_else(|| "/write/new".to_owned(), Draft::desk_path)
    }

    fn may_make_pages(&self) -> bool {
        self.page.visitor.as_ref().is_some_and(|user| user.can(Capability::EditAny))
    }

    fn stage(&self) -> Stage {
        self.draft.as_ref().map_or(Stage::Draft, Draft::stage)
    }

    fn is_out(&self) -> bool {
        matches!(self.stage(), Stage::Published | Stage::Scheduled)
    }
}

/// What readers would see.
pub(super) struct Preview {
    pub(super) title: String,
    pub(super) html: SafeHtml,
}

/// Somebody else saved meanwhile.
pub(super) struct Conflict {
    pub(super) editor: Option<String>,
    pub(super) at: DateTime<Utc>,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) lines: Vec<DiffLine>,
}

/// A line that is in one of the two texts, or in both.
pub(super) struct DiffLine {
    pub(super) side: Side,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Mine,
    Theirs,
}

impl DiffLine {
    fn is_mine(&self) -> bool {
        self.side == Side::Mine
    }

    fn is_theirs(&self) -> bool {
        self.side == Side::Theirs
    }
}

impl Conflict {
    /// Compares what was typed with what is saved.
    pub(super) fn between(mine: &PostForm, theirs: &Draft) -> Self {
        let diff = TextDiff::configure()
            .timeout(std::time::Duration::from_secs(1))
            .diff_lines(theirs.body_md.as_str(), mine.body.as_str());
        let lines = diff.iter_all_changes().map(|change| DiffLine {
            side: match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Insert => Side::Mine,
                ChangeTag::Delete => Side::Theirs,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        });
        Self {
            editor: theirs.editor.clone(),
            at: theirs.updated_at,
            title: theirs.title.clone(),
            body: theirs.body_md.clone(),
            lines: lines.collect(),
        }
    }
}
