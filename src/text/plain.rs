//! Plain text: cleaning what people send, and cutting it where a reader would.

/// What people typed, fit to be stored: line ends become `\n`; other control characters are dropped, apart from tabs.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// One line: all white space becomes single spaces.
pub fn single_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same with a mark in place of each character that no XML document may hold
/// (<https://www.w3.org/TR/xml/#charsets>), escaped or not.
pub fn fit_for_xml(text: String) -> String {
    let odd = |c: char| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(odd) { text.replace(odd, "\u{fffd}") } else { text }
}

/// At most `longest` characters; a cut falls between words where it can and is marked with `…`.
pub fn truncate(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    let at_word = cut.rfind(' ').filter(|at| *at > cut.len() / 2).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", at_word.trim_end_matches([' ', ',', ';', ':', '.', '–', '-']))
}

/// Minutes to read: 230 words a minute; scripts without spaces count 500 characters a minute. At least 1.
pub(super) fn reading_minutes(text: &str) -> i32 {
    let dense = text.chars().filter(|c| is_dense(*c)).count();
    let words = text.split_whitespace().filter(|word| !word.chars().all(is_dense)).count();
    let minutes = words.div_ceil(230).max(words / 230 + dense / 500);
    i32::try_from(minutes.max(1)).unwrap_or(i32::MAX)
}

/// Chinese, Japanese and Korean characters.
fn is_dense(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_but_honest_text_survives_cleaning() {
        let text = "עברית \u{200d}👩‍👩‍👧 <3 \"q\"\tx\nnull";
        assert_eq!(clean(text), text);
        assert_eq!(clean("a\r\nb\rc\u{7}\u{1b}[0m"), "a\nb\nc[0m");
        assert_eq!(single_line("  a \n b\t\tc "), "a b c");
    }

    #[test]
    fn what_no_xml_may_hold_is_marked_and_everything_else_stays() {
        let text = "a\tb\r\nc\u{7f}\u{85}\u{fffd}\u{200b}👩‍👧\u{1ffff}";
        assert_eq!(fit_for_xml(text.to_owned()), text);
        assert_eq!(fit_for_xml("a\u{1}b\u{b}c\u{1f}d\u{fffe}e\u{ffff}".to_owned()), "a�b�c�d�e�");
    }

    #[test]
    fn a_cut_falls_between_words() {
        assert_eq!(truncate("one two three", 13), "one two three");
        assert_eq!(truncate("one two, three", 10), "one two…");
        assert_eq!(truncate(&"x".repeat(50), 10), format!("{}…", "x".repeat(9)));
    }

    #[test]
    fn reading_takes_at_least_a_minute() {
        assert_eq!(reading_minutes(""), 1);
        assert_eq!(reading_minutes(&"word ".repeat(231)), 2);
        assert_eq!(reading_minutes(&"字".repeat(1500)), 3);
    }
}
