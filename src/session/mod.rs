//! Who is asking: sessions in PostgreSQL, the people extractors that guard every door, and flash messages.
//!
//! Owns `sessions`. Reads `users`.

pub mod flash;
mod guard;
mod queries;
mod role;
mod store;
mod user;

pub use flash::Flash;
pub use guard::same_site_only;
pub use queries::{delete_expired, delete_others_of_user};
pub use role::{Capability, Role};
pub use store::layer;
pub use user::{Admin, Author, Moderator, User, UserId, Visitor, begin, end};
