//! Posts and static pages: reading them, and the desk where they are written.
//!
//! Owns `posts`, `post_authors`, `tags`, `post_tags`, `post_revisions`, `post_slugs`, `redirects`,
//! `series`, `post_autosaves`, `presence`, `post_shares`, `post_events`, `post_reviews`. Reads `users`, `media`.

mod addresses;
mod desk;
mod lists;
mod model;
pub mod queries;
mod rendering;
mod rerender;
mod routes;
mod series;
mod shelf;
mod views;

pub use addresses::{admins, layer as old_addresses, old_path, write_hits};
pub use desk::{ComeOut, ImportedPost, SendCameOut, SendReview, forget_old, is_reserved, save_imported};
#[cfg(any(fuzzing, test))]
pub use lists::{LONGEST_SEARCH, Search};
pub use model::{Byline, MOST_TAGS, PostId, PostKind, TagLink};
pub use rendering::{Derived, render_body};
pub use rerender::rerender_outdated;
pub use routes::{authors, public};
pub use series::{readable as readable_series, series_path};
pub use shelf::empty_trash;
