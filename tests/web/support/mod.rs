//! What every test stands on.

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod cast;
pub mod page;

pub use app::TestApp;
pub use browser::Browser;
pub use cast::{PASSWORD, Person};
pub use page::{Form, Page};
