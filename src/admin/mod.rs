//! Running the blog: the overview, people and their roles, settings, and what happened that matters for safety.
//!
//! Owns nothing (settings are the frame's, accounts their room's). Reads `users`, `posts`, `comment_totals`, `jobs`.

mod forms;
mod queries;
mod routes;
mod safety;
mod views;

pub use routes::{admins, moderators};
