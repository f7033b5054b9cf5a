//! From the tables of an export to the model of all imports.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use url::Url;

use super::{
    lexical, mobiledoc,
    read::{Data, Post, PostMeta},
};
use crate::{
    imports::{
        fields::{old_address, plain_title, summary, tidy_tags, web_address},
        model::{Body, Export, Fate, Note, SourceItem, SourceState},
    },
    posts::PostKind,
    text::{Slug, single_line, truncate},
};

/// What stands in an export for the address of the blog, which it does not name.
const BLOG: &str = "__GHOST_URL__";

/// What an export holds.
pub(super) fn export(data: &Data) -> Export {
    let mut convert = Convert {
        data,
        people: data.users.iter().map(|user| (user.id.as_str(), single_line(&user.name))).collect(),
        meta: data.posts_meta.iter().map(|meta| (meta.post_id.as_str(), meta)).collect(),
        export: Export {
            source: "ghost".to_owned(),
            site: Url::parse("https://ghost.invalid").ok(),
            ..Export::default()
        },
    };
    for post in &data.posts {
        convert.post(post);
    }
    convert.export
}

struct Convert<'a> {
    data: &'a Data,
    people: HashMap<&'a str, String>,
    meta: HashMap<&'a str, &'a PostMeta>,
    export: Export,
}

impl Convert<'_> {
    fn note(&mut self, name: &str, fate: Fate, text: impl Into<String>) {
        self.export.notes.push(Note::on(name, fate, text));
    }

    fn post(&mut self, post: &Post) {
        let kind = if post.page || post.kind == "page" { PostKind::Page } else { PostKind::Post };
        let title = truncate(&single_line(&post.title), 300);
        let name = format!("{} {} “{}”", kind.as_str(), post.slug, truncate(&title, 80));
        let slug = Slug::parse(&post.slug)
            .unwrap_or_else(|| Slug::propose(if post.slug.is_empty() { &title } else { &post.slug }));
        let state = self.state(post, &name);
        let restricted = !matches!(post.visibility.as_str(), "" | "public");
        if restricted {
            let words = format!(
                "is for “{}” at the source: here it is private, for those who may edit it",
                post.visibility
            );
            self.note(&name, Fate::Changed, words);
        }
        self.tell_what_has_no_place(post, &name);
        let meta = self.meta.get(post.id.as_str()).copied();
        let description = meta.map(|meta| &meta.meta_description).filter(|text| !text.is_empty());
        let tags = self.tags(post, &name);
        let authors = self.authors(post);
        let body = self.body(post, &name);
        let published_at = date(&post.published_at).filter(|_| state.is_out());
        let item = SourceItem {
            key: post.id.clone(),
            kind,
            state,
            restricted,
            title: if title.is_empty() { slug.as_str().replace('-', " ") } else { title },
            slug: slug.to_string(),
            body,
            summary: summary(&post.custom_excerpt),
            description: summary(description.unwrap_or(&post.meta_description)),
            canonical_url: web_address(&post.canonical_url),
            published_at,
            updated_at: date(&post.updated_at),
            authors,
            tags,
            cover: Some(&post.feature_image).filter(|image| !image.is_empty()).map(|image| {
                (local(image), meta.map(|meta| plain_title(&meta.feature_image_alt)).unwrap_or_default())
            }),
            comments_open: true,
            aliases: old_address(&post.slug, &kind.path(slug.as_str()))
                .filter(|_| state.is_out())
                .into_iter()
                .collect(),
            pictures: Vec::new(),
            comments: Vec::new(),
            name,
        };
        self.export.items.push(item);
    }

    fn state(&mut self, post: &Post, name: &str) -> SourceState {
        match post.status.as_str() {
            "published" => SourceState::Published,
            "scheduled" => SourceState::Scheduled,
            "draft" => SourceState::Draft,
            "sent" => {
                self.note(
                    name,
                    Fate::Changed,
                    "was sent as a letter only: here it is private, for those who may edit it",
                );
                SourceState::Private
            }
            status => {
                self.note(
                    name,
                    Fate::Changed,
                    format!("its state “{status}” is not known here: it is a draft"),
                );
                SourceState::Draft
            }
        }
    }

    fn tell_what_has_no_place(&mut self, post: &Post, name: &str) {
        if post.featured {
            self.note(name, Fate::Left, "is featured at the source: here the newest is on top");
        }
        if !post.codeinjection_head.is_empty() || !post.codeinjection_foot.is_empty() {
            self.note(
                name,
                Fate::Left,
                "the code that was injected into its page is left: posts hold nothing active",
            );
        }
        if !post.custom_template.is_empty() {
            self.note(
                name,
                Fate::Left,
                format!("its template “{}” belongs to the old theme", post.custom_template),
            );
        }
        let caption = self.meta.get(post.id.as_str()).map(|meta| plain_title(&meta.feature_image_caption));
        if let Some(caption) = caption.filter(|caption| !caption.is_empty()) {
            self.note(
                name,
                Fate::Left,
                format!("the words below its feature picture have no place here: “{caption}”"),
            );
        }
    }

    fn authors(&self, post: &Post) -> Vec<String> {
        let mut rows: Vec<_> = self.data.posts_authors.iter().filter(|row| row.post_id == post.id).collect();
        rows.sort_by_key(|row| row.sort_order.unwrap_or(0));
        let mut ids: Vec<&str> = rows.iter().map(|row| row.author_id.as_str()).collect();
        if ids.is_empty() {
            ids.push(&post.author_id);
        }
        let names = ids.into_iter().filter_map(|id| self.people.get(id));
        names.filter(|name| !name.is_empty()).map(|name| truncate(name, 100)).collect()
    }

    fn tags(&mut self, post: &Post, name: &str) -> Vec<String> {
        let mut rows: Vec<_> = self.data.posts_tags.iter().filter(|row| row.post_id == post.id).collect();
        rows.sort_by_key(|row| row.sort_order.unwrap_or(0));
        let tags = rows.iter().filter_map(|row| self.data.tags.iter().find(|tag| tag.id == row.tag_id));
        let (internal, shown): (Vec<_>, Vec<_>) =
            tags.partition(|tag| tag.visibility == "internal" || tag.name.starts_with('#'));
        for tag in internal {
            self.note(
                name,
                Fate::Left,
                format!("the internal tag “{}” is not shown to readers, and left", tag.name),
            );
        }
        let (tags, left) = tidy_tags(shown.into_iter().map(|tag| tag.name.clone()).collect());
        if !left.is_empty() {
            let words =
                format!("a post has at most 20 tags here: {} are left out ({})", left.len(), left.join(", "));
            self.note(name, Fate::Left, words);
        }
        tags
    }

    /// What was written as Markdown stays so; else the HTML that Ghost made; else what it was made from.
    fn body(&mut self, post: &Post, name: &str) -> Body {
        if let Some(markdown) = mobiledoc::only_markdown(&post.mobiledoc) {
            return Body::Markdown(local(&markdown));
        }
        let html = [post.html.clone()]
            .into_iter()
            .chain(mobiledoc::html(&post.mobiledoc))
            .chain(lexical::html(&post.lexical))
            .find(|html| !html.trim().is_empty());
        if let Some(html) = html {
            return Body::Html { html: local(&html), line_breaks: false };
        }
        if !post.markdown.trim().is_empty() {
            return Body::Markdown(local(&post.markdown));
        }
        if !post.plaintext.trim().is_empty() {
            self.note(name, Fate::Changed, "only its plain words are in the export");
        }
        let words = post.plaintext.replace('&', "&amp;").replace('<', "&lt;");
        Body::Html { html: words, line_breaks: true }
    }
}

/// Addresses of the blog itself begin at its root.
fn local(text: &str) -> String {
    text.replace(BLOG, "")
}

/// ISO 8601, or as a database writes it; versions before 2 have numbers of milliseconds.
fn date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|date| date.to_utc())
        .ok()
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|date| date.and_utc()))
        .or_else(|| text.parse().ok().and_then(DateTime::from_timestamp_millis))
}
