//! Other blogs' files become posts: read into one model, then saved; running it again changes nothing.
//!
//! Owns `import_items`. Reads `posts`, `users`, `media`.

mod body;
mod fields;
mod front_matter;
mod model;
mod queries;
mod report;
mod run;
mod tree;

#[cfg(any(fuzzing, test))]
pub use front_matter::split as split_front_matter;
pub use report::Report;
pub use run::{Options, markdown};
