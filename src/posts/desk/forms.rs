//! The one form of the desk.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::model::Draft;
use crate::{
    form::Errors,
    posts::model::PostKind,
    text::{Slug, clean, dates, single_line},
};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostForm {
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) body: String,
    pub(super) summary: String,
    pub(super) tags: String,
    pub(super) kind: String,
    pub(super) cover_id: String,
    pub(super) cover_alt: String,
    pub(super) remove_cover: String,
    pub(super) comments_open: String,
    pub(super) publish_at: String,
    pub(super) text_version: String,
    pub(super) action: String,
}

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Keep it as it stands, where it stands.
    Save,
    /// Show what readers would see; saves nothing.
    Preview,
    /// Put the chosen picture into the text; saves nothing else.
    Insert,
    /// Let readers see it, now or at the time that is named.
    Publish,
}

/// A post that can be saved.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) kind: PostKind,
    pub(super) title: String,
    pub(super) slug: Slug,
    /// False: proposed from the title, so that a clash may be solved with a number.
    pub(super) slug_chosen: bool,
    pub(super) body: String,
    pub(super) summary: String,
    pub(super) tags: Vec<(Slug, String)>,
    pub(super) cover_id: Option<i64>,
    pub(super) cover_alt: String,
    pub(super) comments_open: bool,
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) publish: bool,
}

const LONGEST_TITLE: usize = 300;
const LONGEST_BODY: usize = 1_000_000;
const LONGEST_SUMMARY: usize = 1_000;
const MOST_TAGS: usize = 20;
const LONGEST_TAG: usize = 60;

/// First parts of addresses that are the blog's own: no page may take one.
const RESERVED: [&str; 29] = [
    "account", "admin", "api", "archive", "authors", "comments", "feed", "livez", "login", "logout", "media",
    "metrics", "p", "password", "posts", "readyz", "receipts", "register", "robots", "rss", "search",
    "series", "setup", "sitemap", "static", "tags", "verify", "write", "favicon",
];

impl PostForm {
    /// The form of a post as it was saved.
    pub(super) fn of(draft: &Draft, zone: &Tz) -> Self {
        Self {
            title: draft.title.clone(),
            slug: draft.slug.clone(),
            body: draft.body_md.clone(),
            summary: draft.summary.clone(),
            tags: draft.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>().join(", "),
            kind: draft.kind.as_str().to_owned(),
            cover_id: draft.cover_id.map(|id| id.to_string()).unwrap_or_default(),
            cover_alt: draft.cover_alt.clone(),
            comments_open: if draft.comments_open { "on".to_owned() } else { String::new() },
            publish_at: draft.publish_at.map(|at| dates::input(at, zone)).unwrap_or_default(),
            text_version: draft.text_version.to_string(),
            ..Self::default()
        }
    }

    /// An empty form.
    pub(super) fn blank() -> Self {
        Self { comments_open: "on".to_owned(), kind: "post".to_owned(), ..Self::default() }
    }

    pub(super) fn action(&self) -> Action {
        match self.action.as_str() {
            "preview" => Action::Preview,
            "insert" => Action::Insert,
            "publish" => Action::Publish,
            _ => Action::Save,
        }
    }

    /// The version that this form was made from; 0 for what no form of ours sends.
    pub(super) fn text_version(&self) -> i32 {
        self.text_version.parse().unwrap_or(0)
    }

    pub(super) fn is_page(&self) -> bool {
        self.kind == "page"
    }

    pub(super) fn parse(&self, zone: &Tz) -> Result<Change, Errors> {
        let mut errors = Errors::default();
        let title = single_line(&self.title);
        let publish = self.action() == Action::Publish;
        errors.require(
            title.chars().count() <= LONGEST_TITLE,
            "title",
            "A title holds at most 300 characters.",
        );
        errors.require(
            !title.is_empty() || !publish,
            "title",
            "A post needs a title before it is published.",
        );
        let body = clean(&self.body);
        errors.require(
            body.chars().count() <= LONGEST_BODY,
            "body",
            "A text holds at most a million characters. Please make two of it.",
        );
        let summary = single_line(&self.summary);
        errors.require(
            summary.chars().count() <= LONGEST_SUMMARY,
            "summary",
            "At most 1,000 characters, please.",
        );
        let cover_alt = single_line(&self.cover_alt);
        errors.require(
            cover_alt.chars().count() <= LONGEST_SUMMARY,
            "cover_alt",
            "At most 1,000 characters, please.",
        );
        let cover_id = self.cover_id.parse().ok().filter(|_| self.remove_cover.is_empty());
        let kind = if self.is_page() { PostKind::Page } else { PostKind::Post };
        let slug = self.slug(&title, kind, &mut errors);
        let change = Change {
            kind,
            slug_chosen: !self.slug.trim().is_empty(),
            slug,
            tags: self.tags(&mut errors),
            publish_at: self.publish_at(zone, &mut errors),
            title,
            body,
            summary,
            cover_id,
            cover_alt,
            comments_open: !self.comments_open.is_empty(),
            publish,
        };
        errors.or(change)
    }

    fn slug(&self, title: &str, kind: PostKind, errors: &mut Errors) -> Slug {
        let typed = self.slug.trim();
        let slug = if typed.is_empty() { Some(Slug::propose(title)) } else { Slug::parse(typed) };
        let Some(slug) = slug else {
            let proposal = Slug::propose(typed);
            let sentence =
                format!("An address is made of small letters, digits and hyphens, such as: {proposal}");
            errors.add("slug", sentence);
            return proposal;
        };
        let taken = kind == PostKind::Page && RESERVED.contains(&slug.as_str());
        errors.require(
            !taken,
            "slug",
            "The blog itself needs this address. Please choose another one for the page.",
        );
        slug
    }

    fn tags(&self, errors: &mut Errors) -> Vec<(Slug, String)> {
        let mut tags: Vec<(Slug, String)> = Vec::new();
        for name in self.tags.split([',', '\n']).map(single_line).filter(|name| !name.is_empty()) {
            let slug = Slug::propose(&name);
            if name.chars().count() > LONGEST_TAG {
                errors.add("tags", "A tag holds at most 60 characters.");
            } else if !tags.iter().any(|(known, _)| *known == slug) {
                tags.push((slug, name));
            }
        }
        errors.require(tags.len() <= MOST_TAGS, "tags", "At most 20 tags, please: more help nobody.");
        tags
    }

    fn publish_at(&self, zone: &Tz, errors: &mut Errors) -> Option<DateTime<Utc>> {
        if self.publish_at.trim().is_empty() {
            return None;
        }
        let at = dates::parse_input(&self.publish_at, zone);
        errors.require(
            at.is_some(),
            "publish_at",
            "This is not a time. Please write it like 2026-11-24 14:05.",
        );
        at
    }
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ShelfQuery {
    pub(super) stage: String,
    pub(super) whose: String,
}

/// The small forms beside the large one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MoveForm {
    pub(super) action: String,
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn form() -> PostForm {
        PostForm { title: "Über Ærø".to_owned(), body: "Text".to_owned(), ..PostForm::blank() }
    }

    #[test]
    fn the_address_is_proposed_from_the_title_unless_one_is_typed() {
        let proposed = form().parse(&Berlin).expect("fine");
        assert_eq!((proposed.slug.as_str(), proposed.slug_chosen), ("uber-aero", false));
        let typed = PostForm { slug: "my-address".to_owned(), ..form() }.parse(&Berlin).expect("fine");
        assert_eq!((typed.slug.as_str(), typed.slug_chosen), ("my-address", true));
        let wrong =
            PostForm { slug: "My Address!".to_owned(), ..form() }.parse(&Berlin).expect_err("refused");
        assert!(wrong.get("slug").is_some_and(|sentence| sentence.ends_with("my-address")));
    }

    #[test]
    fn a_page_cannot_take_an_address_of_the_blog() {
        let page = PostForm { slug: "admin".to_owned(), kind: "page".to_owned(), ..form() };
        assert!(page.parse(&Berlin).expect_err("refused").get("slug").is_some());
        assert!(PostForm { kind: "post".to_owned(), ..page }.parse(&Berlin).is_ok());
    }

    #[test]
    fn tags_are_split_cleaned_and_told_apart_by_their_address() {
        let tags = PostForm { tags: " Rust,rust, Web  dev ,,".to_owned(), ..form() }
            .parse(&Berlin)
            .expect("fine")
            .tags;
        let names: Vec<_> = tags.iter().map(|(slug, name)| (slug.as_str(), name.as_str())).collect();
        assert_eq!(names, [("rust", "Rust"), ("web-dev", "Web dev")]);
        let many = (0..21).map(|n| format!("t{n}")).collect::<Vec<_>>().join(",");
        assert!(PostForm { tags: many, ..form() }.parse(&Berlin).is_err());
    }

    #[test]
    fn a_draft_may_be_unfinished_but_a_published_post_has_a_title() {
        let empty = PostForm { title: String::new(), ..form() };
        assert!(empty.parse(&Berlin).is_ok());
        let publish = PostForm { action: "publish".to_owned(), ..empty };
        assert!(publish.parse(&Berlin).expect_err("refused").get("title").is_some());
    }

    #[test]
    fn a_time_is_meant_in_the_blog_s_zone() {
        let timed =
            PostForm { publish_at: "2026-07-01T12:00".to_owned(), ..form() }.parse(&Berlin).expect("fine");
        assert_eq!(timed.publish_at.map(dates::rfc3339).as_deref(), Some("2026-07-01T10:00:00Z"));
        let wrong = PostForm { publish_at: "soon".to_owned(), ..form() };
        assert!(wrong.parse(&Berlin).expect_err("refused").get("publish_at").is_some());
    }
}
