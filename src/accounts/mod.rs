//! People: how accounts come into being, prove who they are, and look after themselves.
//!
//! Owns `users`, `account_tokens`, `email_changes`, `recovery_codes`, `passkeys`, `spent`, `invites`.

mod forms;
mod invites;
mod jobs;
mod login;
mod mails;
mod model;
mod own;
mod passkeys;
pub mod queries;
mod registration;
mod reseal;
mod routes;
mod second_factor;
mod tokens;
mod views;

use axum::Router;

use crate::state::AppState;

pub use forms::{check_email, check_name, check_password};
pub use jobs::{Happened, SendEmailChange, SendNotice, SendReset, SendVerification, SendWelcome};
pub use login::LIMITS as LOGIN_LIMITS;
pub use model::{NewAccount, create, setup_path};
pub use own::set_email;
pub use reseal::{hashes_with_older_keys, mails_waiting, reseal};
pub use second_factor::forget_second_factor;
pub use tokens::{Purpose, issue_link};

/// For everybody.
pub fn public() -> Router<AppState> {
    Router::new().merge(routes::public()).merge(login::public()).merge(own::public())
}

/// For everybody with an account.
pub fn members() -> Router<AppState> {
    Router::new().merge(own::members()).merge(second_factor::members()).merge(passkeys::members())
}

/// For admins.
pub fn admins() -> Router<AppState> {
    invites::admins()
}
