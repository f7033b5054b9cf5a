//! The pages of the history.

use askama::Template;

use super::{Line, rendered::Block};
use crate::{
    html::{Page, filters},
    posts::{
        desk::{autosave::UnsavedLine, diff::Stretch, model::Draft},
        model::PostId,
    },
};

/// All versions.
#[derive(Template)]
#[template(path = "desk/revisions.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) draft: Draft,
    pub(super) lines: Vec<Line>,
    pub(super) more: bool,
    pub(super) aside: Vec<UnsavedLine>,
}

impl Index {
    fn more_path(&self) -> String {
        let last = self.lines.last().map_or(0, |line| line.n);
        format!("/write/{}/revisions?before={last}", self.draft.id)
    }

    /// What a version changed, unless it is the first.
    fn changes_path(&self, line: &Line) -> String {
        let before = self.lines.iter().map(|other| other.n).filter(|n| *n < line.n).max().unwrap_or(0);
        format!("/write/{}/revisions/diff?from={before}&to={}", self.draft.id, line.n)
    }
}

/// Two versions.
#[derive(Template)]
#[template(path = "desk/diff.html")]
pub(super) struct Diff {
    pub(super) page: Page,
    pub(super) post: PostId,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) current: i32,
    pub(super) title: String,
    /// As it was before, when it changed.
    pub(super) old_title: Option<String>,
    pub(super) stretches: Vec<Stretch>,
    /// `Some`: as it looks.
    pub(super) blocks: Option<Vec<Block>>,
}

impl Diff {
    fn other_view_path(&self) -> String {
        let view = if self.blocks.is_some() { "words" } else { "rendered" };
        format!("/write/{}/revisions/diff?from={}&to={}&view={view}", self.post, self.from, self.to)
    }
}
