//! From the elements of an export to the model of all imports.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDateTime, Utc};
use url::Url;

use super::{
    body::{self, Attachment, Attachments},
    discussion::comments,
    read::{Author, Item, Wxr},
};
use crate::{
    imports::{
        fields::{old_address, plain_title, split_people, summary, tidy_tags, web_address},
        model::{Body, Export, Fate, Note, SourceFile, SourceItem, SourceState},
    },
    posts::{PostKind, old_path},
    text::{Slug, single_line, truncate},
};

/// What an export holds.
pub(super) fn export(wxr: &Wxr) -> Export {
    let base = if wxr.base_url.is_empty() { &wxr.link } else { &wxr.base_url };
    let site = Url::parse(base).ok();
    let host = site.as_ref().and_then(Url::host_str).unwrap_or("unknown");
    let attachments = attachments(&wxr.items);
    let reusable = wxr.items.iter().filter(|item| item.kind == "wp_block");
    let mut convert = Convert {
        authors: &wxr.authors,
        reusable: reusable.map(|item| (item.id.as_str(), item.content.as_str())).collect(),
        export: Export { source: format!("wordpress {host}"), site: site.clone(), ..Export::default() },
        attachments: &attachments,
        menus: BTreeMap::new(),
    };
    for item in &wxr.items {
        convert.take(item);
    }
    convert.tell_menus();
    convert.tell_of_all();
    convert.export
}

fn attachments(items: &[Item]) -> Attachments {
    let files = items.iter().filter(|item| item.kind == "attachment");
    files
        .map(|item| {
            let caption = plain_title(&item.excerpt);
            let alt = single_line(item.meta("_wp_attachment_image_alt").unwrap_or_default());
            let file =
                Attachment { url: item.attachment_url.clone(), alt, caption, parent: item.parent.clone() };
            (item.id.clone(), file)
        })
        .collect()
}

struct Convert<'a> {
    authors: &'a [Author],
    attachments: &'a Attachments,
    /// Texts that several posts share.
    reusable: HashMap<&'a str, &'a str>,
    export: Export,
    menus: BTreeMap<String, usize>,
}

impl Convert<'_> {
    fn take(&mut self, item: &Item) {
        let name = name_of(item);
        match item.kind.as_str() {
            "post" => self.post(item, name, PostKind::Post),
            "page" => self.post(item, name, PostKind::Page),
            "attachment" if item.attachment_url.is_empty() => {
                self.note(&name, Fate::Left, "an attachment without an address");
                self.export.others.push(("attachments", "without an address"));
            }
            "attachment" => {
                self.export.files.push(SourceFile { name, address: item.attachment_url.clone() });
            }
            "nav_menu_item" => {
                let menu = item.terms.iter().find(|term| term.domain == "nav_menu");
                let menu = menu.map_or_else(String::new, |term| term.name.clone());
                *self.menus.entry(menu).or_default() += 1;
                self.export.others.push(("menu entries", "left"));
            }
            // put into the posts that use them
            "wp_block" => self.export.others.push(("reusable blocks", "put into the posts that use them")),
            "revision" => self.export.others.push(("revisions", "left")),
            kind => {
                self.note(&name, Fate::Left, format!("is of the kind “{kind}”, which has no place here"));
                self.export.others.push(("other kinds", "left"));
            }
        }
    }

    fn note(&mut self, name: &str, fate: Fate, text: impl Into<String>) {
        self.export.notes.push(Note::on(name, fate, text));
    }

    /// What is true of every export.
    fn tell_of_all(&mut self) {
        if self.export.items.iter().any(|item| !item.comments.is_empty()) {
            let words = "mail addresses, networks and sites of those who commented are not taken over";
            self.note("the blog", Fate::Left, words);
        }
    }

    fn tell_menus(&mut self) {
        for (menu, entries) in std::mem::take(&mut self.menus) {
            let words = format!("{entries} entries: the menu here lists the pages by itself");
            self.note(&format!("menu “{menu}”"), Fate::Left, words);
        }
    }

    fn post(&mut self, item: &Item, name: String, kind: PostKind) {
        let (title, slug) = self.title_and_slug(item, &name);
        let state = self.state(item, &name);
        let restricted = !item.password.is_empty();
        if restricted {
            self.note(
                &name,
                Fate::Changed,
                "has a password at the source: here it is private, for those who may edit it",
            );
        }
        let prepared = body::prepare(&item.content, &item.id, self.attachments, &self.reusable);
        for (fate, words) in prepared.notes {
            self.note(&name, fate, words);
        }
        self.tell_what_has_no_place(item, &name);
        let published_at = date(&item.date_gmt).or_else(|| date(&item.date)).filter(|_| state.is_out());
        let aliases = self.aliases(item, &kind.path(slug.as_str()), state);
        let (comments, notes) = comments(item, &name, self.authors);
        self.export.others.extend(notes.others);
        self.export.notes.extend(notes.notes);
        if kind == PostKind::Page && !comments.is_empty() {
            self.note(
                &name,
                Fate::Changed,
                "pages show no comments here: those it has are kept for the moderators",
            );
        }
        let body = Body::Html { html: prepared.html, line_breaks: prepared.line_breaks };
        let converted = SourceItem {
            key: format!("{} {}", kind.as_str(), item.id),
            kind,
            state,
            restricted,
            title,
            slug: slug.to_string(),
            body,
            summary: summary(&item.excerpt),
            description: description(item),
            canonical_url: ["_yoast_wpseo_canonical", "rank_math_canonical_url"]
                .iter()
                .find_map(|key| item.meta(key))
                .map(web_address)
                .unwrap_or_default(),
            published_at,
            updated_at: date(&item.modified_gmt).or_else(|| date(&item.date)),
            authors: split_people(&self.author(&item.creator)),
            tags: self.tags(item, &name),
            cover: self.cover(item, &name),
            comments_open: item.comment_status == "open",
            aliases,
            pictures: Vec::new(),
            comments,
            name,
        };
        self.export.items.push(converted);
    }

    fn title_and_slug(&mut self, item: &Item, name: &str) -> (String, Slug) {
        let title = truncate(&plain_title(&item.title), 300);
        let old = percent_encoding::percent_decode_str(&item.slug).decode_utf8_lossy().into_owned();
        let wanted = if old.trim().is_empty() { &title } else { &old };
        let slug = Slug::parse(wanted).unwrap_or_else(|| Slug::propose(wanted));
        if !title.is_empty() {
            return (title, slug);
        }
        let title =
            if item.slug.is_empty() { "Untitled".to_owned() } else { slug.as_str().replace('-', " ") };
        self.note(name, Fate::Changed, format!("has no title: it is called “{title}” now"));
        (title, slug)
    }

    fn state(&mut self, item: &Item, name: &str) -> SourceState {
        match item.status.as_str() {
            "publish" => SourceState::Published,
            "future" => SourceState::Scheduled,
            "private" => SourceState::Private,
            "pending" => {
                self.note(name, Fate::Changed, "waits for a review at the source: here it is a draft");
                SourceState::Pending
            }
            "trash" => SourceState::Trash,
            "draft" | "auto-draft" => SourceState::Draft,
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

    fn author(&self, login: &str) -> Vec<String> {
        let unknown = Author { login: login.to_owned(), ..Author::default() };
        let author = self.authors.iter().find(|author| author.login == login).unwrap_or(&unknown);
        author.shown().into_iter().collect()
    }

    fn tags(&mut self, item: &Item, name: &str) -> Vec<String> {
        let of = |domains: &[&str]| -> Vec<String> {
            let terms = item.terms.iter().filter(|term| domains.contains(&term.domain.as_str()));
            terms.map(|term| plain_title(&term.name)).filter(|name| name != "Uncategorized").collect()
        };
        let mut names = of(&["category"]);
        names.extend(of(&["post_tag", "tag"]));
        let (tags, left) = tidy_tags(names);
        if !left.is_empty() {
            let words =
                format!("a post has at most 20 tags here: {} are left out ({})", left.len(), left.join(", "));
            self.note(name, Fate::Left, words);
        }
        tags
    }

    fn cover(&mut self, item: &Item, name: &str) -> Option<(String, String)> {
        let id = item.meta("_thumbnail_id")?;
        let file = self.attachments.get(id);
        if file.is_none() {
            self.note(
                name,
                Fate::Left,
                format!("its featured picture (attachment {id}) is not in the export"),
            );
        }
        file.map(|file| (file.url.clone(), file.alt.clone()))
    }

    fn tell_what_has_no_place(&mut self, item: &Item, name: &str) {
        if item.sticky == "1" {
            self.note(name, Fate::Left, "is kept on top at the source: here the newest is on top");
        }
        for term in &item.terms {
            match term.domain.as_str() {
                "category" | "post_tag" | "tag" => {}
                "post_format" => {
                    self.note(name, Fate::Left, format!("its format “{}” has no meaning here", term.name));
                }
                domain => {
                    let words = format!("“{}” of the taxonomy “{domain}” has no place here", term.name);
                    self.note(name, Fate::Left, words);
                }
            }
        }
        let template = item.meta("_wp_page_template").filter(|template| *template != "default");
        if let Some(template) = template {
            self.note(name, Fate::Left, format!("its template “{template}” belongs to the old theme"));
        }
        if item.meta("enclosure").is_some() {
            self.note(
                name,
                Fate::Left,
                "the file that its feed carried along (enclosure) is not carried along here",
            );
        }
        if !matches!(item.parent.as_str(), "" | "0") {
            self.note(name, Fate::Changed, "stood below another page: pages here stand beside each other");
        }
    }

    /// Old addresses that lead to it: its path, those that it had before, and its number.
    fn aliases(&self, item: &Item, own: &str, state: SourceState) -> Vec<String> {
        if !state.is_out() {
            return Vec::new();
        }
        let root =
            self.export.site.as_ref().and_then(|site| old_path(site.as_str())).unwrap_or("/".to_owned());
        let numbers = ["p", "page_id"].map(|parameter| format!("{root}?{parameter}={}", item.id));
        let numbers = numbers.into_iter().take(if item.kind == "page" { 2 } else { 1 });
        let path = Url::parse(&item.link).ok().filter(|url| url.query().is_none());
        let path = path.and_then(|url| old_path(url.as_str()));
        let folder = path.as_deref().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let older = item.meta.iter().filter(|(key, value)| key == "_wp_old_slug" && !value.trim().is_empty());
        let older: Vec<String> = older.map(|(_, slug)| format!("{folder}/{}", slug.trim())).collect();
        path.into_iter().chain(older).filter_map(|alias| old_address(&alias, own)).chain(numbers).collect()
    }
}

/// What an item is called in the report.
fn name_of(item: &Item) -> String {
    let title = truncate(&plain_title(&item.title), 80);
    let kind = if item.kind.is_empty() { "item" } else { &item.kind };
    if title.is_empty() { format!("{kind} {}", item.id) } else { format!("{kind} {} “{title}”", item.id) }
}

fn description(item: &Item) -> String {
    let keys =
        ["_yoast_wpseo_metadesc", "rank_math_description", "_aioseop_description", "_genesis_description"];
    let text = keys.iter().find_map(|key| item.meta(key)).unwrap_or_default();
    // `%%title%%` stands for something that only the plugin knows
    if text.contains("%%") { String::new() } else { summary(text) }
}

/// `2013-03-15 22:23:27`; what WordPress does not know is all zeros.
pub(super) fn date(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|date| date.and_utc())
}
