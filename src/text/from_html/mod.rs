//! HTML of other programs to Markdown. A tree of Markdown is built and written, and every block is read back: only what
//! renders as it was meant counts as Markdown. What Markdown has no word for stays as HTML, for the sanitiser to judge.

mod blocks;
mod flow;
mod inline;
mod raw;
mod tokens;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use comrak::{Arena, Node, Options, nodes::NodeValue};
use scraper::{ElementRef, Html};

use self::{
    blocks::Builder,
    flow::{Chunk, chunks},
};
use super::{markdown::post_options, plain::single_line};

/// HTML, and what must be known about it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The HTML, as found.
    pub html: &'a str,
    /// Line ends mean something: an empty line divides paragraphs, a single one breaks the line.
    pub line_breaks: bool,
    /// What Markdown cannot say stays as HTML; otherwise only its words stay.
    pub keeps_html: bool,
    /// New addresses of pictures and links, by the old ones.
    pub addresses: &'a HashMap<String, String>,
}

/// A text in Markdown, and what became of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    /// The text.
    pub markdown: String,
    /// Each once, in order.
    pub remarks: Vec<Remark>,
}

/// Something that is not simply taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// It is not in the text.
    Left(String),
    /// It is in the text, but otherwise.
    Changed(String),
}

/// An address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Of something that is shown.
    Picture(String),
    /// Where a link leads.
    Link(String),
}

/// How far a block may be from the way it was written.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    /// Emphasis as HTML: stars have rules about their neighbours that HTML does not know.
    tags: bool,
    /// Every list with empty lines.
    loose: bool,
}

const ATTEMPTS: [Attempt; 4] = [
    Attempt { tags: false, loose: false },
    Attempt { tags: false, loose: true },
    Attempt { tags: true, loose: false },
    Attempt { tags: true, loose: true },
];

/// Converts a text.
pub fn convert(source: &Source<'_>) -> Converted {
    let dom = Html::parse_fragment(source.html);
    let mut converted = Converted::default();
    for chunk in chunks(dom.root_element(), source) {
        let markdown = markdown_of(&chunk, source, &mut converted.remarks);
        let markdown = markdown.trim_end_matches('\n');
        if !markdown.is_empty() {
            if !converted.markdown.is_empty() {
                converted.markdown.push_str("\n\n");
            }
            converted.markdown.push_str(markdown);
        }
    }
    if !converted.markdown.is_empty() {
        converted.markdown.push('\n');
    }
    converted
}

/// The addresses in a text, each once, so that the caller can look for what is behind them.
pub fn addresses(html: &str) -> Vec<Address> {
    let dom = Html::parse_fragment(html);
    let mut found: Vec<Address> = Vec::new();
    for element in dom.root_element().descendants().filter_map(ElementRef::wrap) {
        let address = match element.value().name() {
            "img" => raw::picture_address(element).map(Address::Picture),
            "video" | "audio" | "source" => element.attr("src").map(|src| Address::Picture(src.to_owned())),
            "a" => element.attr("href").map(|href| Address::Link(href.to_owned())),
            _ => None,
        };
        found.extend(address.filter(|address| !found.contains(address)));
    }
    found
}

/// The words of a short text, without its elements: a title.
pub fn plain(html: &str) -> String {
    let dom = Html::parse_fragment(html);
    single_line(&dom.root_element().text().collect::<String>())
}

fn markdown_of(chunk: &Chunk<'_>, source: &Source<'_>, remarks: &mut Vec<Remark>) -> String {
    let mut last = String::new();
    for attempt in ATTEMPTS {
        let arena = Arena::new();
        let root = arena.alloc(NodeValue::Document.into());
        let mut builder = Builder { arena: &arena, source, attempt, remarks, depth: 0 };
        builder.block(root, chunk);
        let markdown = written(root);
        if reads_as(&markdown, root) {
            let tidy = tidied(&markdown);
            return if tidy != markdown && reads_as(&tidy, root) { tidy } else { markdown };
        }
        last = markdown;
    }
    if !source.keeps_html {
        // no word is lost, whatever it looks like
        return last;
    }
    remark(remarks, Remark::Changed("a part stays as HTML: Markdown cannot say it".to_owned()));
    match chunk {
        Chunk::Element(element) => raw::block(*element, source),
        Chunk::Run(pieces) => raw::run(pieces, source),
    }
}

fn written(root: Node<'_>) -> String {
    let mut options = post_options();
    options.render.prefer_fenced = true;
    let mut markdown = String::new();
    comrak::format_commonmark(root, &options, &mut markdown).expect("writing to a String cannot fail");
    markdown
}

/// True when the text, read again, is the tree that it was written from. That a bare address becomes a link is meant.
fn reads_as(markdown: &str, root: Node<'_>) -> bool {
    let mut options = post_options();
    let (arena, meant) = (Arena::new(), html(root, &options));
    let linked = html(comrak::parse_document(&arena, markdown, &options), &options);
    options.extension.autolink = false;
    let plain = html(comrak::parse_document(&arena, markdown, &options), &options);
    plain == meant && (linked == meant || shown(&linked) == shown(&meant))
}

/// Without the backslashes that are only there to be safe. It must be read back: code knows no such backslashes.
fn tidied(markdown: &str) -> String {
    let mut tidy = String::with_capacity(markdown.len());
    let mut letters = markdown.chars().peekable();
    while let Some(letter) = letters.next() {
        let sign = letters.peek().copied().unwrap_or_default();
        let before = tidy.chars().next_back().unwrap_or('\n');
        let after = {
            let mut ahead = letters.clone();
            ahead.nth(1).unwrap_or('\n')
        };
        let within_word = before.is_alphanumeric() && after.is_alphanumeric();
        let needless = letter == '\\'
            && match sign {
                '!' => after != '[',
                '_' => within_word,
                '#' | '>' => {
                    before != '\n' && (within_word || before.is_alphanumeric() || after.is_ascii_digit())
                }
                '~' => before != '~' && after != '\\' && after != '~',
                '@' => before.is_whitespace() || after.is_whitespace(),
                _ => false,
            };
        if !needless {
            tidy.push(letter);
        }
    }
    tidy
}

/// The characters that are shown.
fn shown(html: &str) -> String {
    Html::parse_fragment(html).root_element().text().collect()
}

fn html(root: Node<'_>, options: &Options<'_>) -> String {
    let mut html = String::new();
    comrak::format_html(root, options, &mut html).expect("writing to a String cannot fail");
    // bold within italic is italic within bold
    html.replace("<strong><em>", "<em><strong>").replace("</em></strong>", "</strong></em>")
}

fn remark(remarks: &mut Vec<Remark>, new: Remark) {
    if !remarks.contains(&new) {
        remarks.push(new);
    }
}
