//! Series: posts that belong together, in an order. Read by everybody, kept by those who write in them.
//!
//! Owns `series`.

mod forms;
mod model;
mod queries;
mod routes;
mod views;

pub use model::{SeriesPlace, series_path};
pub use queries::readable;
pub use routes::{authors, public};
