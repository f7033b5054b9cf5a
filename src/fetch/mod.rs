//! The one way in which this program asks other servers, at an address that a stranger may have written.
//! It cannot be sent inside (server-side request forgery): the address is checked, and what is checked is what is
//! connected to. It is bounded in time, bytes, hops and pace, and carries nothing of ours along.

/// Which addresses belong to the public internet.
mod address;
/// One request at a time to a host, and not too many.
mod hosts;
/// What is asked for and what comes back; what can go wrong.
mod model;
/// Names to addresses that may be connected to.
mod names;
/// Asking, hop by hop.
mod request;

#[cfg(test)]
mod tests;

pub use model::{Accept, FetchError, FetchOptions, Fetched};
pub use request::Fetcher;
