//! What is different between two texts: lines first, and words inside the lines that changed.

use std::time::Duration;

use similar::{ChangeTag, DiffOp, TextDiff};

use crate::error::Result;

/// A stretch of the comparison, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Lines that are the same in both, near a change.
    Same(String),
    /// So many lines that are the same, left out.
    Skipped(usize),
    /// Lines that changed, word by word.
    Changed(Vec<Bit>),
}

/// Some words of a changed stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bit {
    pub(super) kind: BitKind,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BitKind {
    Same,
    Added,
    Removed,
}

impl Bit {
    pub(super) fn is_added(&self) -> bool {
        self.kind == BitKind::Added
    }

    pub(super) fn is_removed(&self) -> bool {
        self.kind == BitKind::Removed
    }
}

/// Lines of the same text that are shown around a change.
const CONTEXT: usize = 3;
/// After so long a comparison becomes coarser instead of finer.
const PATIENCE: Duration = Duration::from_millis(500);

/// How `new` differs from `old`; empty when it does not. Off the async threads: a long text takes a while.
pub(super) async fn compare(old: &str, new: &str) -> Result<Vec<Stretch>> {
    let (old, new) = (old.to_owned(), new.to_owned());
    Ok(tokio::task::spawn_blocking(move || stretches(&old, &new)).await.map_err(anyhow::Error::from)?)
}

fn stretches(old: &str, new: &str) -> Vec<Stretch> {
    let lines = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let before: Vec<&str> = (0..lines.old_len()).filter_map(|at| lines.old_slice(at)).collect();
    let after: Vec<&str> = (0..lines.new_len()).filter_map(|at| lines.new_slice(at)).collect();
    let ops = lines.ops();
    let mut stretches = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let (removed, added) = (before[op.old_range()].concat(), after[op.new_range()].concat());
        if let DiffOp::Equal { .. } = op {
            let edges = (at > 0, at + 1 < ops.len());
            same(&before[op.old_range()], edges, &mut stretches);
        } else {
            stretches.push(Stretch::Changed(words(&removed, &added)));
        }
    }
    if stretches.iter().all(|stretch| !matches!(stretch, Stretch::Changed(_))) {
        Vec::new()
    } else {
        stretches
    }
}

/// The lines beside a change; what is far from all changes is only counted.
fn same(lines: &[&str], (follows, precedes): (bool, bool), stretches: &mut Vec<Stretch>) {
    let head = if follows { CONTEXT.min(lines.len()) } else { 0 };
    let tail = if precedes { CONTEXT.min(lines.len() - head) } else { 0 };
    let skipped = lines.len() - head - tail;
    if head > 0 {
        stretches.push(Stretch::Same(lines[..head].concat()));
    }
    if skipped > 0 {
        stretches.push(Stretch::Skipped(skipped));
    }
    if tail > 0 {
        stretches.push(Stretch::Same(lines[lines.len() - tail..].concat()));
    }
}

/// Word by word.
pub(super) fn words(old: &str, new: &str) -> Vec<Bit> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
    let mut bits: Vec<Bit> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => BitKind::Same,
            ChangeTag::Insert => BitKind::Added,
            ChangeTag::Delete => BitKind::Removed,
        };
        match bits.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => bits.push(Bit { kind, text: change.value().to_owned() }),
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit(kind: BitKind, text: &str) -> Bit {
        Bit { kind, text: text.to_owned() }
    }

    #[test]
    fn words_that_changed_are_told_from_those_that_stayed() {
        let expected = [
            bit(BitKind::Same, "a "),
            bit(BitKind::Removed, "red"),
            bit(BitKind::Added, "blue"),
            bit(BitKind::Same, " bird"),
        ];
        assert_eq!(words("a red bird", "a blue bird"), expected);
    }

    #[test]
    fn only_the_neighbourhood_of_a_change_is_shown() {
        let old = (0..20).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        let new = old.replace("line 10\n", "line ten\n");
        let stretches = stretches(&old, &new);
        assert_eq!(stretches[0], Stretch::Skipped(7));
        assert_eq!(stretches[1], Stretch::Same("line 7\nline 8\nline 9\n".to_owned()));
        assert!(matches!(&stretches[2], Stretch::Changed(bits) if bits.iter().any(Bit::is_added)));
        assert_eq!(stretches[4], Stretch::Skipped(6));
        assert_eq!(super::stretches(&old, &old), []);
    }
}
