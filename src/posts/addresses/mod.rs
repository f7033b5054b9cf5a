//! Old addresses: those that posts once had, and the table of redirects. They answer where nothing else does, with one
//! hop at most.
//!
//! Owns `post_slugs`, `redirects`.

mod answer;
mod csv;
mod forms;
mod model;
mod queries;
mod routes;
mod save;
mod views;

pub use answer::{layer, write_hits};
pub use model::{Target, old_path};
pub(super) use queries::lead_to;
pub use routes::admins;
pub(super) use save::move_path;
