//! Posts and static pages: reading them, and the desk where they are written.
//!
//! Owns `posts`, `post_authors`, `tags`, `post_tags`, `post_revisions`, `post_slugs`, `redirects`. Reads `users`, `media`.

mod desk;
mod forms;
mod lists;
mod model;
pub mod queries;
mod rendering;
mod rerender;
mod routes;
mod views;

pub use model::{Byline, Cover, Post, PostCard, PostId, PostKind, TagLink};
pub use rendering::{Derived, render_body};
pub use rerender::{RerenderPost, rerender_outdated};

/// Routes of the reading side.
pub fn public() -> axum::Router<crate::state::AppState> {
    routes::public().merge(lists::public())
}

/// Routes of the writing desk.
pub fn authors() -> axum::Router<crate::state::AppState> {
    desk::authors()
}
