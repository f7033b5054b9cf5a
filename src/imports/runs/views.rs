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
    pub(super) notes: Vec<Said>,
    pub(super) all_notes: i64,
}

impl Show {
    fn is_cut(&self) -> bool {
        self.all_notes > i64::try_from(self.notes.len()).unwrap_or(i64::MAX)
    }
}
