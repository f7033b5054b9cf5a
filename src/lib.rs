//! Quire, a blog engine. This file is the floor plan: every module in order, ground first.
//! A module imports only what stands above it; `tests/architecture.rs` holds that.

// ---- ground: no requests, no application
/// Random tokens, keyed hashes, signatures, password hashes.
pub mod crypto;
/// Everything that the environment decides.
pub mod config;
/// One error for the whole application; a layer turns it into a page.
pub mod error;
/// PostgreSQL: connecting, migrating, the embedded server.
pub mod db;
/// Markdown to safe HTML, slugs, excerpts, dates: pure values.
pub mod text;
/// Mails and the three ways to send them.
pub mod mail;
/// Where uploaded files are kept.
pub mod files;
/// The one way in which this program asks other servers: safe against being sent inside.
pub mod fetch;
/// Counts in memory, written now and then.
pub mod tally;
/// One log line per request, timings, metrics.
pub mod telemetry;
/// The accept loop: timeouts, bounds, graceful stop.
pub mod server;

// ---- frame: what every request stands on
/// Roles, and what each of them may do.
pub mod role;
/// The settings of the blog.
pub mod site;
/// What handlers may ask for with `State`.
pub mod state;
/// The queue of work after requests.
pub mod jobs;
/// Rate limits.
mod limit;
/// Path, Query, Form, Upload with our error as their refusal.
mod extract;
/// What a refused form says.
pub mod form;
/// Who is asking: sessions, roles, flash messages.
pub mod session;
/// Who did what that matters for safety: a log that is only added to.
pub mod audit;
/// Forms that failed, kept for the browser that sent them.
mod rescue;
/// From a view to a response.
mod html;

// ---- rooms: one folder per feature
/// Pictures: checked, cleaned, kept, resized, served.
mod media;
/// People: accounts, logging in, passwords.
pub mod accounts;
/// The conversation: threads, the form, the state machine.
mod comments;
/// The moderators' desk.
mod moderation;
/// Posts and static pages: reading and writing them.
mod posts;
/// Forms that failed, offered again.
mod recovery;
/// A copy of one's own data, and the end of an account.
mod leaving;
/// Other blogs' files become posts.
pub mod imports;
/// Atom feeds, sitemap, robots.txt.
mod feeds;
/// Overview, people, settings.
mod admin;

// ---- roof
/// A small blog to look at.
pub mod demo;
/// Made-up volume, for measuring.
pub mod seed;
/// Health and metrics.
pub mod operations;
/// The doors and the layers around them.
pub mod router;
/// Which jobs exist; the hourly tidying.
pub mod worker;
/// What must hold for any input at all: the properties behind the fuzz targets.
#[cfg(any(fuzzing, test))]
pub mod fuzzing;

pub use accounts::setup_path;
pub use db::MIGRATOR;
pub use media::open_picture;
pub use posts::write_hits;
pub use state::AppState;
pub use worker::{rerender_all, reseal_all};
