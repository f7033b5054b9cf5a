//! Names of languages.

/// BCP 47, as far as a blog needs it: letters and digits in groups of up to eight.
pub fn is_language_tag(text: &str) -> bool {
    let mut groups = text.split('-');
    let primary = groups.next().is_some_and(|first| {
        (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let rest = groups
        .all(|group| (1..=8).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    primary && rest && text.len() <= 35
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_told_from_other_words() {
        for (tag, fine) in [
            ("en", true),
            ("pt-BR", true),
            ("zh-Hant-TW", true),
            ("e", false),
            ("", false),
            ("en us", false),
            ("\"><b>", false),
        ] {
            assert_eq!(is_language_tag(tag), fine, "{tag}");
        }
    }
}
