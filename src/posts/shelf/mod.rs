//! The list of the desk: what has been written, looked through and changed many at a time, and the trash.

mod bulk;
mod forms;
mod model;
mod queries;
mod routes;
mod views;

pub(super) use queries::add_bulk_revisions;
pub use queries::empty_trash;
pub use routes::authors;
