//! From what was typed to a change that can be saved.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    fields::Fields,
    forms::{Action, Aim, Change, PostForm},
};
use crate::{
    form::Errors,
    posts::model::{MOST_TAGS, PostKind},
    text::{Slug, clean, dates, is_language_tag, single_line},
};

const LONGEST_TITLE: usize = 300;
const LONGEST_BODY: usize = 1_000_000;
const LONGEST_LINE: usize = 1_000;
const LONGEST_SERIES: usize = 200;
const LONGEST_TAG: usize = 60;
const MOST_AUTHORS: usize = 20;
const LONGEST_NOTE: usize = 5_000;

/// First parts of addresses that are the blog's own: no page may take one.
const RESERVED: [&str; 30] = [
    "account", "admin", "api", "archive", "authors", "comments", "feed", "livez", "login", "logout", "media",
    "metrics", "p", "password", "posts", "readyz", "receipts", "register", "rescue", "robots", "rss",
    "search", "series", "setup", "sitemap", "static", "tags", "verify", "write", "favicon",
];

/// True for an address that the blog itself needs: no page may have it.
pub fn is_reserved(kind: PostKind, slug: &str) -> bool {
    kind == PostKind::Page && RESERVED.contains(&slug)
}

impl PostForm {
    /// What can be saved of it. `known`: the fields as they are saved, whose times stay exact to the second where the
    /// form shows only minutes.
    pub(super) fn parse(&self, known: Option<&Fields>, zone: &Tz) -> Result<Change, Errors> {
        let mut errors = Errors::default();
        let title = single_line(&self.title);
        errors.require(
            title.chars().count() <= LONGEST_TITLE,
            "title",
            "A title holds at most 300 characters.",
        );
        let aim = self.aim(&title, &mut errors);
        let body = clean(&self.body);
        errors.require(
            body.chars().count() <= LONGEST_BODY,
            "body",
            "A text holds at most a million characters. Please make two of it.",
        );
        let kind = if self.is_page() { PostKind::Page } else { PostKind::Post };
        let slug = self.slug(&title, kind, &mut errors);
        let known = known.cloned().unwrap_or_default();
        let times = Times { zone, errors: &mut errors };
        let [publish_at, unpublish_at, comments_close_at] = times.parse([
            ("publish_at", &self.publish_at, known.publish_at),
            ("unpublish_at", &self.unpublish_at, known.unpublish_at),
            ("comments_close_at", &self.comments_close_at, known.comments_close_at),
        ]);
        let starts = publish_at.unwrap_or_else(Utc::now);
        errors.require(
            unpublish_at.is_none_or(|end| end > starts),
            "unpublish_at",
            "This is before the post comes out.",
        );
        let fields = Fields {
            kind,
            slug: slug.to_string(),
            summary: line(&self.summary, "summary", &mut errors),
            description: line(&self.description, "description", &mut errors),
            tags: self.tags(&mut errors),
            authors: self.authors(&mut errors),
            cover_id: self.cover_id.parse().ok().filter(|_| self.remove_cover.is_empty()),
            cover_alt: line(&self.cover_alt, "cover_alt", &mut errors),
            share_image_id: self.share_image_id.parse().ok().filter(|_| self.remove_share_image.is_empty()),
            publish_at,
            unpublish_at,
            visibility: self.visibility(),
            canonical_url: self.canonical_url(&mut errors),
            language: self.language(&mut errors),
            noindex: !self.noindex.is_empty(),
            comments_open: !self.comments_open.is_empty(),
            comments_close_at,
            series: self.series(&mut errors),
            series_part: self.series_part(&mut errors),
        };
        let slug_chosen = !self.slug.trim().is_empty();
        errors.or(Change { title, body, fields, slug_chosen, aim })
    }

    fn aim(&self, title: &str, errors: &mut Errors) -> Aim {
        match self.action() {
            Action::Publish => {
                let sentence = "A post needs a title before it is published.";
                errors.require(!title.is_empty(), "title", sentence);
                Aim::Publish
            }
            Action::Submit => {
                let sentence = "A post needs a title before it is submitted.";
                errors.require(!title.is_empty(), "title", sentence);
                Aim::Submit
            }
            Action::SendBack => Aim::SendBack(self.note(errors)),
            Action::Save | Action::Autosave | Action::Preview | Action::Insert | Action::Check => Aim::Keep,
        }
    }

    fn note(&self, errors: &mut Errors) -> String {
        let note = clean(&self.review_note).trim().to_owned();
        errors.require(!note.is_empty(), "review_note", "Please write what should be changed.");
        let fits = note.chars().count() <= LONGEST_NOTE;
        errors.require(fits, "review_note", "A note holds at most 5,000 characters.");
        note
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
        let taken = is_reserved(kind, slug.as_str());
        errors.require(
            !taken,
            "slug",
            "The blog itself needs this address. Please choose another one for the page.",
        );
        slug
    }

    fn tags(&self, errors: &mut Errors) -> Vec<String> {
        let mut tags: Vec<(Slug, String)> = Vec::new();
        for name in names(&self.tags) {
            let slug = Slug::propose(&name);
            if name.chars().count() > LONGEST_TAG {
                errors.add("tags", "A tag holds at most 60 characters.");
            } else if !tags.iter().any(|(known, _)| *known == slug) {
                tags.push((slug, name));
            }
        }
        errors.require(tags.len() <= MOST_TAGS, "tags", "At most 20 tags, please: more help nobody.");
        tags.into_iter().map(|(_, name)| name).collect()
    }

    fn authors(&self, errors: &mut Errors) -> Vec<String> {
        let mut authors: Vec<String> = Vec::new();
        for handle in names(&self.authors) {
            let handle = handle.trim_start_matches('@').to_lowercase();
            if !authors.contains(&handle) {
                authors.push(handle);
            }
        }
        errors.require(authors.len() <= MOST_AUTHORS, "authors", "At most 20 authors, please.");
        authors
    }

    fn canonical_url(&self, errors: &mut Errors) -> String {
        let typed = self.canonical_url.trim();
        let fine = typed.is_empty()
            || typed.len() <= LONGEST_LINE
                && typed
                    .parse::<url::Url>()
                    .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        errors.require(fine, "canonical_url", "The whole address, please, beginning with https://.");
        typed.to_owned()
    }

    fn language(&self, errors: &mut Errors) -> String {
        let typed = self.language.trim();
        errors.require(
            typed.is_empty() || is_language_tag(typed),
            "language",
            "Please write a language tag such as en, de or pt-BR.",
        );
        typed.to_owned()
    }

    fn series(&self, errors: &mut Errors) -> String {
        let title = single_line(&self.series);
        let fine = title.chars().count() <= LONGEST_SERIES;
        errors.require(fine, "series", "The name of a series holds at most 200 characters.");
        title
    }

    fn series_part(&self, errors: &mut Errors) -> Option<i32> {
        let typed = self.series_part.trim();
        let part = typed.parse().ok().filter(|part| (1..=10_000).contains(part));
        errors.require(typed.is_empty() || part.is_some(), "series_part", "A number from 1 on, please.");
        part.filter(|_| !self.series.trim().is_empty())
    }
}

/// Names with commas or line ends between.
fn names(text: &str) -> impl Iterator<Item = String> {
    text.split([',', '\n']).map(single_line).filter(|name| !name.is_empty())
}

fn line(text: &str, name: &'static str, errors: &mut Errors) -> String {
    let line = single_line(text);
    errors.require(line.chars().count() <= LONGEST_LINE, name, "At most 1,000 characters, please.");
    line
}

/// Times as typed in the blog's zone.
struct Times<'a> {
    zone: &'a Tz,
    errors: &'a mut Errors,
}

impl Times<'_> {
    fn parse<const N: usize>(
        self,
        typed: [(&'static str, &String, Option<DateTime<Utc>>); N],
    ) -> [Option<DateTime<Utc>>; N] {
        typed.map(|(name, text, known)| {
            if text.trim().is_empty() {
                return None;
            }
            if let Some(at) = known
                && dates::input(at, self.zone) == text.trim()
            {
                return Some(at);
            }
            let at = dates::parse_input(text, self.zone);
            self.errors.require(
                at.is_some(),
                name,
                "This is not a time. Please write it like 2026-11-24 14:05.",
            );
            at
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;
    use crate::posts::model::Visibility;

    fn form() -> PostForm {
        PostForm { title: "Über Ærø".to_owned(), body: "Text".to_owned(), ..PostForm::blank() }
    }

    fn refused(form: &PostForm) -> Errors {
        form.parse(None, &Berlin).expect_err("refused")
    }

    #[test]
    fn the_address_is_proposed_from_the_title_unless_one_is_typed() {
        let proposed = form().parse(None, &Berlin).expect("fine");
        assert_eq!((proposed.fields.slug.as_str(), proposed.slug_chosen), ("uber-aero", false));
        let typed = PostForm { slug: "my-address".to_owned(), ..form() }.parse(None, &Berlin).expect("fine");
        assert_eq!((typed.fields.slug.as_str(), typed.slug_chosen), ("my-address", true));
        let wrong = refused(&PostForm { slug: "My Address!".to_owned(), ..form() });
        assert!(wrong.get("slug").is_some_and(|sentence| sentence.ends_with("my-address")));
    }

    #[test]
    fn a_page_cannot_take_an_address_of_the_blog() {
        let page = PostForm { slug: "admin".to_owned(), kind: "page".to_owned(), ..form() };
        assert!(refused(&page).get("slug").is_some());
        assert!(PostForm { kind: "post".to_owned(), ..page }.parse(None, &Berlin).is_ok());
    }

    #[test]
    fn tags_are_split_cleaned_and_told_apart_by_their_address() {
        let tagged = PostForm { tags: " Rust,rust, Web  dev ,,".to_owned(), ..form() };
        assert_eq!(tagged.parse(None, &Berlin).expect("fine").fields.tags, ["Rust", "Web dev"]);
        let many = (0..21).map(|n| format!("t{n}")).collect::<Vec<_>>().join(",");
        assert!(PostForm { tags: many, ..form() }.parse(None, &Berlin).is_err());
    }

    #[test]
    fn a_draft_may_be_unfinished_but_a_published_post_has_a_title() {
        let empty = PostForm { title: String::new(), ..form() };
        assert!(empty.parse(None, &Berlin).is_ok());
        for action in ["publish", "submit"] {
            let form = PostForm { action: action.to_owned(), ..empty.clone() };
            assert!(refused(&form).get("title").is_some(), "{action}");
        }
    }

    #[test]
    fn a_post_is_sent_back_with_a_note_of_five_thousand_characters_at_most() {
        let back =
            |note: &str| PostForm { action: "send-back".to_owned(), review_note: note.to_owned(), ..form() };
        let aim = back(" Shorter,\r\nplease. ").parse(None, &Berlin).expect("fine").aim;
        assert_eq!(aim, Aim::SendBack("Shorter,\nplease.".to_owned()));
        assert!(back(&"ö".repeat(5_000)).parse(None, &Berlin).is_ok());
        for note in ["", " \r\n ", &"ö".repeat(5_001)] {
            assert!(refused(&back(note)).get("review_note").is_some());
        }
    }

    #[test]
    fn a_time_is_meant_in_the_blog_s_zone_and_keeps_its_seconds() {
        let timed = PostForm { publish_at: "2026-07-01T12:00".to_owned(), ..form() };
        let at = timed.parse(None, &Berlin).expect("fine").fields.publish_at;
        assert_eq!(at.map(dates::rfc3339).as_deref(), Some("2026-07-01T10:00:00Z"));
        let exact = at.map(|at| at + chrono::TimeDelta::seconds(7));
        let known = Fields { publish_at: exact, ..Fields::default() };
        assert_eq!(timed.parse(Some(&known), &Berlin).expect("fine").fields.publish_at, exact);
        let wrong = PostForm { publish_at: "soon".to_owned(), ..form() };
        assert!(refused(&wrong).get("publish_at").is_some());
        let backwards = PostForm { unpublish_at: "2026-06-30T12:00".to_owned(), ..timed };
        assert!(refused(&backwards).get("unpublish_at").is_some());
    }

    #[test]
    fn addresses_languages_and_parts_are_checked() {
        let fine = PostForm {
            canonical_url: "https://example.org/a".to_owned(),
            language: "pt-BR".to_owned(),
            series: "Trains".to_owned(),
            series_part: "2".to_owned(),
            ..form()
        };
        let fields = fine.parse(None, &Berlin).expect("fine").fields;
        assert_eq!((fields.series.as_str(), fields.series_part), ("Trains", Some(2)));
        let wrong = PostForm {
            canonical_url: "javascript:alert(1)".to_owned(),
            language: "english please".to_owned(),
            series_part: "first".to_owned(),
            ..fine
        };
        let errors = refused(&wrong);
        assert!(["canonical_url", "language", "series_part"].iter().all(|name| errors.get(name).is_some()));
    }

    #[test]
    fn a_form_of_saved_fields_says_the_same_again() {
        let fields = Fields {
            slug: "a".to_owned(),
            tags: vec!["x".to_owned(), "y".to_owned()],
            authors: vec!["ada".to_owned()],
            cover_id: Some(3),
            visibility: Visibility::Unlisted,
            series: "S".to_owned(),
            series_part: Some(2),
            publish_at: Some(Utc::now()),
            comments_open: false,
            noindex: true,
            ..Fields::default()
        };
        let form = PostForm::showing("T", "B", &fields, &Berlin);
        assert_eq!(form.parse(Some(&fields), &Berlin).expect("fine").fields, fields);
    }
}
