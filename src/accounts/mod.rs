//! People: how accounts come into being, log in, prove an address and change a password.
//!
//! Owns `users`, `account_tokens`.

mod forms;
mod jobs;
mod mails;
mod model;
pub mod queries;
mod routes;
mod tokens;
mod views;

pub use forms::{check_email, check_name, check_password};
pub use jobs::{SendReset, SendVerification, SendWelcome};
pub use model::{NewAccount, create, setup_path};
pub use routes::public;
pub use tokens::{Purpose, issue_link};
