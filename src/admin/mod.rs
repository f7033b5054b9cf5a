//! Running the blog: the overview, people and their roles, settings.
//!
//! Owns nothing (settings are the frame's, accounts their room's). Reads `users`, `posts`, `comment_totals`, `jobs`.

mod forms;
mod queries;
mod routes;
mod views;

pub use routes::{admins, moderators};
