//! Other blogs become posts: read into one model whatever the program, then saved; running it again changes nothing.
//!
//! Owns `import_items`, `import_comments`, `import_media`, `import_runs`, `import_notes`. Reads `posts`, `users`, `media`.

mod discussion;
mod fields;
mod ghost;
mod known;
mod markdown;
mod model;
mod options;
mod people;
mod pictures;
mod position;
mod queries;
mod report;
mod run;
mod runs;
mod texts;
mod wordpress;
mod writer;

#[cfg(any(fuzzing, test))]
pub use markdown::split_front_matter;
pub use options::{Options, Program};
pub use report::{Report, Tally};
pub use run::import;
pub use runs::{WorkImport, admins, forget_old};
