//! Pictures: checked by their bytes, cleaned of what they carry along, kept, resized, served.
//!
//! Owns `media`.

mod jobs;
mod model;
mod picture;
pub mod queries;
mod routes;
mod store;
mod svg;

pub use jobs::MakeVariants;
pub use model::{Kind, path, srcset};
pub use picture::Refusal;
#[cfg(any(fuzzing, test))]
pub use picture::{Bounds, clean};
pub use routes::public;
pub use store::{Stored, forget_face, pictures_in, small_path, store};
