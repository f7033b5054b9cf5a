//! The writing desk: one form, one handler; every button is a submit.

mod forms;
mod imported;
mod model;
pub(super) mod queries;
mod routes;
mod save;
mod views;

pub use imported::{ImportedPost, save_imported};
pub use routes::authors;
