//! The pages of the list of the desk.

use askama::Template;

use super::{
    bulk::Left,
    forms::Filter,
    model::{Line, Writer},
};
use crate::{
    html::{Page, Paging, filters},
    posts::model::Stage,
    session::Capability,
};

/// The list.
#[derive(Template)]
#[template(path = "shelf/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) stage: Stage,
    pub(super) filter: Filter,
    pub(super) counts: Vec<(Stage, i64)>,
    pub(super) lines: Vec<Line>,
    pub(super) tags: Vec<String>,
    pub(super) writers: Vec<Writer>,
    /// Posts of anybody that wait for an editor; 0 for whoever is none.
    pub(super) waiting: i64,
    pub(super) paging: Paging,
}

impl Index {
    fn tab_path(&self, stage: &Stage) -> String {
        Filter { stage: stage.as_str().to_owned(), ..self.filter.clone() }.path()
    }

    fn is_shown(&self, stage: &Stage) -> bool {
        *stage == self.stage
    }

    fn other_whose_path(&self) -> String {
        let whose = if self.filter.everybody() { "" } else { "all" };
        Filter { whose: whose.to_owned(), ..self.filter.clone() }.path()
    }

    fn all_path(&self) -> String {
        Filter { stage: self.filter.stage.clone(), whose: self.filter.whose.clone(), ..Filter::default() }
            .path()
    }

    fn tick_path(&self) -> String {
        format!("{}&ticked=all", self.filter.path())
    }

    fn may_edit_any(&self) -> bool {
        self.page.visitor.as_ref().is_some_and(|user| user.can(Capability::EditAny))
    }

    fn is_trash(&self) -> bool {
        self.stage == Stage::Trashed
    }

    fn is_drafts(&self) -> bool {
        self.stage == Stage::Draft
    }

    fn is_review(&self) -> bool {
        self.stage == Stage::Review
    }

    /// Where an editor finds what waits, unless that is the list that is shown.
    fn waiting_path(&self) -> Option<String> {
        let shown = self.is_review() && self.filter.everybody() && !self.filter.narrows();
        let all =
            Filter { stage: Stage::Review.as_str().to_owned(), whose: "all".to_owned(), ..Filter::default() };
        (self.waiting > 0 && !shown).then(|| all.path())
    }

    /// What the column of times says.
    fn when(&self) -> &'static str {
        match self.stage {
            Stage::Draft | Stage::Published => "Changed",
            Stage::Review => "Submitted",
            Stage::Scheduled => "Appears",
            Stage::Expired => "Ended",
            Stage::Trashed => "Deleted for good",
        }
    }
}

/// What became of a bulk change, when not all of it could be done.
#[derive(Template)]
#[template(path = "shelf/left.html")]
pub(super) struct NotAll {
    pub(super) page: Page,
    pub(super) sentence: String,
    pub(super) left: Vec<Left>,
    pub(super) missing: usize,
    pub(super) back: String,
}

/// Is it really meant?
#[derive(Template)]
#[template(path = "shelf/delete.html")]
pub(super) struct Delete {
    pub(super) page: Page,
    pub(super) filter: Filter,
    pub(super) posts: Vec<Doomed>,
}

/// A post that is about to be deleted for good.
pub(super) struct Doomed {
    pub(super) id: i64,
    pub(super) title: String,
}
