//! How deep a text nests: what no person writes would cost much stack and time.

use std::collections::HashMap;

/// A text nested deeper than this is shown as it was typed: nobody writes so, and it would cost much stack and time.
const DEEPEST: usize = 100;

/// Quotes and lists nest by a marker per level at the beginning of a line, brackets within a line.
pub(super) fn is_too_deep(source: &str) -> bool {
    source.lines().any(|line| {
        let markers = line.chars().take_while(|c| matches!(c, '>' | ' ' | '-' | '*' | '+' | '\t'));
        markers.clone().filter(|c| *c == '>').count() > DEEPEST
            || markers.filter(|c| matches!(c, '-' | '*' | '+')).count() > 1000
    }) || deepest_brackets(source) > DEEPEST * 10
}

fn deepest_brackets(source: &str) -> usize {
    let mut open = 0_usize;
    let mut deepest = 0;
    for byte in source.bytes() {
        match byte {
            b'[' => open += 1,
            b']' => open = open.saturating_sub(1),
            b'\n' => open = 0,
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// Elements that end by themselves.
const ENDING: [&str; 20] = [
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "td", "th", "tr", "track", "wbr",
];

/// More than this are open at once somewhere. An end tag counts for its own element only: browsers skip any other.
pub(super) fn opens_too_much(html: &str) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut all = 0;
    for (at, _) in html.match_indices('<') {
        let tag = &html[at + 1..];
        let start = tag.strip_prefix('/').unwrap_or(tag);
        let name = start.chars().take(32).take_while(|c| !c.is_whitespace() && !matches!(c, '/' | '>'));
        let name = name.collect::<String>().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || ENDING.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        if start.len() == tag.len() {
            *count += 1;
            all += 1;
        } else if *count > 0 {
            *count -= 1;
            all -= 1;
        }
        if all > DEEPEST * 10 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_as_deep_as_what_is_open_at_once() {
        for shallow in ["<p>x<br>", "<b>x</b>", "<li>", "a < b ", "</div>"] {
            assert!(!opens_too_much(&shallow.repeat(5000)), "{shallow}");
        }
        for deep in ["<div>", "<i></z>", "<B><p></p>", "<x-y></x-z>"] {
            assert!(opens_too_much(&deep.repeat(2000)), "{deep}");
        }
        assert!(opens_too_much(&("<div>".repeat(2000) + &"</div>".repeat(2000))));
    }
}
