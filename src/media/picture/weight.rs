//! How much memory a picture takes while it is opened, told by its first bytes.

use std::io::Read;

use image::{ColorType, ImageDecoder, ImageFormat};

use crate::files::Content;

/// Bytes that decoding takes: the pixels, what the decoder keeps besides, and the same pixels with eight bits a colour.
pub(super) fn of(decoder: &impl ImageDecoder, content: &Content, format: ImageFormat) -> u64 {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let besides = match format {
        ImageFormat::Jpeg => coefficients(&mut content.open()).unwrap_or_default(),
        // its decoder keeps a second picture, in colours of its own
        ImageFormat::WebP => pixels * 2,
        _ => 0,
    };
    let again = match decoder.color_type() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => 0,
        deep => pixels * u64::from(deep.channel_count()),
    };
    decoder.total_bytes() + besides + again
}

/// A JPEG that comes in several scans is kept as coefficients, of two bytes each, until its last scan: their bytes.
fn coefficients(file: &mut impl Read) -> Option<u64> {
    let mut frame = (0, 0);
    skip(file, 2)?;
    loop {
        let [before, marker] = bytes(file)?;
        if before != 0xff {
            return None;
        }
        let length = u64::from(u16::from_be_bytes(bytes(file)?)).checked_sub(2)?;
        match marker {
            // frames of all kinds lie between tables of other kinds
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, h1, h0, w1, w0, components] = bytes(file)?;
                let pixels =
                    u64::from(u16::from_be_bytes([h1, h0])) * u64::from(u16::from_be_bytes([w1, w0]));
                let (mut samples, mut most) = (0, 1);
                for _ in 0..components {
                    let [_, sampling, _] = bytes(file)?;
                    let blocks = u64::from(sampling >> 4) * u64::from(sampling & 15);
                    (samples, most) = (samples + blocks, most.max(blocks));
                }
                frame = (components, pixels.saturating_mul(2 * samples) / most);
                skip(file, length.checked_sub(6 + 3 * u64::from(components))?)?;
                if matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce) {
                    return Some(frame.1);
                }
            }
            // the first scan holds all components of the frame, or there are more
            0xda => {
                let [components] = bytes(file)?;
                return Some(if components == frame.0 { 0 } else { frame.1 });
            }
            _ => skip(file, length)?,
        }
    }
}

fn bytes<const N: usize>(file: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn skip(file: &mut impl Read, length: u64) -> Option<()> {
    let skipped = std::io::copy(&mut file.take(length), &mut std::io::sink()).ok()?;
    (skipped == length).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_in_several_scans_weighs_its_coefficients_too() {
        // start, a comment, a frame of 16 × 8 pixels with three components (4:2:0), a scan
        let file = |frame: u8, scan: u8| {
            [
                &[0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2, 0xff, frame, 0, 17, 8, 0, 8, 0, 16, 3][..],
                &[1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xda, 0, 12, scan],
            ]
            .concat()
        };
        let all = 16 * 8 * 2 * 6 / 4;
        for (frame, scan, expected) in [(0xc0, 3, Some(0)), (0xc0, 1, Some(all)), (0xc2, 3, Some(all))] {
            assert_eq!(coefficients(&mut &file(frame, scan)[..]), expected);
        }
        assert_eq!(coefficients(&mut &file(0xc0, 3)[..12]), None);
        assert_eq!(coefficients(&mut &b"GIF89a"[..]), None);
    }
}
