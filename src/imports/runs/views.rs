//! The pages of runs.

use askama::Template;

use super::{
    forms::ImportForm,
    model::{Line, Run, Said},
};
use crate::{
    form::Errors,
    html::{Page, filters},
    imports::Program,
};

/// The form, and what was imported before.
#[derive(Template)]
#[template(path = "imports/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) form: ImportForm,
    pub(super) errors: Errors,
    pub(super) programs: [Program; 2],
    pub(super) runs: Vec<Line>,
    pub(super) most_mb: usize,
}

/// How far a run is, and what came of it.
#[derive(Template)]
#[template(path = "imports/show.html")]
pub(super) struct Show {
    pub(super) page: Page,
    pub(super) run: Run,
    pub(super) notes: Vec<Group>,
    /// Lines on the page, and lines in all.
    pub(super) shown: usize,
    pub(super) all_notes: i64,
}

/// What is said about one item.
pub(super) struct Group {
    pub(super) item: String,
    pub(super) said: Vec<Said>,
}

impl Show {
    pub(super) fn new(page: Page, run: Run, notes: Vec<Said>, all_notes: i64) -> Self {
        let shown = notes.len();
        let mut groups: Vec<Group> = Vec::new();
        for said in notes {
            match groups.iter_mut().find(|group| group.item == said.item) {
                Some(group) => group.said.push(said),
                None => groups.push(Group { item: said.item.clone(), said: vec![said] }),
            }
        }
        Self { page, run, notes: groups, shown, all_notes }
    }

    fn is_cut(&self) -> bool {
        self.all_notes > i64::try_from(self.shown).unwrap_or(i64::MAX)
    }
}
