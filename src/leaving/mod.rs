//! What somebody takes along, and what they leave behind: a copy of their data, and the end of their account.
//!
//! Owns nothing. Reads `users`, `posts`, `comments`, `sessions`.

mod archive;
mod forms;
mod queries;
mod routes;
mod views;

pub use routes::members;
