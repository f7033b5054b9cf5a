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

pub use report::Report;
pub use run::{Options, markdown};
