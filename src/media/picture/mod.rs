//! What may be a picture, and what is kept of it: pixels, decoded and encoded anew, so that neither EXIF nor anything
//! hidden behind the image survives (OWASP File Upload Cheat Sheet).

mod avif;
mod gif;
mod resize;
mod still;
mod svg;
mod weight;

use std::io::Read as _;

use image::ImageFormat;
use serde::{Deserialize, Serialize};

use super::model::Kind;
use crate::files::Content;

pub(super) use still::copies;

/// No side is longer than this.
const MAX_SIDE: u32 = 12_000;
/// So much of a file tells what it is.
const HEAD: u64 = 4096;

/// How much is taken and decoded at most.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Bounds {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of width and of height.
    pub side: u32,
    /// Width times height.
    pub pixels: u64,
    /// Frames times pixels of an animation.
    pub animation: u64,
    /// Bytes that opening it may take.
    pub memory: u64,
}

impl Bounds {
    /// What the configuration lets in; an animation may have three times the pixels of a still picture, and memory is
    /// what a photograph of that many pixels takes.
    pub(super) fn new(bytes: usize, pixels: u64) -> Self {
        let three = pixels.saturating_mul(3);
        Self { bytes, side: MAX_SIDE, pixels, animation: three, memory: three }
    }

    fn refused_for_pixels(&self) -> Refusal {
        Refusal::TooManyPixels(self.pixels / 1_000_000)
    }

    fn refused_for_bytes(&self) -> Refusal {
        Refusal::TooManyBytes(self.bytes >> 20)
    }

    fn hold(&self, (width, height): (u32, u32), frames: u64) -> Result<(), Refusal> {
        let pixels = u64::from(width) * u64::from(height);
        let fine = width <= self.side
            && height <= self.side
            && pixels <= self.pixels
            && (frames == 1 || pixels * frames <= self.animation);
        if fine { Ok(()) } else { Err(self.refused_for_pixels()) }
    }

    fn hold_memory(&self, bytes: u64) -> Result<(), Refusal> {
        if bytes <= self.memory { Ok(()) } else { Err(Refusal::TooHeavy) }
    }
}

/// A picture fit to be kept.
#[derive(Debug)]
pub struct Clean {
    /// As its bytes say.
    pub kind: Kind,
    /// The new file.
    pub bytes: Vec<u8>,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
}

/// Why a file is not taken: the sentence for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// More bytes than the limit.
    #[error("This picture is larger than {0} MB. Please make it smaller.")]
    TooManyBytes(usize),
    /// More pixels than the limit.
    #[error("This picture has more than {0} megapixels, or too many frames. Please make it smaller.")]
    TooManyPixels(u64),
    /// Within the limit, but kept in a way that takes more memory than there is for it.
    #[error(
        "This picture takes too much memory to open. Please make it smaller, or save it as a plain JPEG."
    )]
    TooHeavy,
    /// Not a picture, or none of the kinds that browsers show.
    #[error("This file is not a picture that we know. Please use JPEG, PNG, WebP, GIF, AVIF or SVG.")]
    Unknown,
    /// Begins like a picture and cannot be decoded.
    #[error("This picture seems to be damaged: it cannot be read to its end.")]
    Damaged,
    /// AVIF is kept as it is, so what it says about itself besides the pixels would be lost.
    #[error(
        "This AVIF picture is turned, cut or put together of tiles. Please save it upright and whole, or as JPEG."
    )]
    Assembled,
}

/// Checks and cleans an uploaded file. Blocking, up to a second.
pub fn clean(content: &Content, bounds: Bounds) -> Result<Clean, Refusal> {
    if content.len() > bounds.bytes as u64 {
        return Err(bounds.refused_for_bytes());
    }
    let mut head = Vec::new();
    content.open().take(HEAD).read_to_end(&mut head).map_err(|_| Refusal::Damaged)?;
    match image::guess_format(&head) {
        Ok(ImageFormat::Gif) => gif::clean(content, bounds),
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => {
            still::clean(content, format, bounds)
        }
        _ if avif::looks_like_one(&head) => avif::clean(content, bounds),
        _ if svg::looks_like_one(&head) => svg::clean(&content.read().map_err(|_| Refusal::Damaged)?),
        _ => Err(Refusal::Unknown),
    }
}

fn sized(kind: Kind, bytes: Vec<u8>, (width, height): (u32, u32)) -> Result<Clean, Refusal> {
    match (i32::try_from(width), i32::try_from(height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Ok(Clean { kind, bytes, width, height }),
        _ => Err(Refusal::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::DynamicImage;

    use super::*;

    fn clean(bytes: &[u8], bounds: Bounds) -> Result<Clean, Refusal> {
        super::clean(&bytes.to_vec().into(), bounds)
    }

    fn bounds() -> Bounds {
        Bounds::new(20 << 20, 50_000_000)
    }

    fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([u8::try_from(x % 256).expect("small"), u8::try_from(y % 256).expect("small"), 90])
        }));
        let mut out = Vec::new();
        image.write_to(&mut Cursor::new(&mut out), format).expect("encoded");
        out
    }

    /// A JPEG with an APP1 segment: orientation 6 (a quarter turn) and a GPS directory's pointer.
    fn jpeg_with_exif(width: u32, height: u32) -> Vec<u8> {
        let plain = picture(ImageFormat::Jpeg, width, height);
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26");
        tiff.extend(b"\0\0\0\0GPS-SECRET-PLACE");
        let mut segment = b"Exif\0\0".to_vec();
        segment.extend(tiff);
        let length = u16::try_from(segment.len() + 2).expect("short").to_be_bytes();
        [&plain[..2], b"\xff\xe1", &length, &segment, &plain[2..]].concat()
    }

    #[test]
    fn p10_every_kind_comes_out_as_itself_and_clean() {
        for (format, kind) in [
            (ImageFormat::Jpeg, Kind::Jpeg),
            (ImageFormat::Png, Kind::Png),
            (ImageFormat::Gif, Kind::Gif),
            (ImageFormat::WebP, Kind::Webp),
        ] {
            let mut bytes = picture(format, 60, 40);
            bytes.extend(b"<script>alert(1)</script>");
            let clean = clean(&bytes, bounds()).expect("taken");
            assert_eq!((clean.kind, clean.width, clean.height), (kind, 60, 40));
            assert!(!clean.bytes.windows(7).any(|window| window == b"<script"), "{kind:?}");
            assert!(image::load_from_memory(&clean.bytes).is_ok());
        }
    }

    #[test]
    fn p10_the_camera_s_turn_is_applied_and_its_place_is_gone() {
        let bytes = jpeg_with_exif(60, 40);
        assert!(bytes.windows(6).any(|window| window == b"SECRET"));
        let clean = clean(&bytes, bounds()).expect("taken");
        assert_eq!((clean.width, clean.height), (40, 60));
        assert!(!clean.bytes.windows(6).any(|window| window == b"SECRET"));
        assert!(!clean.bytes.windows(4).any(|window| window == b"Exif"));
    }

    #[test]
    fn p9_a_huge_header_is_refused_before_anything_is_decoded() {
        let mut bomb = picture(ImageFormat::Png, 10, 10);
        bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        assert!(clean(&bomb, bounds()).is_err());
        let mut gif = picture(ImageFormat::Gif, 10, 10);
        gif[6..10].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(clean(&gif, bounds()).expect_err("refused"), Refusal::TooManyPixels(50));
    }

    #[test]
    fn p10_what_is_no_picture_is_refused_with_a_sentence() {
        let cut = &picture(ImageFormat::Png, 60, 40)[..60];
        for (bytes, refusal) in [
            (&b"<!doctype html><script>alert(1)</script>"[..], Refusal::Unknown),
            (b"", Refusal::Unknown),
            (b"GIF89a<script>alert(1)</script>", Refusal::TooManyPixels(50)),
            (b"GIF89a\x04\0\x03\0\0\0\0;", Refusal::Damaged),
            (b"GIF89a\x04\0\x03\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;", Refusal::Damaged),
            (b"%PDF-1.4", Refusal::Unknown),
            (cut, Refusal::Damaged),
            (&vec![0; bounds().bytes + 1], Refusal::TooManyBytes(20)),
        ] {
            assert_eq!(clean(bytes, bounds()).expect_err("refused"), refusal);
        }
    }

    /// What hides in a file besides its pixels, in each of the places where polyglots do.
    #[test]
    fn p10_class_06_nothing_of_a_file_of_two_kinds_survives() {
        let script = b"<script>alert(1)</script>";
        let png = picture(ImageFormat::Png, 60, 40);
        let mut chunk = b"tEXtComment\0".to_vec();
        chunk.extend(script);
        let mut text = u32::try_from(chunk.len() - 4).expect("short").to_be_bytes().to_vec();
        text.extend(&chunk);
        text.extend(crc32(&chunk).to_be_bytes());
        let jpeg = picture(ImageFormat::Jpeg, 60, 40);
        let comment = |text: &[u8]| {
            let length = u16::try_from(text.len() + 2).expect("short").to_be_bytes();
            [&jpeg[..2], b"\xff\xfe", &length, text, &jpeg[2..]].concat()
        };
        let gif = picture(ImageFormat::Gif, 60, 40);
        let note = [b"\x21\xfe\x19".as_slice(), script, b"\0"].concat();
        for bytes in [
            // a page in a chunk of a PNG
            [&png[..33], &text, &png[33..]].concat(),
            // a document in the comment of a JPEG, and a script behind it
            comment(b"%PDF-1.7 <script>alert(1)</script>"),
            [&jpeg, &script[..]].concat(),
            // a script that begins as a GIF, and one in its comment
            [&gif[..gif.len() - 1], &note, b";*/=1;<script>alert(1)</script>"].concat(),
        ] {
            assert!(bytes.windows(script.len()).any(|window| window == script));
            let clean = clean(&bytes, bounds()).expect("taken");
            assert_eq!((clean.width, clean.height), (60, 40));
            for hidden in [&b"<script"[..], b"%PDF", b"alert"] {
                assert!(
                    !clean.bytes.windows(hidden.len()).any(|window| window == hidden),
                    "{:?}",
                    clean.kind
                );
            }
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn p9_what_takes_too_much_memory_to_open_is_refused_before_it_is_opened() {
        let bounds = Bounds::new(20 << 20, 10_000);
        let deep = DynamicImage::ImageRgb16(image::ImageBuffer::new(100, 100));
        let mut png = Vec::new();
        deep.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).expect("encoded");
        assert_eq!(clean(&png, bounds).expect_err("refused"), Refusal::TooHeavy);
        assert!(clean(&picture(ImageFormat::Png, 100, 100), bounds).is_ok());
        let gif = clean(&picture(ImageFormat::Gif, 100, 100), bounds);
        assert_eq!(gif.expect_err("refused"), Refusal::TooHeavy);
    }

    #[test]
    fn a_wide_picture_is_kept_as_wide_as_a_column_may_be_and_upright() {
        let wide = clean(&picture(ImageFormat::Jpeg, 5200, 1300), bounds()).expect("taken");
        assert_eq!((wide.width, wide.height), (2560, 640));
        let turned = clean(&jpeg_with_exif(3000, 1500), bounds()).expect("taken");
        assert_eq!((turned.width, turned.height), (1500, 3000));
        let turned = clean(&jpeg_with_exif(1500, 3000), bounds()).expect("taken");
        assert_eq!((turned.width, turned.height), (2560, 1280));
    }

    #[test]
    fn p10_of_an_avif_only_the_pixels_stay() {
        let with_exif = include_bytes!("../../../tests/fixtures/pictures/exif.avif");
        let with_alpha = include_bytes!("../../../tests/fixtures/pictures/alpha.avif");
        assert!(with_exif.windows(6).any(|window| window == b"SECRET"));
        for file in [&with_exif[..], with_alpha] {
            let kept = clean(&[file, b"<script>alert(1)</script>"].concat(), bounds()).expect("taken");
            assert_eq!((kept.kind, kept.width, kept.height), (Kind::Avif, 60, 40));
            for gone in [&b"SECRET"[..], b"Exif", b"xmpmeta", b"<script", b"mime"] {
                assert!(!kept.bytes.windows(gone.len()).any(|window| window == gone));
            }
            assert_eq!(clean(&kept.bytes, bounds()).expect("taken again").bytes, kept.bytes);
        }
        let turned = include_bytes!("../../../tests/fixtures/pictures/turned.avif");
        assert_eq!(clean(turned, bounds()).expect_err("refused"), Refusal::Assembled);
        assert_eq!(clean(&with_exif[..200], bounds()).expect_err("refused"), Refusal::Damaged);
        let small = Bounds::new(20 << 20, 2_000);
        assert_eq!(clean(with_exif, small).expect_err("refused"), Refusal::TooManyPixels(0));
    }

    #[test]
    fn a_copy_has_the_width_that_was_asked_for() {
        let all = copies(&picture(ImageFormat::Png, 1000, 500), &[480, 960]).expect("made");
        for (width, copy) in all {
            let image = image::load_from_memory(&copy).expect("a picture");
            assert_eq!((image.width(), image.height()), (width.unsigned_abs(), width.unsigned_abs() / 2));
        }
    }
}
