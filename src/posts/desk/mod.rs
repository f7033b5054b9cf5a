//! The writing desk: one form, one handler; every button is a submit.

mod autosave;
mod coming_out;
mod conflict;
mod diff;
mod fields;
mod forms;
mod history;
mod imported;
mod merge;
mod model;
mod parse;
mod pasted;
mod pictures;
mod presence;
mod publishing;
pub(super) mod queries;
mod review;
mod routes;
mod save;
mod sharing;
mod unsaved;
mod views;

use axum::Router;

use crate::state::AppState;

pub use coming_out::{ComeOut, SendCameOut};
pub use imported::{ImportedPost, save_imported};
pub use parse::is_reserved;
pub(super) use publishing::held_back;
pub use review::SendReview;
pub(super) use review::{AN_EDITOR_PUBLISHES, comes_out, may_publish};
pub use sharing::public;

/// For everybody with a desk.
pub fn authors() -> Router<AppState> {
    Router::new()
        .merge(routes::authors())
        .merge(conflict::authors())
        .merge(history::authors())
        .merge(pasted::authors())
        .merge(presence::authors())
        .merge(publishing::authors())
        .merge(sharing::authors())
        .merge(unsaved::authors())
}

/// Deletes what was put aside long ago, and who had a form open.
///
/// # Errors
/// The database is away.
pub async fn forget_old(db: &sqlx::PgPool) -> sqlx::Result<()> {
    autosave::forget_old(db).await?;
    presence::forget_old(db).await?;
    sharing::forget_old(db).await
}
