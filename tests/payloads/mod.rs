//! Hostile texts of our own making, of every kind that sanitisers have failed on: a grammar, not a list. The same call
//! gives the same texts; each carries its number, so that whatever runs says where it came from.

mod addresses;
mod drawings;
mod events;
mod markdown;
mod parsers;
mod resources;
mod words;

use std::collections::HashSet;

/// One hostile text.
#[derive(Debug, Clone)]
pub struct Payload {
    pub number: usize,
    pub kind: &'static str,
    pub text: String,
}

/// What a payload does when it comes alive.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'a> {
    number: usize,
    trap: &'a str,
}

impl Mark<'_> {
    /// Short, and without any quote: the browser of the tests knows the function.
    pub fn run(&self) -> String {
        format!("ran({})", self.number)
    }

    /// The same for places where nobody has defined that function: a frame, another document.
    pub fn run_anywhere(&self) -> String {
        format!("fetch('{}');top.__ran={}", self.url("ran"), self.number)
    }

    /// An address of the trap; `means` says by which way it was asked.
    pub fn url(&self, means: &str) -> String {
        format!("{}/{}/{means}", self.trap, self.number)
    }

    /// The commonest thing that runs by itself.
    pub fn image(&self) -> String {
        format!("<img src=x:x onerror={}>", self.run())
    }
}

/// Payloads in the making: none has the shape of another.
#[derive(Debug)]
pub struct Payloads {
    trap: String,
    shapes: HashSet<String>,
    all: Vec<Payload>,
}

impl Payloads {
    fn against(trap: &str) -> Self {
        Self { trap: trap.to_owned(), shapes: HashSet::new(), all: Vec::new() }
    }

    fn add(&mut self, kind: &'static str, make: impl Fn(&Mark<'_>) -> String) {
        if self.shapes.insert(make(&Mark { number: 0, trap: "" })) {
            let number = self.all.len() + 1;
            let text = make(&Mark { number, trap: &self.trap });
            self.all.push(Payload { number, kind, text });
        }
    }
}

/// Texts, against the trap at `http://127.0.0.1:port`.
pub fn all(trap: &str) -> Vec<Payload> {
    let mut payloads = Payloads::against(trap);
    events::add(&mut payloads);
    addresses::add(&mut payloads);
    markdown::add(&mut payloads);
    parsers::add(&mut payloads);
    resources::add(&mut payloads);
    words::add(&mut payloads);
    payloads.all
}

/// Whole drawings, against the same.
pub fn drawings(trap: &str) -> Vec<Payload> {
    let mut drawings = Payloads::against(trap);
    drawings::add(&mut drawings);
    drawings.all
}

/// As an HTML attribute between double quotes holds it.
fn in_quotes(text: &str) -> String {
    text.replace('"', "&quot;")
}

/// Every character as a reference by number.
fn decimal(text: &str) -> String {
    text.chars().map(|c| format!("&#{};", u32::from(c))).collect::<Vec<_>>().concat()
}

/// Every character as a reference in hexadecimal, without the semicolon that most parsers forgive.
fn hexadecimal(text: &str) -> String {
    text.chars().map(|c| format!("&#x{:05x}", u32::from(c))).collect::<Vec<_>>().concat()
}

/// One letter small, the next one large.
fn mixed_case(text: &str) -> String {
    let mixed = text
        .chars()
        .enumerate()
        .map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    mixed.collect()
}
