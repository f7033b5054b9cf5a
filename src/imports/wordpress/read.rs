//! The XML of an export, read as a stream: no document type, no entities but the five of XML itself, bounded in size and
//! depth. All of it is read before anything is believed.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, bail, ensure};
use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use crate::{
    imports::position,
    text::{single_line, truncate},
};

/// Elements within each other: an export has seven.
const DEEPEST: usize = 24;
/// Bytes of one text.
const LONGEST: usize = 32 << 20;

/// An export, element by element.
#[derive(Debug, Default)]
pub(super) struct Wxr {
    pub(super) version: String,
    pub(super) link: String,
    pub(super) base_url: String,
    pub(super) authors: Vec<Author>,
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Author {
    pub(super) id: String,
    pub(super) login: String,
    pub(super) name: String,
}

impl Author {
    /// The name under posts.
    pub(super) fn shown(&self) -> Option<String> {
        let name = if self.name.is_empty() { &self.login } else { &self.name };
        Some(truncate(&single_line(name), 100)).filter(|name| !name.is_empty())
    }
}

/// A post, a page, a file, an entry of a menu.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    pub(super) title: String,
    pub(super) link: String,
    pub(super) creator: String,
    pub(super) content: String,
    pub(super) excerpt: String,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) slug: String,
    pub(super) parent: String,
    pub(super) password: String,
    pub(super) sticky: String,
    pub(super) date: String,
    pub(super) date_gmt: String,
    pub(super) modified_gmt: String,
    pub(super) comment_status: String,
    pub(super) attachment_url: String,
    pub(super) terms: Vec<Term>,
    pub(super) meta: Vec<(String, String)>,
    pub(super) comments: Vec<Comment>,
}

/// A category, a tag, a menu, a format.
#[derive(Debug, Clone, Default)]
pub(super) struct Term {
    pub(super) domain: String,
    pub(super) name: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) author: String,
    pub(super) user_id: String,
    pub(super) date: String,
    pub(super) date_gmt: String,
    pub(super) content: String,
    pub(super) approved: String,
    pub(super) kind: String,
    pub(super) parent: String,
}

impl Item {
    /// The first value of this name.
    pub(super) fn meta(&self, key: &str) -> Option<&str> {
        self.meta
            .iter()
            .find(|(name, value)| name == key && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }
}

/// Reads an export to its end.
///
/// # Errors
/// One sentence, with line and column where there is one: it is no export, or it is damaged.
pub(super) fn read(path: &Path) -> anyhow::Result<Wxr> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let mut reader = NsReader::from_reader(BufReader::new(file));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = true;
    let (mut export, mut buffer) = (Reading::default(), Vec::new());
    loop {
        let taken = match reader.read_resolved_event_into(&mut buffer) {
            Ok((_, Event::Eof)) => break,
            Ok((namespace, event)) => {
                let prefix = match &event {
                    Event::Start(_) => prefix_of(&namespace),
                    _ => "",
                };
                export.take(prefix, &event)
            }
            Err(error) => {
                let reason = format!("this is not well-formed XML: {error}");
                let at = reader.error_position();
                bail!(position::malformed(path, at, reason)?)
            }
        };
        if let Err(reason) = taken {
            bail!(position::malformed(path, reader.buffer_position(), reason)?);
        }
        buffer.clear();
    }
    if let Some(name) = export.open.last() {
        let reason = format!("the file ends within <{name}>: it was cut off");
        bail!(position::malformed(path, reader.buffer_position(), reason)?);
    }
    let wxr = export.wxr;
    ensure!(!wxr.version.is_empty(), "this is not an export of WordPress: there is no wxr_version in it");
    let known = wxr.version.split('.').next() == Some("1");
    ensure!(known, "this export is of version {}: versions 1.0 to 1.2 are understood", wxr.version);
    Ok(wxr)
}

/// The elements by the namespaces that all versions share, whatever their addresses begin and end with.
fn prefix_of(namespace: &ResolveResult<'_>) -> &'static str {
    let ResolveResult::Bound(namespace) = namespace else { return "" };
    let name = namespace.as_ref().to_ascii_lowercase();
    if name.contains("wordpress.org/export/") {
        if name.trim_end_matches('/').ends_with("/excerpt") { "excerpt:" } else { "wp:" }
    } else if name.contains("purl.org/rss/1.0/modules/content") {
        "content:"
    } else if name.contains("purl.org/dc/elements") {
        "dc:"
    } else {
        "other:"
    }
}

#[derive(Default)]
struct Reading {
    wxr: Wxr,
    open: Vec<String>,
    text: String,
}

impl Reading {
    fn take(&mut self, prefix: &str, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) => self.start(prefix, start),
            Event::End(_) => {
                let text = std::mem::take(&mut self.text);
                self.put(text);
                self.open.pop();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Some(c) =
                    reference.resolve_char_ref().map_err(|_| "a character that does not exist".to_owned())?
                {
                    return self.text(c.encode_utf8(&mut [0; 4]));
                }
                let name = reference.xml10_content();
                match name.as_ref() {
                    "amp" => self.text("&"),
                    "lt" => self.text("<"),
                    "gt" => self.text(">"),
                    "quot" => self.text("\""),
                    "apos" => self.text("'"),
                    _ => Err(format!("the entity &{name}; is not one of XML's own: nothing is looked up")),
                }
            }
            Event::DocType(_) => Err("a document type (DOCTYPE): an export has none".to_owned()),
            Event::Decl(decl) => match decl.encoding() {
                Some(Ok(encoding)) if !encoding.eq_ignore_ascii_case("utf-8") => {
                    Err(format!("the file is in {encoding}: save it as UTF-8 first"))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn start(&mut self, prefix: &str, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err("elements within each other, deeper than any export has them".to_owned());
        }
        let local = start.local_name();
        let name = format!("{prefix}{}", local.as_ref());
        if self.open.is_empty() && name != "rss" {
            return Err(format!("this is not an export of WordPress: it begins with <{name}>"));
        }
        self.text.clear();
        self.open.push(name);
        let path: Vec<&str> = self.open.iter().map(String::as_str).collect();
        match path[..] {
            ["rss", "channel", "wp:author"] => self.wxr.authors.push(Author::default()),
            ["rss", "channel", "item"] => self.wxr.items.push(Item::default()),
            ["rss", "channel", "item", place] => {
                let Some(item) = self.wxr.items.last_mut() else { return Ok(()) };
                match place {
                    "category" => item.terms.push(term(start)?),
                    "wp:postmeta" => item.meta.push(Default::default()),
                    "wp:comment" => item.comments.push(Comment::default()),
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, part: &str) -> Result<(), String> {
        if self.text.len() + part.len() > LONGEST {
            return Err(format!("a text of more than {} MB", LONGEST >> 20));
        }
        self.text.push_str(part);
        Ok(())
    }

    /// The element that ends now has this text.
    fn put(&mut self, text: String) {
        let path: Vec<&str> = self.open.iter().skip(2).map(String::as_str).collect();
        let wxr = &mut self.wxr;
        match path[..] {
            ["link"] => wxr.link = text.trim().to_owned(),
            ["wp:wxr_version"] => wxr.version = text.trim().to_owned(),
            ["wp:base_blog_url"] => wxr.base_url = text.trim().to_owned(),
            ["wp:author", field] => {
                let Some(author) = wxr.authors.last_mut() else { return };
                match field {
                    "wp:author_id" => author.id = text.trim().to_owned(),
                    "wp:author_login" => author.login = text.trim().to_owned(),
                    "wp:author_display_name" => author.name = text.trim().to_owned(),
                    _ => {}
                }
            }
            ["item", ref inner @ ..] => {
                if let Some(item) = wxr.items.last_mut() {
                    item.put(inner, text);
                }
            }
            _ => {}
        }
    }
}

impl Item {
    fn put(&mut self, path: &[&str], text: String) {
        let trimmed = || text.trim().to_owned();
        match *path {
            ["title"] => self.title = trimmed(),
            ["link"] => self.link = trimmed(),
            ["dc:creator"] => self.creator = trimmed(),
            ["content:encoded"] => self.content = text,
            ["excerpt:encoded"] => self.excerpt = text,
            ["wp:post_id"] => self.id = trimmed(),
            ["wp:post_type"] => self.kind = trimmed(),
            ["wp:status"] => self.status = trimmed(),
            ["wp:post_name"] => self.slug = trimmed(),
            ["wp:post_parent"] => self.parent = trimmed(),
            ["wp:post_password"] => self.password = trimmed(),
            ["wp:is_sticky"] => self.sticky = trimmed(),
            ["wp:post_date"] => self.date = trimmed(),
            ["wp:post_date_gmt"] => self.date_gmt = trimmed(),
            ["wp:post_modified_gmt"] => self.modified_gmt = trimmed(),
            ["wp:comment_status"] => self.comment_status = trimmed(),
            ["wp:attachment_url"] => self.attachment_url = trimmed(),
            ["category"] => {
                if let Some(term) = self.terms.last_mut() {
                    term.name = trimmed();
                }
            }
            ["wp:postmeta", field] => {
                let Some((key, value)) = self.meta.last_mut() else { return };
                match field {
                    "wp:meta_key" => *key = trimmed(),
                    "wp:meta_value" => *value = text,
                    _ => {}
                }
            }
            ["wp:comment", field] => {
                if let Some(comment) = self.comments.last_mut() {
                    comment.put(field, text);
                }
            }
            _ => {}
        }
    }
}

impl Comment {
    fn put(&mut self, field: &str, text: String) {
        let trimmed = || text.trim().to_owned();
        match field {
            "wp:comment_id" => self.id = trimmed(),
            "wp:comment_author" => self.author = trimmed(),
            "wp:comment_user_id" => self.user_id = trimmed(),
            "wp:comment_date" => self.date = trimmed(),
            "wp:comment_date_gmt" => self.date_gmt = trimmed(),
            "wp:comment_content" => self.content = text,
            "wp:comment_approved" => self.approved = trimmed(),
            "wp:comment_type" => self.kind = trimmed(),
            "wp:comment_parent" => self.parent = trimmed(),
            _ => {}
        }
    }
}

fn term(start: &BytesStart<'_>) -> Result<Term, String> {
    let mut term = Term::default();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("an attribute cannot be read: {error}"))?;
        if attribute.key.local_name().as_ref() == "domain" {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
            term.domain =
                value.map_err(|error| format!("an attribute cannot be read: {error}"))?.into_owned();
        }
    }
    Ok(term)
}
