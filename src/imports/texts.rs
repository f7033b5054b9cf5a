//! The text of an item: its pictures get the addresses that they have here, its HTML becomes Markdown.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context;
use url::Url;

use super::{
    markdown::rewrite_pictures,
    model::{Body, Fate, Note, SourceItem},
    pictures::{Found, Pictures},
};
use crate::{
    crypto::content_hash,
    posts::old_path,
    text::{
        from_html::{self, Address, Remark, Source},
        markdown::picture_sources,
    },
};

/// Where the things that an item refers to are here.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// New addresses by the old ones.
    pub(super) addresses: HashMap<String, String>,
    /// The picture above the post, and what is on it.
    pub(super) cover: Option<(i64, String)>,
    pub(super) notes: Vec<Note>,
}

/// A converted text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) markdown: String,
    pub(super) notes: Vec<Note>,
}

impl Resolved {
    /// Changes when another picture is here than before.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let sorted: BTreeMap<&String, &String> = self.addresses.iter().collect();
        content_hash(format!("{sorted:?} {:?}", self.cover).as_bytes())
    }
}

/// Looks for the pictures of an item, and for what its links lead to. `has_site`: addresses may belong to the old blog.
pub(super) async fn resolve(
    item: &SourceItem,
    has_site: bool,
    old_paths: &HashSet<String>,
    pictures: &mut Pictures<'_>,
) -> anyhow::Result<Resolved> {
    let mut resolved = Resolved::default();
    for picture in &item.pictures {
        let found = pictures.beside(picture).await?;
        resolved.take(item, &picture.reference, Some(found));
    }
    if has_site {
        for address in references(&item.body).await? {
            match address {
                Address::Picture(reference) => {
                    let found = pictures.find(&reference).await?;
                    resolved.take(item, &reference, found);
                }
                Address::Link(link) => match own_path(&link, pictures.site(), old_paths) {
                    Some(path) => {
                        resolved.addresses.insert(link, path);
                    }
                    None if is_picture(&link) => {
                        let found = pictures.find(&link).await?;
                        if matches!(found, Some(Found::Here(_) | Found::Would)) {
                            resolved.take(item, &link, found);
                        }
                    }
                    None => {}
                },
            }
        }
    }
    if let Some((reference, alt)) = &item.cover {
        match pictures.find(reference).await? {
            Some(Found::Here(stored)) => resolved.cover = Some((stored.id, alt.clone())),
            Some(Found::Would) => {}
            Some(Found::Away(reason)) => {
                resolved.note(item, format!("the picture above it, {reference}: {reason}"));
            }
            None => resolved.note(item, format!("the picture above it, {reference}, lies on another site")),
        }
    }
    Ok(resolved)
}

impl Resolved {
    fn note(&mut self, item: &SourceItem, text: String) {
        self.notes.push(Note::on(&item.name, Fate::Left, text));
    }

    fn take(&mut self, item: &SourceItem, reference: &str, found: Option<Found>) {
        match found {
            Some(Found::Here(stored)) => {
                self.addresses.insert(reference.to_owned(), stored.path());
            }
            // only so that it counts as a change
            Some(Found::Would) => {
                self.addresses.insert(reference.to_owned(), reference.to_owned());
            }
            Some(Found::Away(reason)) => self.note(item, format!("the picture {reference}: {reason}")),
            None if reference.starts_with("data:") => {}
            None => self.note(item, format!("the picture {reference} lies on another site, and stays there")),
        }
    }
}

async fn references(body: &Body) -> anyhow::Result<Vec<Address>> {
    let body = body.clone();
    let read = move || match body {
        Body::Markdown(text) => picture_sources(&text).into_iter().map(Address::Picture).collect(),
        Body::Html { html, .. } => from_html::addresses(&html),
    };
    tokio::task::spawn_blocking(read).await.context("reading the addresses of a text")
}

/// The path of a link within the old blog that leads somewhere here.
fn own_path(link: &str, site: Option<&Url>, old_paths: &HashSet<String>) -> Option<String> {
    let site = site?;
    let url = site.join(link.trim()).ok()?;
    if url.host_str() != site.host_str() {
        return None;
    }
    let path = old_path(url.as_str());
    let path = match url.query() {
        Some(query) => Some(format!("{}?{query}", path.as_deref().unwrap_or("/"))),
        None => path,
    };
    let path = path.filter(|path| old_paths.contains(path))?;
    Some(url.fragment().map_or(path.clone(), |fragment| format!("{path}#{fragment}")))
}

fn is_picture(link: &str) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"].iter().any(|ending| path.ends_with(ending))
}

/// The text in Markdown, made off the async threads: a long one takes a while.
pub(super) async fn convert(item: &SourceItem, resolved: &Resolved) -> anyhow::Result<Text> {
    let (body, name, addresses) = (item.body.clone(), item.name.clone(), resolved.addresses.clone());
    let work = move || match body {
        Body::Markdown(text) => Text { markdown: rewrite_pictures(&text, &addresses), notes: Vec::new() },
        Body::Html { html, line_breaks } => {
            let source = Source { html: &html, line_breaks, keeps_html: true, addresses: &addresses };
            let converted = from_html::convert(&source);
            let note = |remark| match remark {
                Remark::Left(words) => Note::on(&name, Fate::Left, words),
                Remark::Changed(words) => Note::on(&name, Fate::Changed, words),
            };
            Text {
                markdown: crate::text::clean(&converted.markdown),
                notes: converted.remarks.into_iter().map(note).collect(),
            }
        }
    };
    tokio::task::spawn_blocking(work).await.context("converting a text")
}
