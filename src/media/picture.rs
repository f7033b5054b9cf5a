//! What may be a picture, and what is kept of it: pixels, decoded and encoded anew, so that neither EXIF nor anything
//! hidden behind the image survives (OWASP File Upload Cheat Sheet).

use std::io::Cursor;

use fast_image_resize::{ResizeAlg, ResizeOptions, Resizer};
use image::{
    AnimationDecoder as _, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{
        gif::{GifDecoder, GifEncoder, Repeat},
        jpeg::JpegEncoder,
    },
};

use super::{model::Kind, svg};

/// No side is longer than this.
const MAX_SIDE: u32 = 12_000;
/// Wider pictures are scaled down to this: no reader's column is wider.
const MAX_WIDTH: u32 = 2560;
const DECODER_MEMORY: u64 = 256 * 1024 * 1024;

/// How much is taken and decoded at most.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels of width and of height.
    pub side: u32,
    /// Width times height.
    pub pixels: u64,
    /// Frames times pixels of an animation.
    pub animation: u64,
}

impl Bounds {
    /// What the configuration lets in; an animation may have three times the pixels of a still picture.
    pub(super) fn new(bytes: usize, pixels: u64) -> Self {
        Self { bytes, side: MAX_SIDE, pixels, animation: pixels.saturating_mul(3) }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes than the limit.
    #[error("This picture is larger than {0} MB. Please make it smaller.")]
    TooManyBytes(usize),
    /// More pixels than the limit.
    #[error("This picture has more than {0} megapixels, or too many frames. Please make it smaller.")]
    TooManyPixels(u64),
    /// Not a picture, or none of the kinds that browsers show.
    #[error("This file is not a picture that we know. Please use JPEG, PNG, WebP, GIF or SVG.")]
    Unknown,
    /// Begins like a picture and cannot be decoded.
    #[error("This picture seems to be damaged: it cannot be read to its end.")]
    Damaged,
}

/// Checks and cleans an uploaded file. Blocking, up to a second.
pub fn clean(bytes: &[u8], bounds: Bounds) -> Result<Clean, Refusal> {
    if bytes.len() > bounds.bytes {
        return Err(Refusal::TooManyBytes(bounds.bytes >> 20));
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Gif) => clean_gif(bytes, bounds),
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => {
            clean_still(bytes, format, bounds)
        }
        _ if svg::looks_like_one(bytes) => svg::clean(bytes),
        _ => Err(Refusal::Unknown),
    }
}

/// A smaller copy, as WebP. Blocking.
pub(super) fn variant(bytes: &[u8], width: i32) -> anyhow::Result<Vec<u8>> {
    let image = image::load_from_memory(bytes)?;
    let width = u32::try_from(width)?;
    let height = (u64::from(image.height()) * u64::from(width) / u64::from(image.width())).max(1);
    let smaller = resized(&image, width, u32::try_from(height)?)?;
    webp(&smaller, 80.0)
}

fn clean_still(bytes: &[u8], format: ImageFormat, bounds: Bounds) -> Result<Clean, Refusal> {
    let mut decoder = reader(bytes, format, bounds).into_decoder().map_err(|_| Refusal::Damaged)?;
    bounds.hold(decoder.dimensions(), 1)?;
    let orientation = decoder.orientation().map_err(|_| Refusal::Damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::Damaged)?;
    image.apply_orientation(orientation);
    if image.width() > MAX_WIDTH {
        let height = (u64::from(image.height()) * u64::from(MAX_WIDTH) / u64::from(image.width())).max(1);
        let height = u32::try_from(height).map_err(|_| bounds.refused_for_pixels())?;
        image = resized(&image, MAX_WIDTH, height).map_err(|_| Refusal::Damaged)?;
    }

    let (kind, encoded) = match format {
        ImageFormat::Png => (Kind::Png, encode_png(&image)),
        ImageFormat::WebP => (Kind::Webp, webp(&image, 84.0)),
        _ => (Kind::Jpeg, encode_jpeg(&image)),
    };
    let bytes = encoded.map_err(|_| Refusal::Damaged)?;
    sized(kind, bytes, (image.width(), image.height()))
}

fn clean_gif(bytes: &[u8], bounds: Bounds) -> Result<Clean, Refusal> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    let dimensions = decoder.dimensions();
    bounds.hold(dimensions, 1)?;
    // the whole picture and one frame of its size: each frame names a size of its own, which may be gigabytes
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * decoder.total_bytes());
    decoder.set_limits(limits).map_err(|_| bounds.refused_for_pixels())?;
    let (mut out, mut frames) = (Vec::new(), 0);
    {
        let mut encoder = GifEncoder::new_with_speed(&mut out, 10);
        encoder.set_repeat(Repeat::Infinite).map_err(|_| Refusal::Damaged)?;
        // frame by frame: only one is in memory at a time
        for (n, frame) in (1..).zip(decoder.into_frames()) {
            bounds.hold(dimensions, n)?;
            encoder.encode_frame(frame.map_err(|_| Refusal::Damaged)?).map_err(|_| Refusal::Damaged)?;
            frames = n;
        }
    }
    if frames == 0 {
        return Err(Refusal::Damaged);
    }
    sized(Kind::Gif, out, dimensions)
}

fn reader(bytes: &[u8], format: ImageFormat, bounds: Bounds) -> ImageReader<Cursor<&[u8]>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    limits.max_alloc = Some(DECODER_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader
}

impl Bounds {
    fn refused_for_pixels(&self) -> Refusal {
        Refusal::TooManyPixels(self.pixels / 1_000_000)
    }

    fn hold(&self, (width, height): (u32, u32), frames: u64) -> Result<(), Refusal> {
        let pixels = u64::from(width) * u64::from(height);
        let fine = width <= self.side
            && height <= self.side
            && pixels <= self.pixels
            && (frames == 1 || pixels * frames <= self.animation);
        if fine { Ok(()) } else { Err(self.refused_for_pixels()) }
    }
}

pub(super) fn sized(kind: Kind, bytes: Vec<u8>, (width, height): (u32, u32)) -> Result<Clean, Refusal> {
    match (i32::try_from(width), i32::try_from(height)) {
        (Ok(width @ 1..), Ok(height @ 1..)) => Ok(Clean { kind, bytes, width, height }),
        _ => Err(Refusal::Damaged),
    }
}

fn resized(image: &DynamicImage, width: u32, height: u32) -> anyhow::Result<DynamicImage> {
    let source = if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.to_rgb8())
    };
    let mut target = DynamicImage::new(width, height, source.color());
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(fast_image_resize::FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options)?;
    Ok(target)
}

fn encode_jpeg(image: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 86).encode_image(&image.to_rgb8())?;
    Ok(out)
}

fn encode_png(image: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
    Ok(out)
}

fn webp(image: &DynamicImage, quality: f32) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (image.width(), image.height());
    let encoded = if image.color().has_alpha() {
        webp::Encoder::from_rgba(&image.to_rgba8(), width, height).encode_simple(false, quality)
    } else {
        webp::Encoder::from_rgb(&image.to_rgb8(), width, height).encode_simple(false, quality)
    };
    let encoded = encoded.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(encoded.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_copy_has_the_width_that_was_asked_for() {
        let copy = variant(&picture(ImageFormat::Png, 600, 300), 480).expect("made");
        let image = image::load_from_memory(&copy).expect("a picture");
        assert_eq!((image.width(), image.height()), (480, 240));
    }
}
