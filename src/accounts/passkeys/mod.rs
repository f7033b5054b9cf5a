//! Passkeys (Web Authentication, W3C): signing in with a device instead of a password. Its public half is here; a copy of
//! the database signs nobody in. The pages need JavaScript, since browsers offer passkeys to it only; the password stays.

mod forms;
mod model;
mod queries;
mod routes;
mod views;

pub(super) use model::{Challenge, challenge, check};
pub(super) use queries::count;
pub(super) use routes::{SHOW_IT, members};
