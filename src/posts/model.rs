//! Posts as the pages need them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::series::SeriesPlace;
use crate::{
    media,
    session::{Capability, User, UserId},
    text::{self, SafeHtml, markdown::Heading},
};

/// The key of a post.
pub type PostId = i64;

/// More tags than this help nobody.
pub const MOST_TAGS: usize = 20;

/// A dated post in the stream, or a static page in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// In the stream, the feeds, the archive; at `/posts/{slug}`.
    Post,
    /// In the menu; at `/{slug}`.
    Page,
}

impl PostKind {
    /// As stored and sent by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Page => "page",
        }
    }

    /// The public path of something of this kind.
    pub fn path(self, slug: &str) -> String {
        match self {
            Self::Post => format!("/posts/{slug}"),
            Self::Page => format!("/{slug}"),
        }
    }
}

/// Who may see a post that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize, Deserialize)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody, and it is in every list.
    Public,
    /// Whoever has the address; it is in no list, and search engines are asked to leave it out.
    Unlisted,
    /// Those who may edit it.
    Private,
}

impl Visibility {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Public, Self::Unlisted, Self::Private];

    /// As stored and sent by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "Everybody",
            Self::Unlisted => "Whoever has the address",
            Self::Private => "Only those who may edit it",
        }
    }

    /// For a badge.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Unlisted => "Unlisted",
            Self::Private => "Private",
        }
    }

    /// The inverse of [`Visibility::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.as_str() == text)
    }
}

/// An author as named under a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Byline {
    /// For the address.
    pub handle: String,
    /// For people.
    pub name: String,
}

impl Byline {
    /// The author's page.
    pub fn path(&self) -> String {
        format!("/authors/{}", self.handle)
    }
}

/// A tag as named on a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagLink {
    /// For the address.
    pub slug: String,
    /// For people.
    pub name: String,
}

impl TagLink {
    /// The tag's page.
    pub fn path(&self) -> String {
        format!("/tags/{}", self.slug)
    }
}

/// The picture above a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cover {
    /// Where the file is kept.
    pub file_key: String,
    /// The kind of file.
    pub kind: media::Kind,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// What must stay visible when it is cropped.
    #[serde(default)]
    pub focus: media::Focus,
}

impl Cover {
    /// The address of the picture.
    pub fn src(&self) -> String {
        media::path(&self.file_key)
    }

    /// The class that keeps what matters visible.
    pub fn focus(&self) -> String {
        self.focus.class()
    }

    /// The `srcset` of its copies; empty when there are none.
    pub fn srcset(&self) -> String {
        media::srcset(&self.file_key, self.kind, self.width).unwrap_or_default()
    }
}

/// A post in a list.
#[derive(Debug, Clone)]
pub struct PostCard {
    /// Its key.
    pub id: PostId,
    /// For the address.
    pub slug: String,
    /// As typed.
    pub title: String,
    /// The author's summary, or the beginning of the text.
    pub teaser: String,
    /// When it became (or becomes) visible.
    pub published_at: DateTime<Utc>,
    /// Comments that readers can see.
    pub comment_count: i32,
    /// At 230 words a minute.
    pub reading_minutes: i32,
    /// In order.
    pub authors: Json<Vec<Byline>>,
    /// By name.
    pub tags: Json<Vec<TagLink>>,
    /// The picture, if it has one.
    pub cover: Option<Json<Cover>>,
}

impl PostCard {
    /// The post's page.
    pub fn path(&self) -> String {
        PostKind::Post.path(&self.slug)
    }

    /// Where paging goes on after this one.
    pub fn key(&self) -> (DateTime<Utc>, PostId) {
        (self.published_at, self.id)
    }
}

/// A post on its own page.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its key.
    pub id: PostId,
    /// In the stream or in the menu.
    pub kind: PostKind,
    /// Whose desk it lies on.
    pub author_id: UserId,
    /// For the address.
    pub slug: String,
    /// As typed.
    pub title: String,
    /// The author's summary, or the beginning of the text.
    pub teaser: String,
    /// The text, made safe when it was saved.
    pub body_html: SafeHtml,
    /// Its headings, when there are three or more.
    pub toc: Json<Vec<Heading>>,
    /// When it became visible; of a preview, now.
    pub published_at: DateTime<Utc>,
    /// When its text last changed.
    pub updated_at: DateTime<Utc>,
    /// True when readers may comment, as far as the post is concerned.
    pub comments_open: bool,
    /// Set when there is a time from which on they may not.
    pub comments_close_at: Option<DateTime<Utc>>,
    /// Comments that readers can see.
    pub comment_count: i32,
    /// At 230 words a minute.
    pub reading_minutes: i32,
    /// In order.
    pub authors: Json<Vec<Byline>>,
    /// By name.
    pub tags: Json<Vec<TagLink>>,
    /// The picture, if it has one.
    pub cover: Option<Json<Cover>>,
    /// Who sees it.
    pub visibility: Visibility,
    /// What machines say about it; empty: the teaser.
    pub description: String,
    /// The file of the picture that goes with a link to it; `None`: the cover.
    pub share_image: Option<String>,
    /// Where it was published first; empty: here.
    pub canonical_url: String,
    /// Empty: the language of the blog.
    pub language: String,
    /// Search engines are asked to leave it out.
    pub noindex: bool,
    /// Where it stands in its series.
    pub series: Option<Json<SeriesPlace>>,
}

impl Post {
    /// Its public page.
    pub fn path(&self) -> String {
        self.kind.path(&self.slug)
    }

    /// What machines say about it.
    pub fn description(&self) -> &str {
        if self.description.is_empty() { &self.teaser } else { &self.description }
    }

    /// The path of the picture that goes with a link to it.
    pub fn share_image(&self) -> Option<String> {
        let own = self.share_image.as_deref().map(media::path);
        own.or_else(|| self.cover.as_ref().map(|cover| cover.src()))
    }

    /// The language of the text.
    pub fn language<'a>(&'a self, blog: &'a str) -> &'a str {
        if self.language.is_empty() { blog } else { &self.language }
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self, blog: &str) -> &'static str {
        text::direction(self.language(blog))
    }

    /// True when only those who may edit it see it.
    pub fn is_private(&self) -> bool {
        self.visibility == Visibility::Private
    }

    /// True when search engines are asked to leave it out.
    pub fn is_hidden_from_search(&self) -> bool {
        self.noindex || self.visibility != Visibility::Public
    }

    /// True when the text changed noticeably after it was published.
    pub fn was_revised(&self) -> bool {
        self.updated_at - self.published_at > chrono::TimeDelta::days(1)
    }

    /// True when `user` may edit it.
    pub fn is_editable_by(&self, user: Option<&User>) -> bool {
        user.is_some_and(|user| {
            let theirs =
                user.id == self.author_id || self.authors.iter().any(|author| author.handle == user.handle);
            user.can(Capability::EditAny) || (user.can(Capability::Write) && theirs)
        })
    }
}

/// The posts before and after one, by date.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// The next older one.
    pub older: Option<Neighbour>,
    /// The next newer one.
    pub newer: Option<Neighbour>,
}

/// Title and address of another post.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Neighbour {
    /// For the address.
    pub slug: String,
    /// As typed.
    pub title: String,
}

impl Neighbour {
    /// Its page.
    pub fn path(&self) -> String {
        PostKind::Post.path(&self.slug)
    }
}

/// Where a post stands on its way to the readers: what SQL calls `stage(posts)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum Stage {
    /// Only its authors see it.
    #[sqlx(rename = "drafts")]
    Draft,
    /// A draft that waits for an editor.
    #[sqlx(rename = "review")]
    Review,
    /// Becomes visible by itself.
    #[sqlx(rename = "scheduled")]
    Scheduled,
    /// It is out.
    #[sqlx(rename = "published")]
    Published,
    /// Was out, until a time that is over.
    #[sqlx(rename = "expired")]
    Expired,
    /// Thrown away, and can be restored.
    #[sqlx(rename = "trash")]
    Trashed,
}

impl Stage {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Review, Self::Scheduled, Self::Published, Self::Expired, Self::Trashed];

    /// As in the address of the list.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "drafts",
            Self::Review => "review",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Expired => "expired",
            Self::Trashed => "trash",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Drafts",
            Self::Review => "In review",
            Self::Scheduled => "Scheduled",
            Self::Published => "Published",
            Self::Expired => "Expired",
            Self::Trashed => "Trash",
        }
    }

    /// For a single post.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Review => "In review",
            Self::Scheduled => "Scheduled",
            Self::Published => "Published",
            Self::Expired => "Expired",
            Self::Trashed => "In the trash",
        }
    }

    /// The inverse of [`Stage::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}
