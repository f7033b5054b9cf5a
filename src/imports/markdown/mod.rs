//! Folders of Markdown files: Zola, Hugo, Jekyll.

mod body;
mod front_matter;
mod tree;

pub(super) use body::rewrite_pictures;
#[cfg(any(fuzzing, test))]
pub use front_matter::split as split_front_matter;
pub(super) use tree::export;
