//! How pictures are named.

use serde::{Deserialize, Serialize};

/// The kinds of pictures that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Kind {
    /// Photographs.
    Jpeg,
    /// Screenshots, drawings.
    Png,
    /// Animations.
    Gif,
    /// Either.
    Webp,
    /// Photographs, kept as they came.
    Avif,
    /// Vector drawings, cleaned.
    Svg,
}

/// Widths of the smaller copies, in pixels.
const WIDTHS: [i32; 4] = [480, 960, 1440, 1920];

impl Kind {
    /// As stored in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Svg => "svg",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Avif => "AVIF",
            Self::Svg => "SVG",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.as_str(),
        }
    }

    /// Widths of the smaller copies of a picture of this kind: none for drawings, animations and AVIF.
    pub fn widths(self, width: i32) -> impl Iterator<Item = i32> {
        let resizable = matches!(self, Self::Jpeg | Self::Png | Self::Webp);
        WIDTHS.into_iter().filter(move |smaller| resizable && *smaller < width)
    }
}

/// What must stay visible when a picture is cropped: a ninth of it, by thirds of its width and height, 0 to 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus(pub i16, pub i16);

impl Default for Focus {
    fn default() -> Self {
        Self(1, 1)
    }
}

impl Focus {
    /// All nine, row by row.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..3).flat_map(|y| (0..3).map(move |x| Self(x, y)))
    }

    /// The class that keeps it visible; also its value in forms.
    pub fn class(self) -> String {
        format!("focus-{}{}", self.0, self.1)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match (self.0, self.1) {
            (0, 0) => "Top left",
            (1, 0) => "Top",
            (2, 0) => "Top right",
            (0, 1) => "Left",
            (2, 1) => "Right",
            (0, 2) => "Bottom left",
            (1, 2) => "Bottom",
            (2, 2) => "Bottom right",
            _ => "Middle",
        }
    }

    /// The inverse of [`Focus::class`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|focus| focus.class() == text)
    }
}

/// The public path of a kept file.
pub fn path(file_key: &str) -> String {
    format!("/media/{file_key}")
}

/// The copies of a picture, all WebP, as in a `srcset`; `None` when there is only the one size.
pub fn srcset(file_key: &str, kind: Kind, width: i32) -> Option<String> {
    let candidates: Vec<String> = kind
        .widths(width)
        .map(|smaller| format!("{} {smaller}w", path(&variant_key(file_key, smaller))))
        .collect();
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

/// The smallest copy of a picture, or the picture itself.
pub fn thumbnail(file_key: &str, kind: Kind, width: i32) -> String {
    let smallest = kind.widths(width).next();
    path(&smallest.map_or_else(|| file_key.to_owned(), |width| variant_key(file_key, width)))
}

/// What the keys of a picture and of its copies begin with: the hash of the file as it was uploaded.
pub(super) fn stem(source_hash: &[u8; 32]) -> String {
    let hex = crate::crypto::hex(&source_hash[..16]);
    format!("{}/{hex}", &hex[..2])
}

/// The same, of a picture's key.
pub(super) fn stem_of(file_key: &str) -> &str {
    file_key.rsplit_once('.').map_or(file_key, |(stem, _)| stem)
}

/// Where a picture is kept.
pub(super) fn file_key(source_hash: &[u8; 32], kind: Kind) -> String {
    format!("{}.{}", stem(source_hash), kind.extension())
}

/// Where a smaller copy is kept.
pub(super) fn variant_key(file_key: &str, width: i32) -> String {
    format!("{}-{width}.webp", stem_of(file_key))
}

/// The part of a copy's key that its original shares; `None` when it is no key of a copy.
pub(super) fn original_stem(key: &str) -> Option<&str> {
    let (stem, width) = key.strip_suffix(".webp")?.rsplit_once('-')?;
    width.parse::<i32>().ok().filter(|width| WIDTHS.contains(width)).map(|_| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_named_after_their_original() {
        let key = file_key(&[0xab; 32], Kind::Jpeg);
        assert_eq!(key, "ab/abababababababababababababababab.jpg");
        assert_eq!(variant_key(&key, 480), "ab/abababababababababababababababab-480.webp");
        assert_eq!(original_stem(&variant_key(&key, 480)), key.strip_suffix(".jpg"));
        assert_eq!(original_stem(&key), None);
        assert!(
            srcset(&key, Kind::Jpeg, 1000)
                .is_some_and(|set| set.matches("webp").count() == 2 && set.ends_with("960w"))
        );
        assert_eq!(srcset(&key, Kind::Svg, 1000), None);
        assert_eq!(srcset(&key, Kind::Png, 300), None);
    }
}
