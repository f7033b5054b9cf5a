//! Fewer pixels, within a bounded memory.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

/// Wider pictures are scaled down to this: no reader's column is wider.
const MAX_WIDTH: u32 = 2560;
/// A long strip is narrower, rather than heavy.
const MAX_PIXELS: u64 = 12_000_000;
/// Bytes that scaling down may take, with the picture itself.
const MEMORY: u64 = 100 * 1024 * 1024;

/// The size in which a picture is kept.
pub(super) fn fitting(width: u32, height: u32) -> (u32, u32) {
    let pixels = u64::from(width) * u64::from(height);
    let by_width = f64::from(MAX_WIDTH) / f64::from(width);
    #[expect(clippy::cast_precision_loss, reason = "pixels are far below the limit of exact numbers")]
    let by_pixels = (MAX_PIXELS as f64 / pixels as f64).sqrt();
    let scale = by_width.min(by_pixels);
    if scale >= 1.0 {
        return (width, height);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "smaller than what it was made of"
    )]
    let scaled = |side: u32| (f64::from(side) * scale).round().max(1.0) as u32;
    (scaled(width), scaled(height))
}

/// Scales down with a good filter; what is too large for that is halved first, in its own place.
pub(super) fn within_memory(
    mut image: DynamicImage,
    width: u32,
    height: u32,
) -> anyhow::Result<DynamicImage> {
    while image.width() >= 2 * width || (needed(&image, width, height) > MEMORY && image.width() > width) {
        let before = image.width();
        image = halved(image);
        if image.width() == before {
            break;
        }
    }
    if image.width() <= width {
        return Ok(image);
    }
    resized(&image, width, height)
}

/// Scales with a good filter.
pub(super) fn resized(image: &DynamicImage, width: u32, height: u32) -> anyhow::Result<DynamicImage> {
    let mut target = DynamicImage::new(width, height, image.color());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(image, &mut target, &options)?;
    Ok(target)
}

/// The picture, a second one where colours are multiplied by their alpha, one scaled in one direction, and the result.
fn needed(image: &DynamicImage, width: u32, height: u32) -> u64 {
    let (wide, tall) = (u64::from(image.width()), u64::from(image.height()));
    let (width, height) = (u64::from(width), u64::from(height));
    let sources = if image.color().has_alpha() { 2 } else { 1 };
    u64::from(image.color().bytes_per_pixel()) * (sources * wide * tall + width * tall + width * height)
}

/// Each four pixels become one. What is written always lies before what is read next.
fn halved(image: DynamicImage) -> DynamicImage {
    let channels = usize::from(image.color().bytes_per_pixel());
    match image {
        DynamicImage::ImageLuma8(of) => halved_buffer(of, channels).into(),
        DynamicImage::ImageLumaA8(of) => halved_buffer(of, channels).into(),
        DynamicImage::ImageRgb8(of) => halved_buffer(of, channels).into(),
        DynamicImage::ImageRgba8(of) => halved_buffer(of, channels).into(),
        deep => deep,
    }
}

fn halved_buffer<P: image::Pixel<Subpixel = u8>>(
    image: image::ImageBuffer<P, Vec<u8>>,
    channels: usize,
) -> image::ImageBuffer<P, Vec<u8>> {
    let (width, height) = ((image.width() / 2).max(1), (image.height() / 2).max(1));
    let (wide, tall) = (image.width() as usize, image.height() as usize);
    let mut bytes = image.into_raw();
    let mut to = 0;
    for y in 0..height as usize {
        for x in 0..width as usize {
            for channel in 0..channels {
                let at = |dx: usize, dy: usize| {
                    let (x, y) = ((2 * x + dx).min(wide - 1), (2 * y + dy).min(tall - 1));
                    u16::from(bytes[(y * wide + x) * channels + channel])
                };
                let sum = at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1);
                bytes[to] = u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX);
                to += 1;
            }
        }
    }
    bytes.truncate(to);
    bytes.shrink_to_fit();
    image::ImageBuffer::from_raw(width, height, bytes).expect("as many bytes as pixels were written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_kept_as_wide_as_a_column_may_be_and_a_strip_narrower() {
        assert_eq!(fitting(2560, 1440), (2560, 1440));
        assert_eq!(fitting(5120, 2880), (2560, 1440));
        assert_eq!(fitting(800, 12_000), (800, 12_000));
        let (width, height) = fitting(2500, 12_000);
        assert!(width < 1600 && u64::from(width) * u64::from(height) <= MAX_PIXELS + 12_000);
    }

    #[test]
    fn halving_keeps_the_mean_of_each_four_pixels() {
        let tens = |n: u32| u8::try_from(n * 10).expect("small");
        let image = image::RgbImage::from_fn(5, 4, |x, y| image::Rgb([tens(x), tens(y), 7]));
        let half = halved(DynamicImage::ImageRgb8(image)).into_rgb8();
        assert_eq!((half.width(), half.height()), (2, 2));
        assert_eq!(half.get_pixel(1, 1).0, [25, 25, 7]);
    }

    #[test]
    fn a_large_picture_is_scaled_to_the_size_that_was_asked_for() {
        for (width, height) in [(5200, 700), (3000, 1000)] {
            let image =
                DynamicImage::ImageRgb8(image::RgbImage::from_pixel(width, height, image::Rgb([9, 80, 200])));
            let (wide, tall) = fitting(width, height);
            let small = within_memory(image, wide, tall).expect("scaled").into_rgb8();
            assert_eq!((small.width(), small.height()), (wide, tall));
            assert_eq!(small.get_pixel(wide / 2, tall / 2).0, [9, 80, 200]);
        }
    }
}
