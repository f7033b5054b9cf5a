//! Who is asking: sessions in PostgreSQL, the people extractors that guard every door, and flash messages.
//!
//! Owns `sessions`. Reads `users`.

mod client;
pub mod flash;
mod guard;
mod queries;
mod store;
mod user;

pub use crate::role::{Capability, Role};
pub use client::Client;
pub use flash::Flash;
pub use guard::{same_site_only, secure_cookies};
pub use queries::{OpenSession, delete_expired, delete_of_user, end_one, list};
pub use store::{cookie_prefix, layer, public_id};
pub use user::{
    Admin, Author, Moderator, Recent, Shown, User, UserId, Visitor, begin, end, pending, renew, set_pending,
};
