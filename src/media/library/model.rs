//! Pictures as the library shows them.

use chrono::{DateTime, Utc};

use crate::{
    media::model::{Focus, Kind, path, thumbnail, variant_key},
    session::{Capability, User, UserId},
};

/// Whose pictures somebody may see and change: `None` means everybody's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope(pub(super) Option<UserId>);

impl Scope {
    /// Authors have their own, editors all.
    pub(super) fn of(user: &User) -> Self {
        Self((!user.can(Capability::EditAny)).then_some(user.id))
    }
}

/// Which pictures are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Every one.
    All,
    /// Those that nothing shows.
    Unused,
    /// Those that nothing shows and that are older than a month.
    Forgotten,
}

impl Shelf {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::Unused, Self::Forgotten];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Unused => "unused",
            Self::Forgotten => "forgotten",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Unused => "Unused",
            Self::Forgotten => "Unused for a month",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|shelf| shelf.as_str() == text).unwrap_or(Self::All)
    }
}

/// A picture in the grid.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) id: i64,
    pub(super) file_key: String,
    pub(super) kind: Kind,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) alt: String,
    pub(super) decorative: bool,
    pub(super) original_name: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) used: bool,
}

impl Card {
    pub(super) fn desk_path(&self) -> String {
        desk_path(self.id)
    }

    pub(super) fn thumbnail(&self) -> String {
        thumbnail(&self.file_key, self.kind, self.width)
    }

    /// What it is called in a list: by its name, or else by its kind.
    pub(super) fn title(&self) -> String {
        title(&self.original_name, self.kind)
    }

    pub(super) fn is_described(&self) -> bool {
        self.decorative || !self.alt.is_empty()
    }

    pub(super) fn key(&self) -> (DateTime<Utc>, i64) {
        (self.created_at, self.id)
    }
}

/// A picture on its own page.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) id: i64,
    pub(super) file_key: String,
    pub(super) kind: Kind,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) bytes: i64,
    pub(super) alt: String,
    pub(super) decorative: bool,
    pub(super) focus_x: i16,
    pub(super) focus_y: i16,
    pub(super) original_name: String,
    pub(super) variant_widths: Vec<i32>,
    pub(super) created_at: DateTime<Utc>,
    /// Whose library it is in, by name.
    pub(super) owners: Vec<String>,
    /// Somebody shows it as their face.
    pub(super) is_face: bool,
}

impl Picture {
    pub(super) fn desk_path(&self) -> String {
        desk_path(self.id)
    }

    pub(super) fn path(&self) -> String {
        path(&self.file_key)
    }

    pub(super) fn copy_path(&self, width: &i32) -> String {
        path(&variant_key(&self.file_key, *width))
    }

    pub(super) fn waits_for_copies(&self) -> bool {
        self.variant_widths.is_empty() && self.kind.widths(self.width).next().is_some()
    }

    pub(super) fn preview(&self) -> String {
        let fitting = self.variant_widths.iter().find(|width| **width >= 960);
        fitting.map_or_else(|| self.path(), |width| self.copy_path(width))
    }

    pub(super) fn title(&self) -> String {
        title(&self.original_name, self.kind)
    }

    pub(super) fn focus(&self) -> Focus {
        Focus(self.focus_x, self.focus_y)
    }

    pub(super) fn kilobytes(&self) -> i64 {
        (self.bytes + 1023) / 1024
    }

    /// What goes into a text to show it.
    pub(super) fn markdown(&self) -> String {
        let alt = if self.decorative { "" } else { &self.alt };
        markdown(alt, &self.path())
    }
}

/// A post that shows a picture, or once did.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns of one row")]
pub(super) struct Use {
    pub(super) post_id: i64,
    pub(super) title: String,
    pub(super) path: String,
    pub(super) status: String,
    /// Readers see it now.
    pub(super) live: bool,
    pub(super) in_text: bool,
    pub(super) as_cover: bool,
    pub(super) as_share_image: bool,
    /// This visitor may edit it.
    pub(super) editable: bool,
}

impl Use {
    /// It is out, or will be by itself, with this picture in it.
    pub(super) fn holds(&self) -> bool {
        self.status == "published" && self.is_current()
    }

    /// False: only an earlier version shows it.
    pub(super) fn is_current(&self) -> bool {
        self.in_text || self.as_cover || self.as_share_image
    }

    /// What others are not to know of.
    pub(super) fn is_hidden(&self) -> bool {
        !self.editable && !self.live
    }

    pub(super) fn place(&self) -> String {
        let places = [
            (self.in_text, "in the text"),
            (self.as_cover, "as the cover"),
            (self.as_share_image, "as the picture for sharing"),
        ];
        let places: Vec<&str> = places.into_iter().filter(|(is, _)| *is).map(|(_, place)| place).collect();
        if places.is_empty() { "in an earlier version".to_owned() } else { places.join(", ") }
    }

    pub(super) fn stage(&self) -> &'static str {
        match (self.status.as_str(), self.live) {
            ("published", true) => "published",
            ("published", false) => "published, not to be seen now",
            ("trashed", _) => "in the trash",
            _ => "draft",
        }
    }
}

fn desk_path(id: i64) -> String {
    format!("/write/media/{id}")
}

fn title(name: &str, kind: Kind) -> String {
    if name.is_empty() { format!("A picture ({})", kind.as_str()) } else { name.to_owned() }
}

/// A picture in Markdown; whatever the description holds, it stays one.
pub(super) fn markdown(alt: &str, path: &str) -> String {
    let mut escaped = String::with_capacity(alt.len());
    for c in crate::text::single_line(alt).chars() {
        if matches!(c, '\\' | '[' | ']' | '*' | '_' | '`' | '<' | '&') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    format!("![{escaped}]({path})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::markdown::{Context, post};

    #[test]
    fn whatever_a_description_holds_it_stays_one() {
        for alt in ["A cat", "a [b](c) ![d]", "*x* _y_ `z` <b>", "\\", "&amp; &", "a\nb"] {
            let context = Context {
                base_url: &"http://localhost".parse().expect("an address"),
                pictures: &std::collections::HashMap::new(),
            };
            let html = post(&markdown(alt, "/media/ab/c.png"), &context).html.to_string();
            let shown =
                alt.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', " ");
            assert!(html.contains(&format!("alt=\"{shown}\"")), "{alt}: {html}");
        }
    }
}
