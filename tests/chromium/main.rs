//! Journeys in a real Chromium, against the real server: once with JavaScript, and the reader's and the author's once
//! more without.

#[path = "../web/support/mod.rs"]
#[expect(dead_code, reason = "these journeys need only the application and its cast")]
mod support;

mod chrome;
mod journeys;
mod passkeys;
