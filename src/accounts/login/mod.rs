//! Proving who one is: password, second factor, once more before what cannot be taken back; and leaving.

mod device;
mod forms;
mod routes;
mod throttle;
mod views;

pub(super) use routes::public;
pub use throttle::LIMITS;
pub(super) use throttle::{Gate, forgive_account};
