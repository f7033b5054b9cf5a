//! Series as the pages need them.

use serde::Deserialize;

use crate::posts::model::{Neighbour, PostId, Stage};

/// Posts that belong together.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its key.
    pub id: i64,
    /// For the address.
    pub slug: String,
    /// For people.
    pub title: String,
    /// A few sentences, plain text; may be empty.
    pub description: String,
}

impl Series {
    /// Its page.
    pub fn path(&self) -> String {
        series_path(&self.slug)
    }

    /// The page on which it is changed.
    pub fn desk_path(&self) -> String {
        format!("/write/series/{}", self.id)
    }
}

/// The page of a series.
pub fn series_path(slug: &str) -> String {
    format!("/series/{slug}")
}

/// A series in a list, with how many posts of it the list's reader finds.
pub(super) struct Line {
    pub(super) series: Series,
    pub(super) posts: i64,
}

/// A post of a series, as those see it who put it in order.
pub(super) struct Member {
    pub(super) id: PostId,
    pub(super) title: String,
    pub(super) stage: Stage,
    pub(super) position: Option<i32>,
}

impl Member {
    pub(super) fn position(&self) -> String {
        self.position.map(|position| position.to_string()).unwrap_or_default()
    }
}

/// Where a post stands in its series, among the parts that readers find.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SeriesPlace {
    /// For the address.
    pub slug: String,
    /// For people.
    pub title: String,
    /// From 1.
    pub part: i64,
    /// How many there are.
    pub parts: i64,
    /// The part before this one.
    pub previous: Option<Neighbour>,
    /// The part after this one.
    pub next: Option<Neighbour>,
}

impl SeriesPlace {
    /// The page of the series.
    pub fn path(&self) -> String {
        series_path(&self.slug)
    }
}
