//! A real Chromium against the real server: journeys, the reader's and the author's also without JavaScript; and
//! hostile texts, which must stay texts.

#[path = "../web/support/mod.rs"]
#[expect(dead_code, reason = "these tests need only the application and its cast")]
mod support;

#[path = "../payloads/mod.rs"]
mod payloads;

mod axe;
mod chrome;
mod journeys;
mod passkeys;
mod pictures;
mod safety;
mod trap;
mod writing;
