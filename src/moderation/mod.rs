//! The moderators' desk: what waits, who wrote it and what became of their other comments; decisions, one or many.
//!
//! Owns nothing. Reads `comments`, `comment_totals`, `moderation_log`, `posts`, `users`.

mod forms;
mod model;
mod queries;
mod routes;
mod views;

pub use routes::moderators;
