//! Animations.

use std::io::{self, BufRead, Seek, Write};

use image::{
    AnimationDecoder as _, ImageDecoder as _, Limits,
    codecs::gif::{GifDecoder, GifEncoder, Repeat},
};

use super::{Bounds, Clean, Kind, Refusal, sized};
use crate::files::Content;

/// Pictures in memory at a time, four bytes a pixel: the whole, a frame, and the frame once more for the encoder.
const AT_A_TIME: u64 = 3;

pub(super) fn clean(content: &Content, bounds: Bounds) -> Result<Clean, Refusal> {
    let mut decoder = GifDecoder::new(content.open()).map_err(|_| Refusal::Damaged)?;
    let dimensions = decoder.dimensions();
    bounds.hold(dimensions, 1)?;
    bounds.hold_memory(AT_A_TIME * decoder.total_bytes())?;
    // the whole picture and one frame of its size: each frame names a size of its own, which may be gigabytes
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * decoder.total_bytes());
    decoder.set_limits(limits).map_err(|_| bounds.refused_for_pixels())?;
    let mut out = Bounded { bytes: Vec::new(), most: bounds.bytes * 2, full: false };
    let encoded = encode(decoder, &mut out, |frame| bounds.hold(dimensions, frame));
    if out.full {
        return Err(bounds.refused_for_bytes());
    }
    encoded?;
    sized(Kind::Gif, out.bytes, dimensions)
}

/// Frame by frame: only one is in memory at a time.
fn encode<R: BufRead + Seek>(
    decoder: GifDecoder<R>,
    out: &mut Bounded,
    hold: impl Fn(u64) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut encoder = GifEncoder::new_with_speed(out, 10);
    encoder.set_repeat(Repeat::Infinite).map_err(|_| Refusal::Damaged)?;
    let mut frames = 0;
    for (n, frame) in (1..).zip(decoder.into_frames()) {
        hold(n)?;
        encoder.encode_frame(frame.map_err(|_| Refusal::Damaged)?).map_err(|_| Refusal::Damaged)?;
        frames = n;
    }
    if frames == 0 { Err(Refusal::Damaged) } else { Ok(()) }
}

/// What is written anew may become larger than what came, but not without end.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.full |= self.bytes.len() + bytes.len() > self.most;
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
