//! What everybody does with their own account: profile and picture, password, address, devices.

mod avatar;
mod change;
mod email;
mod forms;
mod queries;
mod routes;
mod views;

use axum::Router;

pub(super) use change::{Place, finish, tell};
pub use email::set_email;

use crate::state::AppState;

/// Pictures of people, and the links of a change of address: for everybody.
pub(super) fn public() -> Router<AppState> {
    email::public().merge(avatar::public())
}

/// For everybody with an account.
pub(super) fn members() -> Router<AppState> {
    routes::members().merge(email::members())
}
