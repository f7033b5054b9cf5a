//! What stands in an element, as blocks: elements that are blocks themselves, and runs of text between them.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::Source;

/// A block.
#[derive(Debug)]
pub(super) enum Chunk<'d> {
    /// Text and what stands within lines: a paragraph.
    Run(Vec<Piece<'d>>),
    Element(ElementRef<'d>),
}

/// A part of a run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'d> {
    Text(&'d str),
    Element(ElementRef<'d>),
}

/// Deeper than anybody writes: there only words count.
pub(super) const DEEPEST: usize = 40;

/// The blocks of an element.
pub(super) fn chunks<'d>(parent: ElementRef<'d>, source: &Source<'_>) -> Vec<Chunk<'d>> {
    chunks_of(parent.children(), source)
}

/// The blocks of these nodes.
pub(super) fn chunks_of<'d>(
    nodes: impl Iterator<Item = NodeRef<'d, Node>>,
    source: &Source<'_>,
) -> Vec<Chunk<'d>> {
    let mut flow = Flow { source, chunks: Vec::new(), run: Vec::new() };
    flow.take(nodes, 0);
    flow.end_run();
    flow.chunks
}

/// How an element takes part in the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Within a line.
    Inline,
    /// Divides; only what is in it counts.
    Container,
    /// A block of its own.
    Block,
    /// Not shown at all.
    Hidden,
}

/// The part that an element plays here.
pub(super) fn role(element: ElementRef<'_>, keeps_html: bool) -> Role {
    match element.value().name() {
        "script" | "style" | "template" | "head" | "title" | "meta" | "link" | "base" | "noscript" => {
            Role::Hidden
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "pre" | "blockquote" | "hr" | "iframe"
        | "object" | "embed" => Role::Block,
        "table" | "dl" | "details" | "video" | "audio" if keeps_html => Role::Block,
        "figure" if is_captioned_picture(element) => Role::Block,
        "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "aside" | "center"
        | "form" | "fieldset" | "address" | "hgroup" | "figure" | "figcaption" | "li" | "table"
        | "caption" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "dl" | "dt" | "dd" | "details"
        | "summary" | "legend" | "dir" | "menu" => Role::Container,
        _ => Role::Inline,
    }
}

/// A figure with one picture and a caption of nothing but words.
fn is_captioned_picture(figure: ElementRef<'_>) -> bool {
    let elements = || figure.descendent_elements().skip(1);
    let count = |name: &str| elements().filter(|element| element.value().name() == name).count();
    let plain =
        |element: ElementRef<'_>| matches!(element.value().name(), "img" | "figcaption" | "br" | "div");
    let words_outside =
        figure.children().any(|node| node.value().as_text().is_some_and(|text| !text.trim().is_empty()));
    count("img") == 1 && count("figcaption") == 1 && elements().all(plain) && !words_outside
}

struct Flow<'s, 'd> {
    source: &'s Source<'s>,
    chunks: Vec<Chunk<'d>>,
    run: Vec<Piece<'d>>,
}

impl<'d> Flow<'_, 'd> {
    fn take(&mut self, nodes: impl Iterator<Item = NodeRef<'d, Node>>, depth: usize) {
        for node in nodes {
            if let Node::Text(text) = node.value() {
                self.text(text);
            } else if let Some(element) = ElementRef::wrap(node) {
                match role(element, self.source.keeps_html) {
                    Role::Inline | Role::Hidden => self.run.push(Piece::Element(element)),
                    Role::Block => {
                        self.end_run();
                        self.chunks.push(Chunk::Element(element));
                    }
                    Role::Container if depth >= DEEPEST => {
                        self.end_run();
                        self.run.extend(element.text().map(Piece::Text));
                        self.end_run();
                    }
                    Role::Container => {
                        self.end_run();
                        self.take(element.children(), depth + 1);
                        self.end_run();
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &'d str) {
        if !self.source.line_breaks {
            self.run.push(Piece::Text(text));
            return;
        }
        let mut start = 0;
        while let Some((from, to)) = empty_line(&text[start..]) {
            self.run.push(Piece::Text(&text[start..start + from]));
            self.end_run();
            start += to;
        }
        self.run.push(Piece::Text(&text[start..]));
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.iter().any(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty())) {
            self.chunks.push(Chunk::Run(run));
        }
    }
}

/// Where an empty line is: from the end of the line before it to the beginning of the one after it.
fn empty_line(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('\n') {
        let end = from + at;
        let rest = &text[end + 1..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if rest[..blank].contains('\n') {
            return Some((end, end + 1 + blank));
        }
        from = end + 1;
    }
    None
}
