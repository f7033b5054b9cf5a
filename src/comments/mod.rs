//! The conversation under a post: threads, the form, and the state machine that every decision goes through.
//!
//! Owns `comments`, `comment_totals`, `moderation_log`. Reads `posts`, `users`.

mod decisions;
mod forms;
mod imported;
mod model;
mod people;
mod queries;
mod rerender;
mod routes;
mod thread;
mod views;

pub use decisions::{decide, undo};
pub use imported::{ImportedComment, save_imported};
pub use model::{Actor, Decision, Pick, State, held_reason_sentence};
pub use people::{reseal, take_back_all};
pub use queries::forget_addresses;
pub use rerender::rerender_outdated;
pub use routes::public;
pub use thread::{Subject, Thread, load as load_thread};
