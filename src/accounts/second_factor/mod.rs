//! Codes from an authenticator app (TOTP, RFC 6238), and ten recovery codes for the day on which the phone is lost. None of
//! it needs mail.

mod forms;
mod model;
mod queries;
mod routes;
mod views;

pub use model::forget_second_factor;
pub(super) use model::{Proof, SEALED, check};
pub(super) use routes::members;
