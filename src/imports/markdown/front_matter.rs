//! The block at the beginning of a file: TOML between `+++`, YAML between `---`, or JSON.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Map, Value};

/// The fields of a file and the text below them.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// By name.
    pub fields: Map<String, Value>,
    /// The text.
    pub body: &'a str,
    /// Lines above the text.
    pub lines_above: usize,
}

/// What is wrong with a block, and in which line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Of the file, from 1.
    pub line: usize,
    /// One line for the person who imports.
    pub reason: String,
}

/// Splits a file.
pub fn split(text: &str) -> Result<Document<'_>, Broken> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default().trim_end();
    match first {
        "+++" | "---" => fenced(text, first),
        _ if text.starts_with('{') => json(text),
        _ => Ok(Document { body: text, ..Document::default() }),
    }
}

fn fenced<'a>(text: &'a str, fence: &str) -> Result<Document<'a>, Broken> {
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut offset = start;
    for (lines, line) in (2..).zip(text[start..].split_inclusive('\n')) {
        let end = line.trim_end();
        if end == fence || (fence == "---" && end == "...") {
            let block = &text[start..offset];
            let fields = if fence == "+++" { toml(block)? } else { yaml(block)? };
            return Ok(Document { fields, body: &text[offset + line.len()..], lines_above: lines });
        }
        offset += line.len();
    }
    Err(Broken { line: 1, reason: format!("the front matter is never closed with {fence}") })
}

fn toml(block: &str) -> Result<Map<String, Value>, Broken> {
    let table: toml::Table = block.parse().map_err(|error: toml::de::Error| {
        let above = error.span().map_or(0, |span| block[..span.start.min(block.len())].matches('\n').count());
        Broken { line: above + 2, reason: one_line(error.message()) }
    })?;
    match from_toml(toml::Value::Table(table)) {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

/// Dates become text: they are read like those of the other formats.
fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(at) => Value::String(at.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect())
        }
    }
}

fn yaml(block: &str) -> Result<Map<String, Value>, Broken> {
    if block.trim().is_empty() {
        return Ok(Map::new());
    }
    // `y`, `no` and `on` are words here, as in YAML 1.2
    // and what is repeated by reference (`*x`) counts every time, so that no block becomes larger than it is
    let budget = serde_saphyr::budget! {
        max_nodes: 2 * block.len() + 100,
        max_total_scalar_bytes: 2 * block.len() + 1000,
    };
    let options = serde_saphyr::options! { strict_booleans: true, budget: budget };
    serde_saphyr::from_str_with_options(block, options).map_err(|error: serde_saphyr::Error| {
        let line = error.location().map_or(1, |location| usize::try_from(location.line()).unwrap_or(1));
        Broken { line: line + 1, reason: one_line(&error.to_string()) }
    })
}

fn json(text: &str) -> Result<Document<'_>, Broken> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>();
    match values.next() {
        Some(Ok(fields)) => {
            let (above, body) = text.split_at(values.byte_offset());
            Ok(Document { fields, body, lines_above: above.matches('\n').count() })
        }
        Some(Err(error)) => Err(Broken { line: error.line(), reason: one_line(&error.to_string()) }),
        None => Ok(Document { body: text, ..Document::default() }),
    }
}

fn one_line(text: &str) -> String {
    crate::text::truncate(text.lines().next().unwrap_or_default(), 200)
}

impl Document<'_> {
    /// A text field under the first of these names.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.fields.get(*name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// All texts under these names, also from lists and from `[taxonomies]`.
    pub fn texts(&self, names: &[&str]) -> Vec<String> {
        let taxonomies = self.fields.get("taxonomies").and_then(Value::as_object);
        let places =
            names.iter().flat_map(|name| [self.fields.get(*name), taxonomies.and_then(|all| all.get(*name))]);
        places
            .flatten()
            .flat_map(|value| match value {
                Value::String(text) => vec![text.clone()],
                Value::Array(items) => items.iter().filter_map(text_of).collect(),
                _ => Vec::new(),
            })
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.fields.get(name)?.as_bool()
    }

    pub fn date(&self, names: &[&str]) -> Option<DateTime<Utc>> {
        parse_date(&self.text(names)?)
    }
}

/// An author may be a name or a table with one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(table) => table.get("name")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// With or without time and zone, as TOML, YAML, Hugo and Jekyll write dates; without a zone, UTC.
pub(super) fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    for format in ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%d %H:%M %z"] {
        if let Ok(at) = DateTime::parse_from_str(text, format) {
            return Some(at.to_utc());
        }
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(text, format) {
            return Some(at.and_utc());
        }
    }
    for format in ["%Y-%m-%d", "%Y/%m/%d"] {
        if let Ok(day) = NaiveDate::parse_from_str(text, format) {
            return Some(day.and_hms_opt(0, 0, 0)?.and_utc());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::dates::rfc3339;

    #[test]
    fn all_three_formats_are_read() {
        for text in [
            "+++\ntitle = \"A\"\ndate = 2020-01-02\n[taxonomies]\ntags = [\"x\", \"y\"]\n+++\nBody\n",
            "---\r\ntitle: A\r\ndate: 2020-01-02\r\ntags:\r\n  - x\r\n  - y\r\n---\r\nBody\n",
            "\u{feff}{\"title\": \"A\", \"date\": \"2020-01-02\", \"tags\": [\"x\", \"y\"]}\nBody\n",
        ] {
            let document = split(text).expect("read");
            assert_eq!(document.text(&["title"]).as_deref(), Some("A"), "{text}");
            assert_eq!(
                document.date(&["date"]).map(rfc3339).as_deref(),
                Some("2020-01-02T00:00:00Z"),
                "{document:?}"
            );
            assert_eq!(document.texts(&["tags"]), ["x", "y"], "{text}");
            assert_eq!(document.body.trim(), "Body", "{document:?}");
        }
    }

    #[test]
    fn a_broken_block_is_told_with_its_line() {
        for (text, line) in [
            ("+++\ntitle = \"A\"\ndate = = 1\n+++\n", 3),
            ("---\ntitle: A\ntags: [x\n---\n", 3),
            ("+++\ntitle = \"A\"\n", 1),
            ("{\n\"title\": nonsense\n}", 2),
        ] {
            let broken = split(text).expect_err("broken");
            assert!(broken.line.abs_diff(line) <= 1, "{text:?}: {broken:?}");
            assert!(!broken.reason.is_empty());
        }
    }

    #[test]
    fn a_block_that_multiplies_itself_is_refused_and_a_repeated_word_is_not() {
        let word = "x".repeat(3000);
        let all = |name: char| vec![format!("*{name}"); 9].join(",");
        let bomb = format!("---\na: &a {word}\nb: &b [{}]\nc: [{}]\n---\n", all('a'), all('b'));
        assert!(split(&bomb).is_err());
        let honest = split("---\nauthor: &me Ada\neditor: *me\n---\n").expect("read");
        assert_eq!(honest.text(&["editor"]).as_deref(), Some("Ada"));
    }

    #[test]
    fn dates_are_read_as_blogs_write_them() {
        for (text, expected) in [
            ("2020-01-02", "2020-01-02T00:00:00Z"),
            ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
            ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z"),
            ("2020-01-02 03:04:05 -0500", "2020-01-02T08:04:05Z"),
            ("2020-01-02 03:04", "2020-01-02T03:04:00Z"),
        ] {
            assert_eq!(parse_date(text).map(rfc3339).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(parse_date("soon"), None);
    }
}
