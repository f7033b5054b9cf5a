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
    /// Vector drawings, cleaned.
    Svg,
}

/// Widths of the smaller copies, in pixels.
const WIDTHS: [i32; 3] = [480, 960, 1440];

impl Kind {
    /// As stored in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Svg => "svg",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.as_str(),
        }
    }

    /// Widths of the smaller copies of a picture of this kind: none for drawings and animations.
    pub fn widths(self, width: i32) -> impl Iterator<Item = i32> {
        let resizable = matches!(self, Self::Jpeg | Self::Png | Self::Webp);
        WIDTHS.into_iter().filter(move |smaller| resizable && *smaller < width)
    }
}

/// The public path of a kept file.
pub fn path(file_key: &str) -> String {
    format!("/media/{file_key}")
}

/// The `srcset` of a picture; `None` when there is only the one size.
pub fn srcset(file_key: &str, kind: Kind, width: i32) -> Option<String> {
    let mut candidates: Vec<String> = kind
        .widths(width)
        .map(|smaller| format!("{} {smaller}w", path(&variant_key(file_key, smaller))))
        .collect();
    if candidates.is_empty() {
        return None;
    }
    candidates.push(format!("{} {width}w", path(file_key)));
    Some(candidates.join(", "))
}

/// Where a picture is kept: by the hash of the file as it was uploaded.
pub(super) fn file_key(source_hash: &[u8; 32], kind: Kind) -> String {
    let hex = crate::crypto::hex(&source_hash[..16]);
    format!("{}/{hex}.{}", &hex[..2], kind.extension())
}

/// Where a smaller copy is kept.
pub(super) fn variant_key(file_key: &str, width: i32) -> String {
    let stem = file_key.rsplit_once('.').map_or(file_key, |(stem, _)| stem);
    format!("{stem}-{width}.webp")
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
                .is_some_and(|set| set.matches("webp").count() == 2 && set.ends_with("1000w"))
        );
        assert_eq!(srcset(&key, Kind::Svg, 1000), None);
        assert_eq!(srcset(&key, Kind::Png, 300), None);
    }
}
