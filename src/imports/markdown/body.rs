//! The text below the front matter: what other programs write differently becomes plain Markdown, code excepted; what
//! cannot be taken over is told.

use std::{collections::HashMap, sync::LazyLock};

use regex::{Captures, Regex};

use crate::{imports::model::Fate, text::keeps_element};

static INLINE_PICTURE: LazyLock<Regex> = LazyLock::new(|| regex(r"(!\[[^\]]*\]\(\s*<?)([^)\s>]+)"));
/// A link to a picture; also the end of a picture whose words fill more than one line.
static LINKED_PICTURE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\]\(\s*<?)([^)\s>]+\.(?i:png|jpe?g|gif|webp|svg))"));
static HTML_LINK: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(<a\b[^>]*?\bhref\s*=\s*["']?)([^"'\s>]+\.(?i:png|jpe?g|gif|webp|svg))"#));
static PICTURE_DEFINITION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\s{0,3}\[[^\]]+\]:\s*<?)(\S+?\.(?i:png|jpe?g|gif|webp|svg|avif))\b"));
static HTML_PICTURE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(<img\b[^>]*?\bsrc\s*=\s*["']?)([^"'\s>]+)"#));
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| regex(r"<([a-zA-Z][a-zA-Z0-9-]*)(?:\s[^<>]*)?/?>"));
static STYLE: LazyLock<Regex> = LazyLock::new(|| regex(r"<[a-zA-Z][^<>]*\sstyle\s*="));
static NOSCRIPT: LazyLock<Regex> = LazyLock::new(|| regex(r"</?noscript>"));
static MORE: LazyLock<Regex> = LazyLock::new(|| regex(r"<!--\s*more\s*-->"));
static JEKYLL_HIGHLIGHT: LazyLock<Regex> = LazyLock::new(|| regex(r"\{%-?\s*highlight\s+(\S+).*?%\}"));
static JEKYLL_END: LazyLock<Regex> = LazyLock::new(|| regex(r"\{%-?\s*endhighlight\s*-?%\}"));
static FIGURE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"\{\{[<%]\s*figure\s+[^>]*?src="([^"]+)"[^>]*?[>%]\}\}"#));
static SHORTCODE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\{\{[<%].*?[>%]\}\}|\{\{\s*\w+\(.*?\)\s*\}\}|\{%-?\s*\w+.*?%\}"));
static INTERNAL_LINK: LazyLock<Regex> = LazyLock::new(|| regex(r"\]\(@/([^)#\s]+)"));
static CODE_SPAN: LazyLock<Regex> = LazyLock::new(|| regex(r"``[^`]+``|`[^`]+`"));

fn regex(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("a pattern of our own, compiled by a test")
}

/// A text in plain Markdown, with notes: line, fate, words.
#[derive(Debug, Default)]
pub(super) struct Converted {
    pub(super) text: String,
    pub(super) notes: Vec<(usize, Fate, String)>,
    /// References of pictures, with the line of the first one.
    pub(super) pictures: Vec<(String, usize)>,
}

/// Converts a text. `addresses`: where the files of this tree are found on the new blog.
pub(super) fn convert(body: &str, addresses: &HashMap<String, String>) -> Converted {
    let mut converted = Converted::default();
    let mut told = std::collections::HashSet::new();
    let mut tell = |notes: &mut Vec<(usize, Fate, String)>, line: usize, fate: Fate, words: String| {
        if told.insert(words.clone()) {
            notes.push((line, fate, words));
        }
    };
    for (number, line) in lines(body) {
        let mut notes = std::mem::take(&mut converted.notes);
        let text = match line {
            Line::Code(text) => text.to_owned(),
            Line::Text(text) => outside_spans(text, |part| {
                for (fate, words) in elements(part) {
                    tell(&mut notes, number, fate, words);
                }
                let (part, changes) = replaced(part, addresses);
                for (fate, words) in changes {
                    tell(&mut notes, number, fate, words);
                }
                for reference in references(&part) {
                    if !converted.pictures.iter().any(|(known, _)| *known == reference) {
                        converted.pictures.push((reference, number));
                    }
                }
                part
            }),
        };
        converted.notes = notes;
        converted.text.push_str(&text);
    }
    converted
}

/// Gives pictures their new addresses; code stays as it is.
pub(in crate::imports) fn rewrite_pictures(body: &str, addresses: &HashMap<String, String>) -> String {
    let address = |captures: &Captures<'_>| {
        let new = addresses.get(&captures[2]).map_or(&captures[2], |new| new.as_str());
        format!("{}{new}", &captures[1])
    };
    lines(body).fold(String::with_capacity(body.len()), |mut out, (_, line)| {
        match line {
            Line::Code(text) => out.push_str(text),
            Line::Text(text) => out.push_str(&outside_spans(text, |part| {
                let part = INLINE_PICTURE.replace_all(part, address);
                let part = LINKED_PICTURE.replace_all(&part, address);
                let part = HTML_PICTURE.replace_all(&part, address);
                let part = HTML_LINK.replace_all(&part, address).into_owned();
                PICTURE_DEFINITION.replace_all(&part, address).into_owned()
            })),
        }
        out
    })
}

enum Line<'a> {
    Code(&'a str),
    Text(&'a str),
}

/// The lines of a text with their numbers, fenced code told from the rest.
fn lines(body: &str) -> impl Iterator<Item = (usize, Line<'_>)> {
    let mut fence: Option<(char, usize)> = None;
    (1..).zip(body.split_inclusive('\n')).map(move |(number, line)| {
        let trimmed = line.trim_start_matches([' ', '>', '\t']);
        let marker = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = marker.map_or(0, |marker| trimmed.chars().take_while(|c| *c == marker).count());
        match (fence, marker) {
            (None, Some(marker)) if length >= 3 && !trimmed[length..].contains('`') => {
                fence = Some((marker, length));
                (number, Line::Code(line))
            }
            (Some((open, least)), Some(marker))
                if marker == open && length >= least && trimmed[length..].trim().is_empty() =>
            {
                fence = None;
                (number, Line::Code(line))
            }
            (Some(_), _) => (number, Line::Code(line)),
            (None, _) => (number, Line::Text(line)),
        }
    })
}

/// Applies `change` to what is not within backticks.
fn outside_spans(line: &str, mut change: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(line.len());
    let mut from = 0;
    for span in CODE_SPAN.find_iter(line) {
        out.push_str(&change(&line[from..span.start()]));
        out.push_str(span.as_str());
        from = span.end();
    }
    out.push_str(&change(&line[from..]));
    out
}

/// Elements and attributes that the renderer will not keep.
fn elements(part: &str) -> Vec<(Fate, String)> {
    let mut notes = Vec::new();
    for found in ELEMENT.captures_iter(part) {
        let name = found[1].to_ascii_lowercase();
        let known_html = matches!(
            name.as_str(),
            "script"
                | "style"
                | "iframe"
                | "object"
                | "embed"
                | "form"
                | "svg"
                | "math"
                | "center"
                | "font"
                | "button"
                | "link"
                | "meta"
                | "base"
                | "canvas"
                | "textarea"
                | "select"
                | "big"
                | "tt"
                | "nobr"
                | "header"
                | "footer"
                | "main"
                | "nav"
                | "label"
                | "template"
        );
        if known_html && !keeps_element(&name) {
            notes.push((
                Fate::Left,
                format!("the element <{name}> is not shown: posts hold no active or styling elements"),
            ));
        }
    }
    if STYLE.is_match(part) {
        notes.push((Fate::Changed, "style attributes are dropped: the look is the blog's own".to_owned()));
    }
    notes
}

fn replaced(part: &str, addresses: &HashMap<String, String>) -> (String, Vec<(Fate, String)>) {
    let mut notes = Vec::new();
    let mut note = |fate: Fate, words: &str| notes.push((fate, words.to_owned()));
    let mut text = part.to_owned();
    if MORE.is_match(&text) {
        text = MORE.replace_all(&text, "").into_owned();
    }
    if NOSCRIPT.is_match(&text) {
        text = NOSCRIPT.replace_all(&text, "").into_owned();
        note(Fate::Changed, "what stands in <noscript> is shown: the scripts beside it are not");
    }
    if JEKYLL_HIGHLIGHT.is_match(&text) || JEKYLL_END.is_match(&text) {
        text = JEKYLL_HIGHLIGHT.replace_all(&text, "```$1").into_owned();
        text = JEKYLL_END.replace_all(&text, "```").into_owned();
        note(Fate::Changed, "highlight blocks became fenced code");
    }
    if FIGURE.is_match(&text) {
        text = FIGURE.replace_all(&text, "![]($1)").into_owned();
        note(Fate::Changed, "figure shortcodes became pictures");
    }
    for link in INTERNAL_LINK.captures_iter(&text.clone()) {
        if let Some(address) = addresses.get(&link[1]) {
            text = text.replace(&format!("](@/{}", &link[1]), &format!("]({address}"));
        } else {
            note(Fate::Left, &format!("a link to @/{} leads nowhere: there is no such file", &link[1]));
        }
    }
    for shortcode in SHORTCODE.find_iter(&text) {
        note(Fate::Left, &format!("the shortcode {} stands in the text as it is", shortcode.as_str().trim()));
    }
    (text, notes)
}

fn references(part: &str) -> Vec<String> {
    let found = [&*INLINE_PICTURE, &*LINKED_PICTURE, &*HTML_PICTURE, &*HTML_LINK, &*PICTURE_DEFINITION];
    found
        .iter()
        .flat_map(|pattern| pattern.captures_iter(part).map(|captures| captures[2].to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [
            &INLINE_PICTURE,
            &LINKED_PICTURE,
            &HTML_LINK,
            &PICTURE_DEFINITION,
            &HTML_PICTURE,
            &ELEMENT,
            &STYLE,
            &NOSCRIPT,
            &MORE,
            &JEKYLL_HIGHLIGHT,
            &JEKYLL_END,
            &FIGURE,
            &SHORTCODE,
            &INTERNAL_LINK,
            &CODE_SPAN,
        ] {
            assert!(!pattern.as_str().is_empty());
        }
    }

    #[test]
    fn pictures_get_new_addresses_and_code_stays() {
        let body =
            "![a](x.png \"t\") `![b](x.png)`\n<img alt=c src=\"x.png\">\n```\n![d](x.png)\n```\n[e]: x.png\n";
        let new = HashMap::from([("x.png".to_owned(), "/media/1.png".to_owned())]);
        assert_eq!(
            rewrite_pictures(body, &new),
            "![a](/media/1.png \"t\") `![b](x.png)`\n<img alt=c src=\"/media/1.png\">\n```\n![d](x.png)\n```\n[e]: /media/1.png\n"
        );
        assert_eq!(convert(body, &HashMap::new()).pictures, [("x.png".to_owned(), 1)]);
    }

    #[test]
    fn other_programs_marks_become_markdown_or_are_told() {
        let addresses = HashMap::from([("a.md".to_owned(), "/posts/a".to_owned())]);
        let converted = convert(
            "[x](@/a.md#b) [y](@/gone.md)\n<!-- more -->\n{% highlight rust %}\nfn main() {}\n{% endhighlight %}\n\
             {{ youtube(id=\"1\") }}\n<script>x</script> <T> <p style=\"x\">\n{{< figure src=\"f.png\" >}}\n<noscript>n</noscript>",
            &addresses,
        );
        assert!(
            converted.text.starts_with("[x](/posts/a#b) [y](@/gone.md)\n\n```rust\n"),
            "{}",
            converted.text
        );
        assert!(converted.text.contains("![](f.png)\nn"), "{}", converted.text);
        let told: Vec<usize> = converted.notes.iter().map(|note| note.0).collect();
        assert_eq!(told, [1, 3, 6, 7, 7, 8, 9], "{:?}", converted.notes);
    }
}
