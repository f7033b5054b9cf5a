//! The list of the desk.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    model::{DeskLine, Shelf},
    queries,
};
use crate::{
    error::Result,
    extract::Query,
    html::{Before, Page, Paging, filters, render},
    posts::model::Stage,
    session::{Author, Capability},
    state::AppState,
};

const PER_PAGE: i64 = 50;

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write", get(index))
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ShelfQuery {
    stage: String,
    whose: String,
}

async fn index(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Query(shelf): Query<ShelfQuery>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let stage = Stage::parse(&shelf.stage).unwrap_or(Stage::Draft);
    let everybody = shelf.whose == "all" && author.can(Capability::EditAny);
    let whose = (!everybody).then_some(author.id);
    let mut posts = queries::shelf(&db, Shelf { author: whose, stage }, before.key(), PER_PAGE + 1).await?;
    let counts = queries::counts(&db, whose).await?;

    let path = shelf_path(stage, everybody);
    let paging = Paging::cut(&mut posts, PER_PAGE, &path, &before, DeskLine::key);
    render(&Index { page, stage, everybody, counts, posts, paging })
}

/// The list.
#[derive(Template)]
#[template(path = "desk/index.html")]
struct Index {
    page: Page,
    stage: Stage,
    everybody: bool,
    counts: Vec<(Stage, i64)>,
    posts: Vec<DeskLine>,
    paging: Paging,
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
fn shelf_path(stage: Stage, everybody: bool) -> String {
    format!("/write?stage={}{}", stage.as_str(), if everybody { "&whose=all" } else { "" })
}
