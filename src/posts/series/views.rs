//! The pages of series.

use askama::Template;

use super::{
    forms::SeriesForm,
    model::{Line, Member, Series},
};
use crate::{
    form::Errors,
    html::{Page, filters},
    posts::model::{PostCard, Stage},
    session::Capability,
};

/// All series.
#[derive(Template)]
#[template(path = "series/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) lines: Vec<Line>,
}

/// The parts of one.
#[derive(Template)]
#[template(path = "series/show.html")]
pub(super) struct Show {
    pub(super) page: Page,
    pub(super) series: Series,
    pub(super) posts: Vec<PostCard>,
}

/// Those that the visitor may change.
#[derive(Template)]
#[template(path = "series/desk.html")]
pub(super) struct Desk {
    pub(super) page: Page,
    pub(super) lines: Vec<Line>,
}

/// Name, address, description, order.
#[derive(Template)]
#[template(path = "series/edit.html")]
pub(super) struct Edit {
    pub(super) page: Page,
    pub(super) series: Series,
    pub(super) members: Vec<Member>,
    pub(super) form: SeriesForm,
    pub(super) errors: Errors,
}

impl Edit {
    /// True when readers may find a part of it.
    fn has_parts(&self) -> bool {
        self.members.iter().any(|member| member.stage == Stage::Published)
    }

    fn may_delete(&self) -> bool {
        self.page.visitor.as_ref().is_some_and(|user| user.can(Capability::EditAny))
    }
}

/// Is it really meant?
#[derive(Template)]
#[template(path = "series/delete.html")]
pub(super) struct Delete {
    pub(super) page: Page,
    pub(super) series: Series,
    pub(super) members: Vec<Member>,
}
