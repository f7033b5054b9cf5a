//! Pictures: checked by their bytes, cleaned of what they carry along, kept, resized, served; and the library of them.
//!
//! Owns `media`, `media_owners`, `media_refs` (kept by triggers of `posts`). Reads `posts`, `post_autosaves`, `users`.

mod apart;
mod jobs;
mod library;
mod model;
mod picture;
pub mod queries;
mod routes;
mod store;

pub use apart::open_picture;
pub use jobs::{DeleteFiles, MakeVariants};
pub use library::authors;
pub use model::{Focus, Kind, path, srcset};
pub use picture::Refusal;
#[cfg(any(fuzzing, test))]
pub use picture::{Bounds, clean};
pub use routes::public;
pub use store::{Stored, forget_face, pictures_in, small_path, store};
