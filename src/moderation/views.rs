//! The pages of this room.

use askama::Template;

use super::{
    forms::Filter,
    model::{History, Item, LogLine, Total},
};
use crate::{
    comments::{Decision, State},
    html::{Page, filters},
};

/// The desk.
#[derive(Template)]
#[template(path = "moderation/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) filter: Filter,
    pub(super) totals: Vec<Total>,
    pub(super) items: Vec<Item>,
    pub(super) histories: Vec<History>,
    pub(super) older: Option<String>,
    pub(super) newest: Option<String>,
    /// This list, for the way back after a decision.
    pub(super) here: String,
}

impl Index {
    fn state(&self) -> State {
        self.filter.state()
    }

    fn tabs(&self) -> Vec<(State, i64, String)> {
        let tab = |state: State| (state, self.total(state), self.filter.path(state, None));
        State::ALL.into_iter().map(tab).collect()
    }

    fn total(&self, state: State) -> i64 {
        self.totals.iter().find(|total| total.state == state).map_or(0, |total| total.n)
    }

    fn bulk_decisions(&self) -> Vec<Decision> {
        self.state().decisions()
    }
}

/// One comment with everything around it.
#[derive(Template)]
#[template(path = "moderation/show.html")]
pub(super) struct Show {
    pub(super) page: Page,
    pub(super) item: Item,
    pub(super) ancestors: Vec<Item>,
    pub(super) histories: Vec<History>,
    pub(super) log: Vec<LogLine>,
    pub(super) here: String,
}
