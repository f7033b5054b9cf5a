//! Quire, a blog engine. This file is the floor plan: every module in order, ground first.
//! A module imports only what stands above it; `tests/architecture.rs` holds that.

// ---- ground: no requests, no application
/// Markdown to safe HTML, slugs, excerpts, dates: pure values.
pub mod text;
/// Where uploaded files are kept.
pub mod files;

// ---- rooms: one folder per feature
/// Pictures: checked, cleaned, resized, served.
pub mod media;
/// Other blogs' files become posts.
pub mod imports;
