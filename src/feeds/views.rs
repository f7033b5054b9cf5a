//! The documents of this room.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};

use super::queries::{Entry, Place};
use crate::{config::Config, html::filters, site::Site};

/// An Atom feed (RFC 4287) with whole posts.
#[derive(Template)]
#[template(path = "feeds/atom.xml")]
pub(super) struct Atom {
    pub(super) site: Arc<Site>,
    pub(super) config: Arc<Config>,
    pub(super) title: String,
    /// The path of the feed itself.
    pub(super) path: String,
    /// The path of the page that it is a feed of.
    pub(super) page_path: String,
    pub(super) entries: Vec<Entry>,
    /// When the newest change was made.
    pub(super) updated_at: DateTime<Utc>,
}

impl Atom {
    fn absolute(&self, path: &str) -> String {
        self.config.absolute(path)
    }

    fn entry_url(&self, entry: &Entry) -> String {
        self.config.absolute(&format!("/posts/{}", entry.slug))
    }

    fn content(&self, entry: &Entry) -> String {
        entry.body_html.absolute(&self.config.base_url, &self.entry_url(entry))
    }
}

/// The sitemap (sitemaps.org).
#[derive(Template)]
#[template(path = "feeds/sitemap.xml")]
pub(super) struct Sitemap {
    pub(super) config: Arc<Config>,
    pub(super) places: Vec<Place>,
}

/// What robots are asked to leave (RFC 9309).
#[derive(Template)]
#[template(path = "feeds/robots.txt")]
pub(super) struct Robots {
    pub(super) config: Arc<Config>,
}

/// Whom to tell about a hole (RFC 9116).
#[derive(Template)]
#[template(path = "feeds/security.txt")]
pub(super) struct Security {
    pub(super) config: Arc<Config>,
    pub(super) contact: String,
    pub(super) expires: String,
}
