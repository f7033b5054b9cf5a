//! What machines read: Atom feeds, the sitemap, robots.txt.
//!
//! Owns nothing. Reads `posts`.

mod queries;
mod routes;
mod views;

pub use routes::public;
