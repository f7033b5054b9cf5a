//! Names of languages, and which way they are written.

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

/// Languages that are written from right to left unless their tag names another script.
const RIGHT_TO_LEFT: [&str; 17] = [
    "ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo", "ps", "sd", "ug", "ur",
    "yi",
];
/// Scripts that are (ISO 15924).
const SCRIPTS: [&str; 8] = ["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "thaa"];

/// `ltr` or `rtl`, for a `dir` attribute.
pub fn direction(tag: &str) -> &'static str {
    let tag = tag.to_ascii_lowercase();
    let mut groups = tag.split('-');
    let language = groups.next().unwrap_or_default();
    // a script has four letters, and stands before regions and variants
    let script = groups.find(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphabetic()));
    let leftwards = match script {
        Some(script) => SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&language),
    };
    if leftwards { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_decides_the_direction_and_else_the_language() {
        for tag in ["ar", "he-IL", "FA", "az-Arab", "ku-Arab-IR", "ckb"] {
            assert_eq!(direction(tag), "rtl", "{tag}");
        }
        for tag in ["", "en", "de-AT", "ar-Latn", "tr", "zh-Hant-TW", "arn"] {
            assert_eq!(direction(tag), "ltr", "{tag}");
        }
    }

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
