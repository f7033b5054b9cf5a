//! Text as values: Markdown becomes safe HTML, titles become addresses, moments become words. Nothing here knows a
//! request or a database.

pub mod dates;
mod formatting;
pub mod from_html;
mod highlight;
mod html;
mod language;
pub mod markdown;
mod plain;
mod sanitise;
mod slug;

pub use html::{Outline, SafeHtml};
pub use language::{direction, is_language_tag};
pub use plain::{clean, fit_for_xml, single_line, truncate};
pub use sanitise::keeps_element;
pub use slug::Slug;

/// Raised whenever the same Markdown would give other HTML: a job then renders everything again.
pub const RENDERER_VERSION: i32 = 3;
