//! AVIF. No decoder of it is both safe and free to use, so it is not decoded: the coded pixels (and those of its
//! transparency) are taken out, and a new file is written around them. Whatever else the old one held, such as EXIF, XMP,
//! thumbnails or anything behind its end, does not come along.

use avif_parse::{AV1Metadata, AvifData};

use super::{Bounds, Clean, Kind, Refusal, sized};
use crate::files::Content;

/// Properties of a picture that the new file would lose.
const LOST: [&[u8]; 3] = [b"irot", b"imir", b"clap"];

/// Begins with the box that names this kind.
pub(super) fn looks_like_one(head: &[u8]) -> bool {
    let length = head.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let brands = head.get(8..length.min(head.len())).unwrap_or_default();
    head.get(4..8) == Some(b"ftyp") && brands.chunks(4).any(|brand| brand == b"avif")
}

pub(super) fn clean(content: &Content, bounds: Bounds) -> Result<Clean, Refusal> {
    let damaged = |_| Refusal::Damaged;
    let file = content.read().map_err(|_| Refusal::Damaged)?;
    let meta = boxes(&file).find(|(kind, ..)| kind == b"meta").ok_or(Refusal::Damaged)?.1;
    if LOST.iter().any(|lost| meta.windows(lost.len()).any(|part| part == *lost)) {
        return Err(Refusal::Assembled);
    }
    let end = boxes(&file).last().map_or(0, |(.., end)| end);
    let data = AvifData::from_reader(&mut &file[..end]).map_err(|error| match error {
        avif_parse::Error::Unsupported(_) => Refusal::Assembled,
        _ => Refusal::Damaged,
    })?;
    drop(file);

    let colour = data.primary_item_metadata().map_err(damaged)?;
    let alpha = data.alpha_item_metadata().map_err(damaged)?;
    let (width, height) = size(&colour);
    bounds.hold((width, height), 1)?;
    if alpha.as_ref().is_some_and(|alpha| size(alpha) != (width, height)) {
        return Err(Refusal::Damaged);
    }
    let pixels = only_pixels(&data.primary_item).ok_or(Refusal::Damaged)?;
    let transparency = match &data.alpha_item {
        Some(alpha) => Some(only_pixels(alpha).ok_or(Refusal::Damaged)?),
        None => None,
    };
    let bytes = avif_serialize::Aviffy::new()
        .set_seq_profile(colour.seq_profile)
        .set_chroma_subsampling(colour.chroma_subsampling)
        .set_monochrome(colour.monochrome)
        .set_premultiplied_alpha(data.premultiplied_alpha)
        .to_vec(&pixels, transparency.as_deref(), width, height, colour.bit_depth);
    sized(Kind::Avif, bytes, (width, height))
}

fn size(metadata: &AV1Metadata) -> (u32, u32) {
    (metadata.max_frame_width.get(), metadata.max_frame_height.get())
}

/// The boxes that a file is made of: kind, content, end. What cannot be one ends them.
fn boxes(file: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8], usize)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = file.get(start..)?;
        let kind = *rest.get(4..)?.first_chunk()?;
        let (header, length) = match u32::from_be_bytes(*rest.first_chunk()?) {
            // to the end of the file
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(*rest.get(8..)?.first_chunk()?)).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let content = rest.get(header..length)?;
        start += length;
        Some((kind, content, start))
    })
}

/// The units of AV1 that pixels are made of: sequence header, frames, tiles. Its own metadata and padding stay out.
fn only_pixels(mut stream: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(stream.len());
    while let Some(&head) = stream.first() {
        let (kind, extended, sized) = (head >> 3 & 15, head & 4 != 0, head & 2 != 0);
        let start = 1 + usize::from(extended);
        let (length, counted) = if sized { leb128(stream.get(start..)?)? } else { (stream.len() - start, 0) };
        let end = (start + counted).checked_add(length).filter(|end| *end <= stream.len())?;
        if matches!(kind, 1 | 3 | 4 | 6 | 7) {
            kept.extend_from_slice(&stream[..end]);
        }
        stream = &stream[end..];
    }
    (!kept.is_empty()).then_some(kept)
}

/// A length, and how many bytes it is written in (AV1, section 4.10.5).
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (n, byte) in bytes.iter().take(8).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, n + 1));
        }
    }
    None
}
