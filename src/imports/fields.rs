//! Dates, addresses, people and tags, as other blogs write them.

use chrono::{DateTime, NaiveDate, Utc};
use url::Url;

use crate::{
    posts::{MOST_TAGS, old_path},
    text::{Slug, from_html::plain, single_line, truncate},
};

pub(super) fn day(year: &str, month: &str, day: &str) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// `/2016/09/29/Rust-1.12.html`, whatever slashes it was written with; the post's own new address is none.
pub(super) fn old_address(alias: &str, own: &str) -> Option<String> {
    old_path(alias).filter(|path| path != own)
}

/// An address of the web; what is none is nothing.
pub(super) fn web_address(text: &str) -> String {
    let is_one = Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_one { text.trim().to_owned() } else { String::new() }
}

/// The words of a title that may hold elements.
pub(super) fn plain_title(html: &str) -> String {
    if html.contains(['<', '&']) { plain(html) } else { single_line(html) }
}

/// A summary in plain words, as long as one may be.
pub(super) fn summary(html: &str) -> String {
    truncate(&plain_title(html), 1_000)
}

/// "A, B and C" are three people; somebody "on behalf of" others is one line.
pub(super) fn split_people(names: &[String]) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for name in names {
        let parts: Vec<&str> = if name.contains(" on behalf of ") {
            vec![name]
        } else {
            name.split(',').flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" & ")).collect()
        };
        for part in parts {
            let part = single_line(part.trim().trim_start_matches("and "));
            if !part.is_empty() && !people.contains(&part) {
                people.push(truncate(&part, 100));
            }
        }
    }
    people
}

/// At most twenty tags, each once; and those that are left.
pub(super) fn tidy_tags(tags: Vec<String>) -> (Vec<String>, Vec<String>) {
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags {
        let tag = truncate(&single_line(&tag), 60);
        if !tag.is_empty() && !tidy.iter().any(|known| Slug::propose(known) == Slug::propose(&tag)) {
            tidy.push(tag);
        }
    }
    let left = tidy.split_off(tidy.len().min(MOST_TAGS));
    (tidy, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_in_one_line_are_told_apart() {
        let people = |text: &str| split_people(&[text.to_owned()]);
        assert_eq!(people("A B, C D and E F"), ["A B", "C D", "E F"]);
        assert_eq!(people("Ferdinand & Alexandra"), ["Ferdinand", "Alexandra"]);
        assert_eq!(people("A on behalf of B and C"), ["A on behalf of B and C"]);
    }

    #[test]
    fn old_addresses_are_paths() {
        for (alias, address) in [
            ("2016/09/29/Rust-1.12.html", Some("/2016/09/29/Rust-1.12.html")),
            ("/a/", Some("/a")),
            ("https://old.example/b/c.html", Some("/b/c.html")),
            ("https://old.example/b/?p=1#c", Some("/b")),
            ("https://old.example/%CE%B5/", Some("/ε")),
            ("https://old.example/?p=1", None),
            ("/", None),
            ("/posts/x", None),
        ] {
            assert_eq!(old_address(alias, "/posts/x").as_deref(), address, "{alias}");
        }
    }
}
