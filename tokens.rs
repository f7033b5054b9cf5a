//! HTML as a row of tags and texts. The sanitiser writes HTML in one form only (quoted attributes, escaped text, no
//! comments), so a row of tokens is all that is needed to read it and to write it again.

use std::borrow::Cow;

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name …>`
    Open(Tag<'a>),
    /// `</name>`
    Close(&'a str),
    /// Text between tags, escaped as it stands in the source.
    Text(&'a str),
    /// A comment, a declaration.
    Other,
}

impl Token<'_> {
    /// True for the opening tag of such an element.
    pub(super) fn opens(&self, name: &str) -> bool {
        matches!(self, Self::Open(tag) if tag.name == name)
    }

    /// Writes it as it was.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Open(tag) => tag.write(out),
            Self::Close(name) => close(out, name),
            Self::Text(text) => out.push_str(text),
            Self::Other => {}
        }
    }
}

/// An opening tag. Values are decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Tag<'a> {
    /// An attribute's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(its, _)| *its == name).map(|(_, value)| value.as_ref())
    }

    /// Sets an attribute, in place where there is one already.
    pub(super) fn set(&mut self, name: &'a str, value: impl Into<Cow<'a, str>>) {
        match self.attributes.iter_mut().find(|(its, _)| *its == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((name, value.into())),
        }
    }

    /// Takes an attribute away.
    pub(super) fn remove(&mut self, name: &str) {
        self.attributes.retain(|(its, _)| *its != name);
    }

    /// True when the attribute `class` holds this name.
    pub(super) fn has_class(&self, name: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_whitespace().any(|class| class == name))
    }

    /// Writes it with every value quoted and escaped.
    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(out, value);
            out.push('"');
        }
        out.push('>');
    }
}

/// Reads HTML piece by piece. It never fails: what is no tag is text.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

/// All pieces of some HTML.
pub(super) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let after = self.rest.strip_prefix('<');
        let token = match after.map(|after| (after, after.bytes().next())) {
            None if self.rest.is_empty() => return None,
            Some((after, Some(b'/'))) if after[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let name = &after[1..][..name_length(&after[1..])];
                self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
                Token::Close(name)
            }
            Some((after, Some(first))) if first.is_ascii_alphabetic() => self.tag(after),
            Some((after, Some(b'!' | b'?'))) => {
                let end = if after.starts_with("!--") { "-->" } else { ">" };
                self.rest = after.split_once(end).map_or("", |(_, rest)| rest);
                Token::Other
            }
            _ => {
                let start = usize::from(after.is_some());
                let end = self.rest[start..].find('<').map_or(self.rest.len(), |end| start + end);
                Token::Text(self.take(end))
            }
        };
        Some(token)
    }
}

impl<'a> Tokens<'a> {
    /// The tag whose name begins here; quotes are honoured, so that `>` in a value does not end it.
    fn tag(&mut self, after: &'a str) -> Token<'a> {
        self.rest = after;
        let length = name_length(after);
        let mut tag = Tag { name: self.take(length), attributes: Vec::new() };
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if self.rest.is_empty() {
                return Token::Open(tag);
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Token::Open(tag);
            }
            let attribute = self.attribute();
            tag.attributes.push(attribute);
        }
    }

    fn attribute(&mut self) -> (&'a str, Cow<'a, str>) {
        // an equals sign at the beginning belongs to the name: https://html.spec.whatwg.org/#before-attribute-name-state
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        let length = self.rest[1..].char_indices().find(|(_, c)| ends(*c)).map_or(self.rest.len(), |(at, _)| at + 1);
        let name = self.take(length);
        let Some(value) = self.rest.trim_ascii_start().strip_prefix('=') else { return (name, "".into()) };
        self.rest = value.trim_ascii_start();
        for quote in ['"', '\''] {
            if let Some(value) = self.rest.strip_prefix(quote) {
                let (value, rest) = value.split_once(quote).unwrap_or((value, ""));
                self.rest = rest;
                return (name, unescape(value));
            }
        }
        let bare = self.rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(self.rest.len());
        (name, unescape(self.take(bare)))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

/// Writes a closing tag.
pub(super) fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Writes text for an element or for a quoted attribute.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// Reads the references that the sanitiser writes; others stay as they are.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    const REFERENCES: [(&str, &str); 5] =
        [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{a0}")];
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = REFERENCES.iter().find(|(reference, _)| rest.starts_with(reference));
        let (reference, meant) = known.copied().unwrap_or(("&", "&"));
        out.push_str(meant);
        rest = &rest[reference.len()..];
    }
    out.push_str(rest);
    out.into()
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for html in [
            "",
            "plain &amp; simple",
            "<p id=\"a\">x</p><br>\n<a title=\"a &gt; &quot;b&quot;\" href=\"/x?a=1&amp;b=2\">y</a>",
            "<td align=\"right\"></td>",
        ] {
            let mut out = String::new();
            tokens(html).for_each(|token| token.write(&mut out));
            assert_eq!(out, html);
        }
    }

    #[test]
    fn tags_are_found_as_a_browser_finds_them() {
        let names = |html: &str| -> Vec<String> {
            let names = tokens(html).filter_map(|token| match token {
                Token::Open(tag) => Some(tag.name.to_owned()),
                Token::Close(name) => Some(format!("/{name}")),
                _ => None,
            });
            names.collect()
        };
        assert_eq!(names("<b title='</b>'>x</b>"), ["b", "/b"]);
        assert_eq!(names("<b title=\"a>b\"/>1 < 2 <!-- <i> --><i =x>"), ["b", "i"]);
        assert_eq!(names("<a href=x>y<"), ["a"]);
        assert_eq!(names("<a"), ["a"]);
        assert_eq!(names("<a b='"), ["a"]);
        assert_eq!(names("</ä></p x>"), ["/p"]);
    }

    #[test]
    fn values_are_decoded_and_encoded() {
        let Some(Token::Open(mut tag)) = tokens("<a href=\"/?a&amp;lt;=1\" class=\"x y\">").next() else {
            panic!("a tag")
        };
        assert_eq!(tag.get("href"), Some("/?a&lt;=1"));
        assert!(tag.has_class("y") && !tag.has_class("z"));
        tag.set("href", "\"<>");
        tag.remove("class");
        let mut out = String::new();
        tag.write(&mut out);
        assert_eq!(out, "<a href=\"&quot;&lt;&gt;\">");
    }
}
