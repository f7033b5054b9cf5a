//! HTML written out again: without attributes that only say how something looks, without empty lines, which would end it.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::{
    Source,
    flow::{DEEPEST, Piece, Role, role},
    tokens::is_allowed,
};
use crate::text::keeps_element;

/// What says something beyond the look.
const ATTRIBUTES: [&str; 24] = [
    "alt", "cite", "colspan", "controls", "datetime", "dir", "headers", "height", "kind", "label", "lang",
    "loop", "muted", "open", "poster", "reversed", "rowspan", "scope", "span", "srclang", "start", "title",
    "value", "width",
];
const ADDRESSES: [&str; 3] = ["href", "src", "poster"];
const VOID: [&str; 7] = ["br", "hr", "img", "source", "track", "col", "wbr"];
/// Blocks of HTML begin with one of these; all others stand in a `div`.
const BLOCKS: [&str; 14] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "figure",
    "ol",
    "p",
    "section",
    "table",
    "ul",
    "h2",
];

/// An element as a block of HTML in Markdown.
pub(super) fn block(element: ElementRef<'_>, source: &Source<'_>) -> String {
    let mut writer = Writer { source, out: String::new() };
    writer.element(element, 0);
    let html = writer.out.trim();
    match html {
        "" => String::new(),
        _ if BLOCKS.contains(&element.value().name()) => format!("{html}\n"),
        _ => format!("<div>{html}</div>\n"),
    }
}

/// Text and what stands within lines, as a block of HTML.
pub(super) fn run(pieces: &[Piece<'_>], source: &Source<'_>) -> String {
    let mut writer = Writer { source, out: String::new() };
    for piece in pieces {
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::Element(element) => writer.element(*element, 0),
        }
    }
    format!("<div>{}</div>\n", writer.out.trim())
}

/// What is in an element, as HTML.
pub(super) fn inner(element: ElementRef<'_>, source: &Source<'_>) -> String {
    let mut writer = Writer { source, out: String::new() };
    writer.children(element, 0);
    writer.out.trim().to_owned()
}

/// The tag that opens an element.
pub(super) fn open_tag(element: ElementRef<'_>, source: &Source<'_>) -> String {
    let name = element.value().name();
    let mut tag = format!("<{name}");
    for (attribute, value) in element.value().attrs() {
        let is_address = ADDRESSES.contains(&attribute);
        let value = if is_address { new_address(value, source) } else { value.trim().to_owned() };
        let fine = if is_address { is_allowed(&value) } else { ATTRIBUTES.contains(&attribute) };
        if fine {
            let value = escape(&value).replace('"', "&quot;");
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            tag.extend([" ", attribute, "=\"", &value, "\""]);
        }
    }
    tag.push('>');
    tag
}

/// Where a picture is. Pages that load their pictures late keep the address elsewhere.
pub(super) fn picture_address(element: ElementRef<'_>) -> Option<String> {
    let src = element.attr("src").unwrap_or_default().trim();
    let late = || ["data-src", "data-lazy-src", "data-orig-file"].iter().find_map(|name| element.attr(name));
    let address = if src.is_empty() || src.starts_with("data:") { late().unwrap_or(src) } else { src };
    Some(address.trim().to_owned()).filter(|address| !address.is_empty())
}

/// The address of the same thing on this blog, if it is here.
pub(super) fn new_address(address: &str, source: &Source<'_>) -> String {
    let address = address.trim();
    let new = source.addresses.get(address).map_or(address, String::as_str);
    new.split_whitespace().collect::<Vec<_>>().join("%20")
}

struct Writer<'s> {
    source: &'s Source<'s>,
    out: String,
}

impl Writer<'_> {
    fn element(&mut self, element: ElementRef<'_>, depth: usize) {
        let name = element.value().name();
        if role(element, true) == Role::Hidden {
            return;
        }
        if depth > DEEPEST {
            return element.text().for_each(|text| self.text(text));
        }
        if name == "img" {
            return self.picture(element);
        }
        if !keeps_element(name) || name == "input" {
            return self.children(element, depth);
        }
        self.out.push_str(&open_tag(element, self.source));
        if VOID.contains(&name) {
            return;
        }
        if name == "pre" {
            // an empty line would end the block
            let text: String = element.text().collect();
            self.out.push_str(&escape(&text).replace("\r\n", "\n").replace('\n', "&#10;"));
        } else {
            self.children(element, depth);
        }
        self.out.extend(["</", name, ">"]);
    }

    fn picture(&mut self, element: ElementRef<'_>) {
        let Some(address) = picture_address(element) else { return };
        let address = new_address(&address, self.source);
        if is_allowed(&address) {
            let attribute = |text: &str| escape(text).replace('"', "&quot;");
            let alt = attribute(&super::tokens::one_line(element.attr("alt").unwrap_or_default()));
            self.out.extend(["<img src=\"", &attribute(&address), "\" alt=\"", &alt, "\">"]);
        }
    }

    fn children(&mut self, element: ElementRef<'_>, depth: usize) {
        for node in element.children() {
            self.node(node, depth);
        }
    }

    fn node(&mut self, node: NodeRef<'_, Node>, depth: usize) {
        if let Node::Text(text) = node.value() {
            self.text(text);
        } else if let Some(element) = ElementRef::wrap(node) {
            self.element(element, depth + 1);
        }
    }

    /// Line ends are white space like any other.
    fn text(&mut self, text: &str) {
        let line = escape(text).replace(['\n', '\r', '\t'], " ");
        let line = if self.out.ends_with(' ') { line.trim_start_matches(' ') } else { &line };
        self.out.push_str(line);
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
