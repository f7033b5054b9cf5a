//! The way in: connections, TLS, and their bounds. axum's own accept loop has neither timeouts nor a bound on
//! connections, nor an end to its graceful stop.
//!
//! [`serve`] answers with the application, [`redirect_to_https`] sends the plain port's visitors to the other one.

mod accept;
mod activity;
mod connection;
mod limits;
mod redirect;
mod stall;
mod tls;

#[cfg(test)]
mod tests;

pub use accept::{serve, stop_signal};
pub use limits::Limits;
pub use redirect::redirect_to_https;
pub use tls::Tls;
