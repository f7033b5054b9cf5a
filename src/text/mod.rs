//! Markdown to safe HTML, slugs, excerpts, dates: pure values, no requests, no database.
