//! How deep a text nests: what no person writes would cost much stack and time.

/// A text nested deeper than this is shown as it was typed: nobody writes so, and it would cost much stack and time.
const DEEPEST: usize = 100;

/// Quotes and lists nest by a marker per level at the beginning of a line, brackets within a line.
pub(super) fn is_too_deep(source: &str) -> bool {
    source.lines().any(|line| {
        let markers = line.chars().take_while(|c| matches!(c, '>' | ' ' | '-' | '*' | '+' | '\t'));
        markers.clone().filter(|c| *c == '>').count() > DEEPEST
            || markers.filter(|c| matches!(c, '-' | '*' | '+')).count() > 1000
    }) || deepest_brackets(source) > DEEPEST * 10
        || deepest_tags(source) > DEEPEST * 10
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

/// Raw HTML that opens more than it closes.
fn deepest_tags(source: &str) -> usize {
    let opened = source.matches('<').count();
    let closed = source.matches("</").count();
    opened
        .saturating_sub(closed * 2)
        .saturating_sub(source.matches("<br").count() + source.matches("<img").count())
}
