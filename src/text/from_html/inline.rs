//! Text within lines: white space falls together, and stands outside of emphasis.

use scraper::{ElementRef, Node};

use super::{
    Remark, Source,
    flow::{DEEPEST, Piece, Role, role},
    raw, remark,
    tokens::{Mark, Token, is_allowed, one_line},
};
use crate::text::keeps_element;

/// Reads pieces of a run.
pub(super) struct Reader<'s, 'r> {
    source: &'s Source<'s>,
    remarks: &'r mut Vec<Remark>,
    /// Emphasis is written as HTML.
    tags: bool,
    tokens: Vec<Token>,
    /// Marks that are open, and how many of them wait for their first word.
    open: Vec<Mark>,
    waiting: usize,
    gap: Gap,
}

/// What stands between the last word and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Breaks(usize),
}

impl<'s, 'r> Reader<'s, 'r> {
    pub(super) fn new(source: &'s Source<'s>, tags: bool, remarks: &'r mut Vec<Remark>) -> Self {
        Self { source, remarks, tags, tokens: Vec::new(), open: Vec::new(), waiting: 0, gap: Gap::None }
    }

    /// The line, without white space at its ends.
    pub(super) fn read(mut self, pieces: &[Piece<'_>]) -> Vec<Token> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.text(text),
                Piece::Element(element) => self.element(*element, 0),
            }
        }
        self.tokens
    }

    fn children(&mut self, element: ElementRef<'_>, depth: usize) {
        if depth > DEEPEST {
            for text in element.text() {
                self.text(text);
            }
            return;
        }
        for node in element.children() {
            if let Node::Text(text) = node.value() {
                self.text(text);
            } else if let Some(element) = ElementRef::wrap(node) {
                self.element(element, depth + 1);
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>, depth: usize) {
        let name = element.value().name();
        match name {
            "br" => self.widen(Gap::Breaks(1)),
            "b" | "strong" => self.marked(Mark::Strong, element, depth),
            "i" | "em" => self.marked(Mark::Emph, element, depth),
            "s" | "strike" | "del" => self.marked(Mark::Strike, element, depth),
            "a" => self.link(element, depth),
            "img" => self.picture(element),
            "code" | "tt" => self.code(element),
            "input" | "button" | "select" | "textarea" => {
                self.left("form fields are left out");
                if name == "button" {
                    self.children(element, depth);
                }
            }
            "iframe" | "object" | "embed" => self.frame(element),
            "svg" | "math" | "canvas" | "map" => self.left("a drawing within the text is left out"),
            "script" => self.left("a script is left out: posts hold nothing active"),
            "style" => self.left("a style sheet is left out: the look is the blog's own"),
            "wbr" | "source" | "track" | "param" => {}
            "noscript" => self.left("what is meant for browsers without scripts is left out"),
            _ => match role(element, self.source.keeps_html) {
                Role::Hidden => {}
                // a block within a line: on a line of its own
                Role::Block | Role::Container => {
                    self.widen(Gap::Breaks(1));
                    self.children(element, depth);
                    self.widen(Gap::Breaks(1));
                }
                Role::Inline => match self.tag(element) {
                    Some(mark) => self.marked(mark, element, depth),
                    None => self.children(element, depth),
                },
            },
        }
    }

    fn tag(&self, element: ElementRef<'_>) -> Option<Mark> {
        let name = element.value().name();
        let says_something = keeps_element(name) && !matches!(name, "span" | "picture" | "input");
        (says_something && self.source.keeps_html)
            .then(|| Mark::Tag { open: raw::open_tag(element, self.source), name: name.to_owned() })
    }

    fn marked(&mut self, mark: Mark, element: ElementRef<'_>, depth: usize) {
        let mark = match mark {
            Mark::Tag { .. } | Mark::Link { .. } => mark,
            mark if self.tags && self.source.keeps_html => mark.as_tag(),
            mark => mark,
        };
        if self.open.contains(&mark) {
            self.children(element, depth);
            return;
        }
        self.open.push(mark);
        self.waiting += 1;
        self.children(element, depth);
        self.close();
    }

    fn close(&mut self) {
        self.open.pop();
        if self.waiting > 0 {
            // nothing was in it
            self.waiting -= 1;
        } else {
            self.tokens.push(Token::Close);
        }
    }

    fn link(&mut self, element: ElementRef<'_>, depth: usize) {
        let Some(href) = element.attr("href").map(str::trim).filter(|href| !href.is_empty()) else {
            self.children(element, depth);
            return;
        };
        let url = raw::new_address(href, self.source);
        let title = one_line(element.attr("title").unwrap_or_default());
        if is_allowed(&url) {
            self.marked(Mark::Link { url, title }, element, depth);
        } else {
            self.left("a link that runs a script, or leads to a kind of address that posts do not link to, is left out");
            self.children(element, depth);
        }
    }

    fn picture(&mut self, element: ElementRef<'_>) {
        let Some(src) = raw::picture_address(element) else { return };
        let url = raw::new_address(&src, self.source);
        if !is_allowed(&url) {
            self.left("a picture that lies within the text itself (data:) is left out");
            return;
        }
        let alt = one_line(element.attr("alt").unwrap_or_default());
        self.put(Token::Picture { url, alt, title: String::new() });
    }

    fn code(&mut self, element: ElementRef<'_>) {
        let text: String = element.text().collect();
        let text = one_line(&text);
        if !text.is_empty() {
            self.put(Token::Code(text));
        }
    }

    fn frame(&mut self, element: ElementRef<'_>) {
        let address = element.attr("src").or(element.attr("data")).unwrap_or_default().trim().to_owned();
        let url = if address.starts_with("//") { format!("https:{address}") } else { address };
        if url.is_empty() || !is_allowed(&url) {
            self.left("an embedded frame is left out");
            return;
        }
        remark(self.remarks, Remark::Changed(format!("what was embedded from {url} is a link now")));
        self.open.push(Mark::Link { url: url.clone(), title: String::new() });
        self.waiting += 1;
        self.put(Token::Text(url));
        self.close();
    }

    fn left(&mut self, words: &str) {
        remark(self.remarks, Remark::Left(words.to_owned()));
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.len() - rest.trim_start_matches(|c: char| !c.is_ascii_whitespace()).len();
            if word > 0 {
                self.linked_word(&rest[..word]);
                rest = &rest[word..];
                continue;
            }
            let blank = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
            let breaks = self.source.line_breaks && rest[..blank].contains('\n');
            self.widen(if breaks { Gap::Breaks(1) } else { Gap::Space });
            rest = &rest[blank..];
        }
    }

    /// A bare address becomes a link anyway when it is shown; one with signs of Markdown in it must be one here, so that
    /// they are not marked.
    fn linked_word(&mut self, word: &str) {
        let start = ["https://", "http://", "www."].iter().filter_map(|scheme| word.find(scheme)).min();
        let in_link = self.open.iter().any(|mark| matches!(mark, Mark::Link { .. }));
        let Some(start) = start.filter(|_| !in_link) else { return self.word(word) };
        let address = &word[start..];
        // `&copy;` would be a sign of its own there
        let ends = |c: char| matches!(c, '<' | '>' | '`' | '\\' | '"') || (c == '&' && address.contains(';'));
        let end = address.find(ends).unwrap_or(address.len());
        let address =
            address[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*', '_', '~', ']']);
        if !address.contains(['*', '_', '[', ']', '#', '~', '!', '@', '&']) {
            return self.word(word);
        }
        self.word(&word[..start]);
        let url = if address.starts_with("www.") { format!("http://{address}") } else { address.to_owned() };
        self.open.push(Mark::Link { url, title: String::new() });
        self.waiting += 1;
        self.put(Token::Text(address.to_owned()));
        self.close();
        self.linked_word(&word[start + address.len()..]);
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.gap == Gap::None
            && self.waiting == 0
            && let Some(Token::Text(text)) = self.tokens.last_mut()
        {
            text.push_str(word);
            return;
        }
        self.put(Token::Text(word.to_owned()));
    }

    fn widen(&mut self, by: Gap) {
        if self.tokens.is_empty() {
            return;
        }
        self.gap = match (self.gap, by) {
            (Gap::Breaks(n), Gap::Breaks(more)) => Gap::Breaks(n + more),
            (Gap::Breaks(n), _) => Gap::Breaks(n),
            (_, by) => by,
        };
    }

    /// White space first, then what opens, then the word.
    fn put(&mut self, token: Token) {
        match std::mem::replace(&mut self.gap, Gap::None) {
            Gap::None => {}
            Gap::Space => self.space(),
            Gap::Breaks(n) => self.tokens.extend(std::iter::repeat_n(Token::Break, n.min(2))),
        }
        let first = self.open.len() - self.waiting;
        for mark in self.open.split_off(first) {
            // `**a****b**`: one, not two
            if self.closed_last() == Some(&mark) {
                self.tokens.pop();
            } else {
                self.tokens.push(Token::Open(mark.clone()));
            }
            self.open.push(mark);
        }
        self.waiting = 0;
        match (self.tokens.last_mut(), token) {
            (Some(Token::Text(text)), Token::Text(more)) => text.push_str(&more),
            (_, token) => self.tokens.push(token),
        }
    }

    fn space(&mut self) {
        match self.tokens.last_mut() {
            Some(Token::Text(text)) => text.push(' '),
            _ => self.tokens.push(Token::Text(" ".to_owned())),
        }
    }

    /// The mark of emphasis that the last token closes.
    fn closed_last(&self) -> Option<&Mark> {
        let mut depth = 0;
        if self.tokens.last() != Some(&Token::Close) {
            return None;
        }
        for token in self.tokens.iter().rev() {
            match token {
                Token::Close => depth += 1,
                Token::Open(mark) if depth == 1 => {
                    return Some(mark).filter(|mark| !matches!(mark, Mark::Link { .. } | Mark::Tag { .. }));
                }
                Token::Open(_) => depth -= 1,
                _ => {}
            }
        }
        None
    }
}
