//! Photographs and screenshots.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

use super::{
    Bounds, Clean, Kind, Refusal,
    resize::{fitting, resized},
    sized, weight,
};
use crate::files::Content;

pub(super) fn clean(content: &Content, format: ImageFormat, bounds: Bounds) -> Result<Clean, Refusal> {
    let image = upright(content, format, bounds)?;
    let (kind, encoded) = match format {
        ImageFormat::Png => (Kind::Png, encode_png(&image)),
        ImageFormat::WebP => (Kind::Webp, webp(&image, 84.0)),
        _ => (Kind::Jpeg, encode_jpeg(&image)),
    };
    let bytes = encoded.map_err(|_| Refusal::Damaged)?;
    sized(kind, bytes, (image.width(), image.height()))
}

/// Smaller copies of a picture that is kept, as WebP. Blocking.
pub(in crate::media) fn copies(bytes: &[u8], widths: &[i32]) -> anyhow::Result<Vec<(i32, Vec<u8>)>> {
    let image = plain(image::load_from_memory(bytes)?);
    widths
        .iter()
        .map(|&width| {
            let wide = u32::try_from(width)?;
            let tall = (u64::from(image.height()) * u64::from(wide) / u64::from(image.width())).max(1);
            Ok((width, webp(&resized(&image, wide, u32::try_from(tall)?)?, 80.0)?))
        })
        .collect()
}

/// The pixels, at most as many as are kept, turned as the camera was.
fn upright(content: &Content, format: ImageFormat, bounds: Bounds) -> Result<DynamicImage, Refusal> {
    let mut decoder = decoder(content, format, bounds)?;
    bounds.hold(decoder.dimensions(), 1)?;
    bounds.hold_memory(weight::of(&decoder, content, format))?;
    let orientation = decoder.orientation().map_err(|_| Refusal::Damaged)?;
    let image = plain(DynamicImage::from_decoder(decoder).map_err(|_| Refusal::Damaged)?);

    let (wide, tall) = (image.width(), image.height());
    let (wide, tall) = if is_on_its_side(orientation) {
        let (tall, wide) = fitting(tall, wide);
        (wide, tall)
    } else {
        fitting(wide, tall)
    };
    let mut image = if wide < image.width() {
        super::resize::within_memory(image, wide, tall).map_err(|_| Refusal::Damaged)?
    } else {
        image
    };
    // afterwards: turning needs a second picture
    image.apply_orientation(orientation);
    Ok(image)
}

fn decoder(
    content: &Content,
    format: ImageFormat,
    bounds: Bounds,
) -> Result<impl ImageDecoder + 'static, Refusal> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    // what a decoder needs besides the pixels is weighed before it decodes
    limits.max_alloc = Some(bounds.memory.saturating_mul(2));
    let mut reader = ImageReader::with_format(content.open(), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => bounds.refused_for_pixels(),
        _ => Refusal::Damaged,
    })
}

fn is_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// Eight bits for each colour.
fn plain(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(_)
        | DynamicImage::ImageLumaA8(_)
        | DynamicImage::ImageRgb8(_)
        | DynamicImage::ImageRgba8(_) => image,
        deep if deep.color().has_alpha() => DynamicImage::ImageRgba8(deep.into_rgba8()),
        deep => DynamicImage::ImageRgb8(deep.into_rgb8()),
    }
}

fn encode_jpeg(image: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, 86);
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => encoder.encode_image(image)?,
        other => encoder.encode_image(&other.to_rgb8())?,
    }
    Ok(out)
}

fn encode_png(image: &DynamicImage) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
    Ok(out)
}

fn webp(image: &DynamicImage, quality: f32) -> anyhow::Result<Vec<u8>> {
    let (width, height) = (image.width(), image.height());
    let encoded = match image {
        DynamicImage::ImageRgb8(rgb) => {
            webp::Encoder::from_rgb(rgb, width, height).encode_simple(false, quality)
        }
        DynamicImage::ImageRgba8(rgba) => {
            webp::Encoder::from_rgba(rgba, width, height).encode_simple(false, quality)
        }
        other if other.color().has_alpha() => {
            webp::Encoder::from_rgba(&other.to_rgba8(), width, height).encode_simple(false, quality)
        }
        other => webp::Encoder::from_rgb(&other.to_rgb8(), width, height).encode_simple(false, quality),
    };
    let encoded = encoded.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(encoded.to_vec())
}
