//! A line of text, taken apart, and how it is written into the tree.

use comrak::{
    Arena, Node as Tree,
    nodes::{NodeCode, NodeLink, NodeValue},
};

/// Something around text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    Emph,
    Strong,
    Strike,
    Link {
        url: String,
        title: String,
    },
    /// Of an element that Markdown has no sign for.
    Tag {
        open: String,
        name: String,
    },
}

/// A line of text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open(Mark),
    Close,
    Text(String),
    Code(String),
    Picture { url: String, alt: String, title: String },
    Break,
}

impl Token {
    fn is_seen(&self) -> bool {
        match self {
            Self::Text(text) => !text.trim().is_empty(),
            Self::Code(_) | Self::Picture { .. } => true,
            Self::Open(_) | Self::Close | Self::Break => false,
        }
    }
}

impl Mark {
    pub(super) fn as_tag(&self) -> Self {
        let name = match self {
            Self::Emph => "em",
            Self::Strong => "strong",
            _ => "del",
        };
        Self::Tag { open: format!("<{name}>"), name: name.to_owned() }
    }

    fn node(&self) -> Option<NodeValue> {
        match self {
            Self::Emph => Some(NodeValue::Emph),
            Self::Strong => Some(NodeValue::Strong),
            Self::Strike => Some(NodeValue::Strikethrough),
            Self::Link { url, title } => {
                Some(NodeValue::Link(Box::new(NodeLink { url: url.clone(), title: title.clone() })))
            }
            Self::Tag { .. } => None,
        }
    }
}

/// Writes a line into the tree. `lines`: it may have several; otherwise a break is an element.
pub(super) fn write<'a>(arena: &'a Arena<'a>, into: Tree<'a>, tokens: &[Token], lines: bool) {
    let node = |value: NodeValue| -> Tree<'a> { arena.alloc(value.into()) };
    // each with the tag that closes it, where it is one
    let mut open: Vec<(Tree<'a>, Option<String>)> = Vec::new();
    for token in tokens {
        let at = open.last().map_or(into, |(at, _)| *at);
        match token {
            Token::Open(mark) => match mark.node() {
                Some(value) => {
                    let inner = node(value);
                    at.append(inner);
                    open.push((inner, None));
                }
                None => {
                    let Mark::Tag { open: tag, name } = mark else { continue };
                    at.append(node(NodeValue::HtmlInline(tag.clone())));
                    open.push((at, Some(format!("</{name}>"))));
                }
            },
            Token::Close => {
                if let Some((at, Some(tag))) = open.pop() {
                    at.append(node(NodeValue::HtmlInline(tag)));
                }
            }
            Token::Text(text) => at.append(node(NodeValue::Text(text.clone().into()))),
            Token::Code(text) => {
                at.append(node(NodeValue::Code(NodeCode { num_backticks: 1, literal: text.clone() })));
            }
            Token::Picture { url, alt, title } => {
                let picture =
                    node(NodeValue::Image(Box::new(NodeLink { url: url.clone(), title: title.clone() })));
                if !alt.is_empty() {
                    picture.append(node(NodeValue::Text(alt.clone().into())));
                }
                at.append(picture);
            }
            Token::Break if lines => at.append(node(NodeValue::LineBreak)),
            Token::Break => at.append(node(NodeValue::HtmlInline("<br>".to_owned()))),
        }
    }
}

/// Two breaks outside of everything are a new paragraph.
pub(super) fn paragraphs(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for at in 0..tokens.len() {
        match tokens[at] {
            Token::Open(_) => depth += 1,
            Token::Close => depth -= 1,
            Token::Break if depth == 0 && tokens.get(at + 1) == Some(&Token::Break) => {
                parts.push(&tokens[start..at]);
                start = at + 2;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| part.iter().any(Token::is_seen));
    parts
}

pub(super) fn one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the sanitiser lets through.
pub(super) fn is_allowed(url: &str) -> bool {
    let scheme =
        url.split(['/', '?', '#']).next().unwrap_or_default().split_once(':').map(|(scheme, _)| scheme);
    scheme.is_none_or(|scheme| {
        ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}
