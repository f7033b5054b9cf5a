//! Formatting that is never closed. A browser opens it again in every paragraph that follows, so that a few kilobytes
//! become gigabytes, once each has an attribute of its own: of equal ones only three are opened again.
//! <https://html.spec.whatwg.org/multipage/parsing.html#the-list-of-active-formatting-elements>

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

/// As many keep their attributes although what they hold is more than text.
const KEPT: usize = 16;

static OPENED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*>"));
/// Closed before any other tag, so whatever stands around them, they are not open afterwards.
static CLOSED: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"^<([a-z]+)(?: [a-z-]+="[^"<>]*")+>[^<]*</([a-z]+)>"#));
/// Code of ours, with its colours.
static CLOSED_CODE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"^<code data-lang="[^"<>]*">(?:[^<]|<i class="[a-z]">|</i>)*</code>"#));

fn regex(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("a pattern of our own, compiled by every test of the renderer")
}

/// The same HTML, with no more than a few attributes on formatting that may stay open.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let mut open = 0;
    OPENED.replace_all(html, |tag: &Captures<'_>| {
        let from_here = &html[tag.get(0).map_or(0, |tag| tag.start())..];
        let is_closed = CLOSED.captures(from_here).is_some_and(|pair| pair[1] == pair[2])
            || CLOSED_CODE.is_match(from_here);
        open += usize::from(!is_closed);
        if is_closed || open <= KEPT { tag[0].to_owned() } else { format!("<{}>", &tag[1]) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formatting_that_may_stay_open_loses_its_attributes() {
        let closed =
            "<b id=\"x\">a</b><code data-lang=\"rs\"><i class=\"k\">fn</i> x</code><p id=x>".repeat(100);
        assert_eq!(bounded(&closed), closed);
        let open = (0..100).map(|n| format!("<B id={n}><i\tid='</i'></i>")).collect::<Vec<_>>().concat();
        assert_eq!(bounded(&open).matches("id=").count(), KEPT);
        assert!(bounded(&open).ends_with("<B><i></i>"), "{}", bounded(&open));
    }
}
