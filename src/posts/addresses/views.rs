//! The pages of the table of redirects.

use askama::Template;

use super::{
    csv::Wrong,
    forms::{Filter, RedirectForm},
    queries::Line,
};
use crate::{
    form::Errors,
    html::{Page, Paging, filters},
};

/// The table, and the form above it.
#[derive(Template)]
#[template(path = "addresses/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) filter: Filter,
    pub(super) lines: Vec<Line>,
    pub(super) paging: Paging,
    pub(super) form: RedirectForm,
    pub(super) errors: Errors,
}

/// A file that could not be taken.
#[derive(Template)]
#[template(path = "addresses/import.html")]
pub(super) struct Import {
    pub(super) page: Page,
    pub(super) wrong: Vec<Wrong>,
}

/// As many bad lines are shown.
const SHOWN: usize = 200;

impl Import {
    fn shown(&self) -> &[Wrong] {
        &self.wrong[..self.wrong.len().min(SHOWN)]
    }

    fn more(&self) -> usize {
        self.wrong.len().saturating_sub(SHOWN)
    }
}
