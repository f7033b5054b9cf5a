//! Two texts compared as they look: element by element.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text::SafeHtml;

/// An outermost element of either text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) side: Side,
    pub(super) html: SafeHtml,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Same,
    Added,
    Removed,
}

impl Block {
    pub(super) fn is_added(&self) -> bool {
        self.side == Side::Added
    }

    pub(super) fn is_removed(&self) -> bool {
        self.side == Side::Removed
    }
}

/// All elements in reading order; of what changed, first how it was.
pub(super) fn compare(old: &SafeHtml, new: &SafeHtml) -> Vec<Block> {
    let (old, new) = (old.blocks(), new.blocks());
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.iter().map(SafeHtml::as_str).collect(), new.iter().map(SafeHtml::as_str).collect());
    let mut blocks = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let mut add = |side, range: &[SafeHtml]| {
            blocks.extend(range.iter().map(|html| Block { side, html: html.clone() }));
        };
        if let DiffOp::Equal { .. } = op {
            add(Side::Same, &new[op.new_range()]);
        } else {
            add(Side::Removed, &old[op.old_range()]);
            add(Side::Added, &new[op.new_range()]);
        }
    }
    blocks
}
