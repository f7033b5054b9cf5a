//! Two changes of one text, put together line by line (diff3). Words inside a line are never mixed: a paragraph that two
//! people changed is for a person to decide.

use std::{ops::Range, time::Duration};

use diffy::{ConflictStyle, MergeOptions};
use similar::{DiffOp, TextDiff};

/// After so long a comparison becomes coarser instead of finer.
const PATIENCE: Duration = Duration::from_millis(500);

/// A stretch of the merged text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Nobody disagrees.
    Agreed(String),
    /// Both changed these lines, each differently.
    Clash(Clash),
}

/// Lines of which there are two versions; each is whole lines, or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) base: String,
    pub(super) mine: String,
    pub(super) theirs: String,
}

/// Puts `mine` and `theirs` together, both made from `base`; when nobody knows the base, every difference is a clash.
pub(super) fn merge(base: Option<&str>, mine: &str, theirs: &str) -> Vec<Piece> {
    let Some(base) = base else { return differences(mine, theirs) };
    let [base, mine, theirs] = [base, mine, theirs].map(whole_lines);
    let length = marker_length([&base, &mine, &theirs]);
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Diff3).set_conflict_marker_length(length);
    match options.merge(&base, &mine, &theirs) {
        Ok(merged) => vec![Piece::Agreed(merged)],
        Err(marked) => pieces(&marked, length),
    }
}

/// The text, when nothing clashes.
pub(super) fn agreed(pieces: &[Piece]) -> Option<String> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Agreed(text) => Some(text.as_str()),
            Piece::Clash(_) => None,
        })
        .collect::<Option<String>>()
        .map(|text| text.trim_end_matches('\n').to_owned())
}

fn differences(mine: &str, theirs: &str) -> Vec<Piece> {
    let [mine, theirs] = [mine, theirs].map(whole_lines);
    let lines = TextDiff::configure().timeout(PATIENCE).diff_lines(theirs.as_str(), mine.as_str());
    let of = |old: bool, range: Range<usize>| -> String {
        range.filter_map(|at| if old { lines.old_slice(at) } else { lines.new_slice(at) }).collect()
    };
    let piece = |op: &DiffOp| match op {
        DiffOp::Equal { .. } => Piece::Agreed(of(true, op.old_range())),
        _ => Piece::Clash(Clash {
            base: String::new(),
            mine: of(false, op.new_range()),
            theirs: of(true, op.old_range()),
        }),
    };
    lines.ops().iter().map(piece).collect()
}

/// So that the last line is one like the others.
fn whole_lines(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Longer than anything in the texts that could be taken for a marker.
fn marker_length(texts: [&String; 3]) -> usize {
    let run = |line: &str| {
        let first = line.chars().next().filter(|first| "<|=>".contains(*first));
        first.map_or(0, |first| line.chars().take_while(|letter| *letter == first).count())
    };
    texts.iter().flat_map(|text| text.lines()).map(run).max().unwrap_or(0).max(6) + 1
}

fn pieces(marked: &str, length: usize) -> Vec<Piece> {
    let [ours, original, middle, end] = ["<", "|", "=", ">"].map(|sign| sign.repeat(length));
    let mut pieces = Vec::new();
    let (mut agreed, mut clash) = (String::new(), Clash::default());
    // into which of the four what comes next belongs
    let mut part = Part::Agreed;
    for line in marked.split_inclusive('\n') {
        if line.starts_with(&ours) {
            if !agreed.is_empty() {
                pieces.push(Piece::Agreed(std::mem::take(&mut agreed)));
            }
            part = Part::Mine;
        } else if line.starts_with(&original) {
            part = Part::Base;
        } else if line.starts_with(&middle) {
            part = Part::Theirs;
        } else if line.starts_with(&end) {
            pieces.push(Piece::Clash(std::mem::take(&mut clash)));
            part = Part::Agreed;
        } else {
            match part {
                Part::Agreed => &mut agreed,
                Part::Mine => &mut clash.mine,
                Part::Base => &mut clash.base,
                Part::Theirs => &mut clash.theirs,
            }
            .push_str(line);
        }
    }
    if !agreed.is_empty() {
        pieces.push(Piece::Agreed(agreed));
    }
    pieces
}

enum Part {
    Agreed,
    Mine,
    Base,
    Theirs,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "one\n\ntwo\n\nthree";

    #[test]
    fn changes_in_different_places_are_put_together() {
        let merged = merge(Some(BASE), "ONE\n\ntwo\n\nthree", "one\n\ntwo\n\nthree\n\nfour");
        assert_eq!(agreed(&merged).as_deref(), Some("ONE\n\ntwo\n\nthree\n\nfour"));
        assert_eq!(agreed(&merge(Some(BASE), BASE, "x")).as_deref(), Some("x"));
        assert_eq!(agreed(&merge(Some(""), "mine", "")).as_deref(), Some("mine"));
        assert_eq!(agreed(&merge(Some(BASE), "x", "x")).as_deref(), Some("x"), "the same change twice");
    }

    #[test]
    fn the_same_line_changed_twice_clashes_and_the_rest_does_not() {
        let merged = merge(Some(BASE), "one\n\nmine\n\nthree", "zero\n\none\n\ntheirs\n\nthree");
        assert_eq!(agreed(&merged), None);
        let clash =
            Clash { base: "two\n".to_owned(), mine: "mine\n".to_owned(), theirs: "theirs\n".to_owned() };
        assert_eq!(
            merged,
            [
                Piece::Agreed("zero\n\none\n\n".to_owned()),
                Piece::Clash(clash),
                Piece::Agreed("\nthree\n".to_owned())
            ]
        );
    }

    #[test]
    fn without_a_base_every_difference_is_for_a_person() {
        let merged = merge(None, "same\nmine\n", "same\ntheirs");
        assert_eq!(merged[0], Piece::Agreed("same\n".to_owned()));
        assert!(
            matches!(&merged[1], Piece::Clash(clash) if clash.mine == "mine\n" && clash.theirs == "theirs\n")
        );
        assert_eq!(agreed(&merge(None, "", "theirs")), None, "an empty text is one, too");
        assert_eq!(agreed(&merge(None, "x", "x")).as_deref(), Some("x"));
    }

    #[test]
    fn what_looks_like_a_marker_is_text() {
        let text = "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n||||||||||||\nend";
        let mine = format!("{text}\nmine");
        let clashing = merge(Some(text), &mine, &format!("{text}\ntheirs"));
        let Piece::Agreed(first) = &clashing[0] else { panic!("{clashing:?}") };
        assert!(first.starts_with("<<<<<<< ours\na\n=======\n"));
        assert!(
            matches!(&clashing[1], Piece::Clash(clash) if clash.mine == "mine\n" && clash.theirs == "theirs\n")
        );
    }
}
