//! The library: finding pictures, describing them, seeing where they are used, deleting them.

mod forms;
mod model;
mod queries;
mod removal;
mod routes;
mod views;

pub use routes::authors;
