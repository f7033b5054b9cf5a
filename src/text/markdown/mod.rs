//! Markdown to HTML: CommonMark with GitHub's tables, task lists, strikethrough, autolinks, and footnotes for posts; a
//! small subset for comments. One renderer for page, preview and feed; the sanitiser has the last word.

mod depth;

use std::{collections::HashMap, collections::VecDeque, fmt, sync::Mutex, sync::PoisonError};

use comrak::{
    Anchorizer, Arena, Node, Options,
    adapters::{HeadingAdapter, HeadingMeta},
    nodes::{NodeHtmlBlock, NodeValue, Sourcepos},
    options::Plugins,
};
use serde::{Deserialize, Serialize};
use url::Url;

use self::depth::{is_too_deep, opens_too_much};
use super::{
    highlight::Highlighter,
    html::SafeHtml,
    plain::{clean, reading_minutes, single_line, truncate},
    sanitise,
};

/// A picture of ours that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Smaller copies, as in the attribute.
    pub srcset: Option<String>,
}

/// What rendering needs to know of the world.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The blog's own address: links elsewhere are marked.
    pub base_url: &'a Url,
    /// The pictures that the text refers to, by their address in it.
    pub pictures: &'a HashMap<String, Picture>,
}

/// A heading in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// The anchor on the page.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// Everything that is made of a text when it is saved.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The text as a page shows it.
    pub html: SafeHtml,
    /// Its headings of the two upper levels, when there are three or more.
    pub toc: Vec<Heading>,
    /// How it begins, in plain text: at most 280 characters.
    pub excerpt: String,
    /// At 230 words a minute; at least 1.
    pub reading_minutes: i32,
    /// All its words, for the search.
    pub plain: String,
}

/// How wide a picture is on the page: the column, or the screen.
const SIZES: &str = "(min-width: 40rem) 38rem, 100vw";
const EXCERPT: usize = 280;
/// What the column holds for the search; PostgreSQL takes no more than 1 MB of distinct words.
const PLAIN: usize = 400_000;

/// Renders a post.
pub fn post(source: &str, context: &Context<'_>) -> Rendered {
    let source = clean(source);
    if is_too_deep(&source) {
        return as_typed(&source);
    }
    let options = post_options();
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &source, &options);

    shift_headings(root);
    let headings = headings(root);
    let plain = plain_text(root);
    let excerpt = excerpt(root);
    wrap_tables(&arena, root);
    mark_links(&arena, root, context.base_url);
    measure_pictures(&arena, root, context.pictures);

    let (highlighter, adapter) =
        (Highlighter::default(), Headings(Mutex::new(headings.iter().cloned().collect())));
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&highlighter);
    plugins.render.heading_adapter = Some(&adapter);
    let mut html = String::with_capacity(source.len() * 2);
    comrak::html::format_document_with_plugins(root, &options, &mut html, &plugins)
        .expect("writing to a String cannot fail");
    if opens_too_much(&html) {
        return as_typed(&source);
    }

    let toc: Vec<Heading> = headings.into_iter().filter(|heading| heading.level <= 3).collect();
    Rendered {
        html: sanitise::post(&html),
        toc: if toc.len() >= 3 { toc } else { Vec::new() },
        excerpt,
        reading_minutes: reading_minutes(&plain),
        plain: plain.chars().take(PLAIN).collect(),
    }
}

/// Renders a comment: raw HTML is shown as typed, pictures become their text, headings become paragraphs, a line break
/// stays a line break.
pub fn comment(source: &str) -> SafeHtml {
    let source = clean(source);
    if is_too_deep(&source) {
        return as_typed(&source).html;
    }
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &source, &options);
    for node in root.descendants() {
        let mut data = node.data_mut();
        match &data.value {
            NodeValue::Heading(_) => data.value = NodeValue::Paragraph,
            NodeValue::Image(link) => data.value = NodeValue::Link(link.clone()),
            _ => {}
        }
    }
    let mut html = String::with_capacity(source.len() * 2);
    comrak::html::format_document(root, &options, &mut html).expect("writing to a String cannot fail");
    sanitise::comment(&html)
}

/// The addresses of all pictures that a text refers to in Markdown, so that the caller can look them up at once.
pub fn picture_sources(source: &str) -> Vec<String> {
    let source = clean(source);
    if is_too_deep(&source) {
        return Vec::new();
    }
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &source, &post_options());
    let sources = root.descendants().filter_map(|node| match &node.data().value {
        NodeValue::Image(link) => Some(link.url.clone()),
        _ => None,
    });
    sources.collect()
}

/// What a post may hold.
pub(super) fn post_options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.render.r#unsafe = true;
    options.render.github_pre_lang = false;
    options.render.figure_with_caption = true;
    options
}

fn as_typed(source: &str) -> Rendered {
    let mut html = String::from("<pre class=\"code\" tabindex=\"0\"><code>");
    comrak::html::escape(&mut html, source).expect("writing to a String cannot fail");
    html.push_str("</code></pre>");
    Rendered {
        html: sanitise::post(&html),
        toc: Vec::new(),
        excerpt: truncate(&single_line(source), EXCERPT),
        reading_minutes: reading_minutes(source),
        plain: source.chars().take(PLAIN).collect(),
    }
}

/// The title is the page's only h1: a text that uses h1 itself moves down by one.
fn shift_headings(root: Node<'_>) {
    let uses_h1 = root
        .descendants()
        .any(|node| matches!(&node.data().value, NodeValue::Heading(heading) if heading.level == 1));
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            heading.level = (heading.level + u8::from(uses_h1)).clamp(2, 6);
        }
    }
}

/// All headings, with the ids that GitHub would give them.
fn headings(root: Node<'_>) -> Vec<Heading> {
    let mut anchors = Anchorizer::new();
    let mut headings = Vec::new();
    for node in root.descendants() {
        let NodeValue::Heading(heading) = &node.data().value else { continue };
        let chosen = take_chosen_id(node);
        let text = single_line(&inline_text(node));
        let mut id = chosen.unwrap_or_else(|| anchors.anchorize(&text));
        // the page's own ids begin so
        if id.is_empty() || id.starts_with("q-") || id.starts_with("comment") {
            id = format!("section-{id}");
        }
        headings.push(Heading { level: heading.level, id, text });
    }
    headings
}

/// `## Heading {#id}`: an id of the author's own, as Zola, Hugo and Pandoc write it.
fn take_chosen_id(heading: Node<'_>) -> Option<String> {
    let last = heading.last_child()?;
    let mut data = last.data_mut();
    let NodeValue::Text(text) = &mut data.value else { return None };
    let (before, rest) = text.rsplit_once("{#")?;
    let id = rest.trim_end().strip_suffix('}')?.to_owned();
    let fine = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let before = before.trim_end().to_owned();
    if !fine {
        return None;
    }
    *text = before.into();
    Some(id)
}

fn inline_text(node: Node<'_>) -> String {
    node.descendants().fold(String::new(), |mut text, node| {
        match &node.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
        text
    })
}

fn plain_text(root: Node<'_>) -> String {
    root.descendants().fold(String::new(), |mut text, node| {
        match &node.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(block) => text.push_str(&block.literal),
            NodeValue::HtmlBlock(block) => text.push_str(&without_tags(&block.literal)),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph | NodeValue::Heading(_) => {
                text.push('\n');
            }
            NodeValue::TableCell => text.push(' '),
            _ => {}
        }
        text
    })
}

/// The words of raw HTML. For searching and counting only: nothing is printed from here.
fn without_tags(html: &str) -> String {
    let mut in_tag = false;
    let words = html.chars().map(|c| {
        in_tag = (in_tag || c == '<') && c != '>';
        if in_tag || c == '>' { ' ' } else { c }
    });
    words.collect()
}

/// The first paragraphs of running text.
fn excerpt(root: Node<'_>) -> String {
    let mut text = String::new();
    for node in root.children() {
        if matches!(node.data().value, NodeValue::Paragraph) {
            text.push_str(&inline_text(node));
            text.push(' ');
        }
        if text.len() > EXCERPT * 4 {
            break;
        }
    }
    truncate(&single_line(&text), EXCERPT)
}

/// A wide table scrolls by itself, also with the keyboard.
fn wrap_tables<'a>(arena: &'a Arena<'a>, root: Node<'a>) {
    let tables: Vec<Node<'a>> =
        root.descendants().filter(|node| matches!(node.data().value, NodeValue::Table(_))).collect();
    for table in tables {
        let open = "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table\">\n";
        table.insert_before(html_block(arena, open));
        table.insert_after(html_block(arena, "</div>\n"));
    }
}

/// Links to other hosts say so, to browsers and to the style sheet.
fn mark_links<'a>(arena: &'a Arena<'a>, root: Node<'a>, base: &Url) {
    let links: Vec<(Node<'a>, String, String)> = root
        .descendants()
        .filter_map(|node| match &node.data().value {
            NodeValue::Link(link) if is_external(&link.url, base) => {
                Some((node, link.url.clone(), link.title.clone()))
            }
            _ => None,
        })
        .collect();
    for (link, url, title) in links {
        let title =
            if title.is_empty() { String::new() } else { format!(" title=\"{}\"", attribute(&title)) };
        let open = format!(
            "<a class=\"external\" rel=\"external noopener noreferrer\" href=\"{}\"{title}>",
            attribute(&url)
        );
        link.insert_before(html_inline(arena, open));
        for child in link.children().collect::<Vec<_>>() {
            link.insert_before(child);
        }
        link.insert_before(html_inline(arena, "</a>".to_owned()));
        link.detach();
    }
}

fn is_external(url: &str, base: &Url) -> bool {
    let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
    Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host() != base.host())
}

/// Known pictures get their size, so that the page does not jump, and their smaller copies.
fn measure_pictures<'a>(arena: &'a Arena<'a>, root: Node<'a>, pictures: &HashMap<String, Picture>) {
    let images: Vec<(Node<'a>, String, String)> = root
        .descendants()
        .filter_map(|node| match &node.data().value {
            NodeValue::Image(link) if pictures.contains_key(&link.url) => {
                Some((node, link.url.clone(), link.title.clone()))
            }
            _ => None,
        })
        .collect();
    for (image, url, title) in images {
        let Some(picture) = pictures.get(&url) else { continue };
        let source = picture.srcset.as_ref().map_or_else(String::new, |srcset| {
            format!("<source type=\"image/webp\" srcset=\"{}\" sizes=\"{SIZES}\">", attribute(srcset))
        });
        let tag = format!(
            "<img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\" decoding=\"async\">",
            attribute(&url),
            attribute(&inline_text(image)),
            picture.width,
            picture.height
        );
        // the copies, and the picture itself for browsers that know no WebP
        let tag = if source.is_empty() { tag } else { format!("<picture>{source}{tag}</picture>") };
        let alone = image.parent().is_some_and(|parent| {
            matches!(parent.data().value, NodeValue::Paragraph)
                && image.previous_sibling().is_none()
                && image.next_sibling().is_none()
        });
        if alone && !title.is_empty() {
            let caption = attribute(&title);
            let figure = format!("<figure>{tag}<figcaption>{caption}</figcaption></figure>\n");
            let paragraph = image.parent().expect("an image that is alone has a parent");
            paragraph.insert_before(html_block(arena, &figure));
            paragraph.detach();
        } else {
            image.insert_before(html_inline(arena, tag));
            image.detach();
        }
    }
}

fn html_block<'a>(arena: &'a Arena<'a>, html: &str) -> Node<'a> {
    let block = NodeHtmlBlock { block_type: 6, literal: html.to_owned() };
    arena.alloc(NodeValue::HtmlBlock(block).into())
}

fn html_inline<'a>(arena: &'a Arena<'a>, html: String) -> Node<'a> {
    arena.alloc(NodeValue::HtmlInline(html).into())
}

fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    comrak::html::escape(&mut out, text).expect("writing to a String cannot fail");
    out
}

/// Writes headings with their ids, and a link to themselves that only a pointer or keyboard finds.
struct Headings(Mutex<VecDeque<Heading>>);

impl HeadingAdapter for Headings {
    fn enter(&self, out: &mut dyn fmt::Write, meta: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = waiting.front().map(|heading| attribute(&heading.id)).unwrap_or_default();
        write!(out, "<h{} id=\"{id}\">", meta.level)
    }

    fn exit(&self, out: &mut dyn fmt::Write, meta: &HeadingMeta) -> fmt::Result {
        let heading = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if let Some(heading) = heading {
            let (id, text) = (attribute(&heading.id), attribute(&heading.text));
            write!(out, "<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to “{text}”\"></a>")?;
        }
        writeln!(out, "</h{}>", meta.level)
    }
}

#[cfg(test)]
mod tests;
