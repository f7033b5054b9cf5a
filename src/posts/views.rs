//! The pages of the reading side.

use askama::Template;

use super::{
    model::{Neighbours, Post, PostCard},
    queries::{self, ArchiveLine, MonthCount, TagCount},
};
use crate::{
    comments::Thread,
    html::{Page, Paging, filters},
    text::dates,
};

/// The stream.
#[derive(Template)]
#[template(path = "posts/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) posts: Vec<PostCard>,
    pub(super) paging: Paging,
}

/// A post with its conversation.
#[derive(Template)]
#[template(path = "posts/show.html")]
pub(super) struct Show {
    pub(super) page: Page,
    pub(super) post: Post,
    pub(super) neighbours: Neighbours,
    pub(super) thread: Thread,
}

/// A static page.
#[derive(Template)]
#[template(path = "posts/page.html")]
pub(super) struct ShowPage {
    pub(super) page: Page,
    pub(super) post: Post,
}

/// All tags.
#[derive(Template)]
#[template(path = "posts/tags.html")]
pub(super) struct Tags {
    pub(super) page: Page,
    pub(super) tags: Vec<TagCount>,
}

/// The posts with one tag.
#[derive(Template)]
#[template(path = "posts/tag.html")]
pub(super) struct Tag {
    pub(super) page: Page,
    pub(super) tag: queries::Tag,
    pub(super) posts: Vec<PostCard>,
    pub(super) paging: Paging,
}

/// The posts of one author.
#[derive(Template)]
#[template(path = "posts/author.html")]
pub(super) struct Author {
    pub(super) page: Page,
    pub(super) author: queries::Profile,
    pub(super) posts: Vec<PostCard>,
    pub(super) paging: Paging,
}

/// A year of the archive.
pub(super) struct Year {
    pub(super) year: i32,
    pub(super) months: Vec<MonthCount>,
}

impl Year {
    fn posts(&self) -> i64 {
        self.months.iter().map(|month| month.posts).sum()
    }
}

impl MonthCount {
    fn name(&self) -> String {
        dates::month_name(self.month)
    }

    fn path(&self) -> String {
        format!("/archive/{}/{:02}", self.year, self.month)
    }
}

/// All years and months.
#[derive(Template)]
#[template(path = "posts/archive.html")]
pub(super) struct Archive {
    pub(super) page: Page,
    pub(super) years: Vec<Year>,
}

/// One year or month.
#[derive(Template)]
#[template(path = "posts/archive_list.html")]
pub(super) struct ArchiveList {
    pub(super) page: Page,
    pub(super) heading: String,
    pub(super) posts: Vec<ArchiveLine>,
}

/// What was found.
#[derive(Template)]
#[template(path = "posts/search.html")]
pub(super) struct Search {
    pub(super) page: Page,
    pub(super) words: String,
    pub(super) posts: Vec<PostCard>,
}
