//! The table of redirects as a file: an old address and where it leads in each line.

use url::Url;

use super::{
    forms::{old, target},
    model::Target,
};

/// Lines of one file.
const MOST: usize = 50_000;

/// A redirect of a file, with its line there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) line: u64,
    pub(super) from: String,
    pub(super) to: Target,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) sentence: &'static str,
}

/// The line in which a record begins: the reader's position is before the empty lines that it skips.
fn line_of(file: &[u8], at: &csv::Position) -> u64 {
    let begin = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let empty = file.get(begin..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

/// Reads a file: columns `from` and `to`, with or without a first line that says so; further columns count for nothing.
/// All that is wrong, when something is.
pub(super) fn read(file: &[u8], base: &Url) -> Result<Vec<Numbered>, Vec<Wrong>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let (mut redirects, mut wrong) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let sentence = "This line is no text in UTF-8, or its quotes do not match.";
                wrong.push(Wrong { line, text: String::new(), sentence });
                break;
            }
        };
        let line = record.position().map_or(0, |at| line_of(file, at));
        let field = |at: usize| record.get(at).unwrap_or_default().trim();
        let (from, to) = (field(0), field(1));
        if from.is_empty() && to.is_empty() || redirects.is_empty() && from.eq_ignore_ascii_case("from") {
            continue;
        }
        match (old(from), target(to, base)) {
            _ if redirects.len() == MOST => {
                let sentence = "A file holds at most 50,000 redirects. Please make two of it.";
                wrong.push(Wrong { line, text: String::new(), sentence });
                break;
            }
            (Ok(from), Ok(to)) => redirects.push(Numbered { line, from, to }),
            (Err(sentence), _) => wrong.push(Wrong { line, text: from.to_owned(), sentence }),
            (_, Err(sentence)) => wrong.push(Wrong { line, text: to.to_owned(), sentence }),
        }
    }
    if wrong.is_empty() { Ok(redirects) } else { Err(wrong) }
}

/// A line of the file.
pub(super) struct Row<'a> {
    pub(super) from: &'a str,
    /// `None`: gone.
    pub(super) to: Option<&'a str>,
    pub(super) hits: i64,
    pub(super) last_hit: String,
}

/// Writes a file that [`read`] reads. Every cell of an address begins with `/` or `https:`, so that no spreadsheet takes
/// one for a formula.
pub(super) fn write<'a>(rows: impl Iterator<Item = Row<'a>>) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["from", "to", "hits", "last_hit"])?;
    for row in rows {
        csv.write_record([row.from, row.to.unwrap_or("gone"), &row.hits.to_string(), &row.last_hit])?;
    }
    Ok(csv.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        "https://blog.example".parse().expect("an address")
    }

    #[test]
    fn every_bad_line_is_named_with_its_number() {
        let file = "from,to\n/a,/b\n\n/c\n,/d\n/e,ftp://x\n\"/f\ng\",gone\n/admin/x,/b\n";
        let wrong = read(file.as_bytes(), &base()).expect_err("refused");
        let lines: Vec<(u64, &str)> = wrong.iter().map(|wrong| (wrong.line, wrong.text.as_str())).collect();
        assert_eq!(lines, [(4, ""), (5, ""), (6, "ftp://x"), (7, "/f\ng"), (9, "/admin/x")]);
        assert_eq!(read(b"/a,/b\n\xff,/c\n", &base()).expect_err("refused")[0].line, 2);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [("/a", Some("/b?x=1,2")), ("/c", None), ("/d", Some("https://else.example/"))];
        let file =
            write(rows.iter().map(|(from, to)| Row { from, to: *to, hits: 3, last_hit: String::new() }));
        let read = read(&file.expect("a file"), &base()).expect("fine");
        let targets: Vec<(&str, &Target)> = read.iter().map(|line| (line.from.as_str(), &line.to)).collect();
        assert_eq!(
            targets,
            [
                ("/a", &Target::Path("/b?x=1,2".to_owned())),
                ("/c", &Target::Gone),
                ("/d", &Target::Elsewhere("https://else.example/".to_owned()))
            ]
        );
    }
}
