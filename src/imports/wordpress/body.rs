//! The text of a post, as HTML that means what it says: shortcodes become elements, blocks that only WordPress can fill
//! are told.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::LazyLock,
};

use regex::{Captures, Regex};

use crate::imports::model::Fate;

/// A file of the library.
#[derive(Debug, Clone)]
pub(super) struct Attachment {
    pub(super) url: String,
    pub(super) alt: String,
    pub(super) caption: String,
    /// The post that it was uploaded for.
    pub(super) parent: String,
}

/// Files by their number.
pub(super) type Attachments = BTreeMap<String, Attachment>;

/// A text, ready to be converted.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) html: String,
    /// It is of the older editor, where line ends are paragraphs.
    pub(super) line_breaks: bool,
    pub(super) notes: Vec<(Fate, String)>,
}

static SHARED: LazyLock<Regex> = LazyLock::new(|| regex(r#"<!-- wp:block \{"ref":\s*(\d+)[^>]*?/-->"#));
static FILLED: LazyLock<Regex> = LazyLock::new(|| regex(r"<!-- wp:([a-z0-9/-]+)(?:\s+\{[^\n]*?\})?\s*/-->"));
static NEXT_PAGE: LazyLock<Regex> = LazyLock::new(|| regex(r"<!--\s*nextpage\s*-->"));
static CAPTION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?s)\[(?:wp_)?caption([^\]]*)\](.*?)\[/(?:wp_)?caption\]"));
static PICTURE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?s)^\s*(<a\b[^>]*>\s*<img\b[^>]*>\s*</a>|<img\b[^>]*>)(.*)$"));
static GALLERY: LazyLock<Regex> = LazyLock::new(|| regex(r"\[gallery([^\]]*)\]"));
static EMBED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?s)\[embed[^\]]*\]\s*(.*?)\s*\[/embed\]"));
static SOUND: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?s)\[(audio|video)([^\]]*)\](?:.*?\[/(?:audio|video)\])?"));
static CODE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?s)\[(?:sourcecode|code)([^\]]*)\](.*?)\[/(?:sourcecode|code)\]"));
static SHORTCODE: LazyLock<Regex> = LazyLock::new(|| regex(r"\[(/?)([a-z][a-z0-9_-]{2,40})([^\]\[]*)\]"));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r#"https?://[^\s"'\]]+"#));

fn regex(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("a pattern of our own, compiled by a test")
}

/// Prepares the text of the post with this number.
pub(super) fn prepare(
    content: &str,
    id: &str,
    attachments: &Attachments,
    shared: &HashMap<&str, &str>,
) -> Prepared {
    let mut prepared = Prepared::default();
    let html = SHARED.replace_all(content, |found: &Captures<'_>| {
        shared.get(&found[1]).map_or_else(|| found[0].to_owned(), |text| (*text).to_owned())
    });
    prepared.line_breaks = !html.contains("<!-- wp:");
    for found in FILLED.captures_iter(&html) {
        let name = found[1].trim_start_matches("core/");
        if !matches!(name, "nextpage" | "more") {
            prepared.note(
                Fate::Left,
                format!("the block “{name}” is filled by WordPress itself: it is left out"),
            );
        }
    }
    if NEXT_PAGE.is_match(&html) {
        prepared.note(Fate::Changed, "its pages are one text now".to_owned());
    }
    // an empty line, so that what stands before and after it does not run together
    let html = NEXT_PAGE.replace_all(&html, "\n\n");
    prepared.html = shortcodes(&html, id, attachments, &mut prepared);
    prepared
}

impl Prepared {
    fn note(&mut self, fate: Fate, words: String) {
        if !self.notes.iter().any(|(_, known)| *known == words) {
            self.notes.push((fate, words));
        }
    }
}

fn shortcodes(html: &str, id: &str, attachments: &Attachments, told: &mut Prepared) -> String {
    let html = CODE.replace_all(html, |found: &Captures<'_>| {
        let language = attribute(&found[1], "language").or_else(|| attribute(&found[1], "lang"));
        let class =
            language.map(|language| format!(" class=\"language-{}\"", escape(&language))).unwrap_or_default();
        format!("\n\n<pre><code{class}>{}</code></pre>\n\n", found[2].trim_matches('\n').replace('<', "&lt;"))
    });
    let html = CAPTION.replace_all(&html, |found: &Captures<'_>| caption(&found[1], &found[2]));
    let html = GALLERY.replace_all(&html, |found: &Captures<'_>| gallery(&found[1], id, attachments));
    let html = EMBED.replace_all(&html, "\n\n$1\n\n");
    let html = SOUND.replace_all(&html, |found: &Captures<'_>| {
        let Some(address) = ADDRESS.find(&found[2]) else { return found[0].to_owned() };
        format!("\n\n<{0} controls src=\"{1}\"></{0}>\n\n", &found[1], escape(address.as_str()))
    });
    for found in SHORTCODE.captures_iter(&html) {
        let closing = format!("[/{}]", &found[2]);
        if found[3].contains('=') || !found[1].is_empty() || html.contains(&closing) {
            let words = format!("the shortcode [{}] stands in the text as it is", &found[2]);
            told.note(Fate::Left, words);
        }
    }
    html.into_owned()
}

/// A picture with words below it.
fn caption(attributes: &str, inner: &str) -> String {
    let Some(found) = PICTURE.captures(inner) else { return inner.to_owned() };
    let words = match attribute(attributes, "caption") {
        Some(words) => words,
        None => found[2].trim().to_owned(),
    };
    format!("\n\n<figure>{}<figcaption>{words}</figcaption></figure>\n\n", &found[1])
}

/// The pictures that are named, or else all that were uploaded for the post.
fn gallery(attributes: &str, id: &str, attachments: &Attachments) -> String {
    let named = attribute(attributes, "ids").or_else(|| attribute(attributes, "include"));
    let files: Vec<&Attachment> = match &named {
        Some(ids) => ids.split(',').filter_map(|id| attachments.get(id.trim())).collect(),
        None => {
            let mut own: Vec<_> = attachments.iter().filter(|(_, file)| file.parent == id).collect();
            own.sort_by_key(|(number, _)| number.parse::<u64>().unwrap_or(u64::MAX));
            own.into_iter().map(|(_, file)| file).collect()
        }
    };
    let mut html = "\n\n".to_owned();
    for file in files {
        // writing to a String cannot fail
        let _infallible = write!(
            html,
            "<figure><img src=\"{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>\n\n",
            escape(&file.url),
            escape(&file.alt),
            escape(&file.caption)
        );
    }
    html
}

/// `ids="1,2"`, with whatever quotes.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let start = attributes.find(&format!("{name}="))? + name.len() + 1;
    let rest = &attributes[start..];
    let quote = rest.chars().next()?;
    let value = if matches!(quote, '"' | '\'') {
        rest[1..].split(quote).next()?
    } else {
        rest.split_whitespace().next()?
    };
    Some(value.to_owned())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(content: &str) -> Prepared {
        let file = |url: &str, parent: &str| Attachment {
            url: url.to_owned(),
            alt: "Alt".to_owned(),
            caption: "Words".to_owned(),
            parent: parent.to_owned(),
        };
        let files = [("3", file("/3.png", "7")), ("4", file("/4.png", "9"))];
        let files = files.map(|(id, file)| (id.to_owned(), file)).into();
        prepare(content, "7", &files, &HashMap::from([("12", "<p>shared</p>")]))
    }

    #[test]
    fn every_pattern_compiles() {
        for pattern in [
            &SHARED, &FILLED, &NEXT_PAGE, &CAPTION, &PICTURE, &GALLERY, &EMBED, &SOUND, &CODE, &SHORTCODE,
            &ADDRESS,
        ] {
            assert!(!pattern.as_str().is_empty());
        }
    }

    #[test]
    fn shortcodes_become_elements_and_others_are_told() {
        let got = prepared(
            "[caption id=\"x\" width=\"9\"]<a href=\"/a\"><img src=\"/a.png\"></a> Some <em>words</em>[/caption][gallery][gallery ids=\"4\"]\
             [embed]https://v.example/1[/embed][video mp4=\"https://v.example/2.mp4\"][/video][code lang=\"rust\"]a < b[/code]\
             [contact-form to=\"x\"] [citation] needed",
        );
        for part in [
            "<figure><a href=\"/a\"><img src=\"/a.png\"></a><figcaption>Some <em>words</em></figcaption></figure>",
            "<img src=\"/3.png\" alt=\"Alt\"><figcaption>Words",
            "/4.png",
            "\n\nhttps://v.example/1\n\n",
            "<video controls src=\"https://v.example/2.mp4\"></video>",
            "<pre><code class=\"language-rust\">a &lt; b</code></pre>",
            "[citation] needed",
        ] {
            assert!(got.html.contains(part), "{part}\n{}", got.html);
        }
        assert!(got.line_breaks);
        assert_eq!(got.notes.len(), 1, "{:?}", got.notes);
    }

    #[test]
    fn blocks_that_wordpress_fills_are_told_and_shared_ones_are_put_in() {
        let got = prepared(
            "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!-- wp:block {\"ref\":12} /--><!-- wp:latest-posts {\"a\":{\"b\":1}} /--><!-- wp:nextpage --><!--nextpage--><!-- /wp:nextpage -->",
        );
        assert!(!got.line_breaks);
        assert!(got.html.contains("<p>shared</p>"), "{}", got.html);
        let told: Vec<&str> = got.notes.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            told,
            [
                "the block “latest-posts” is filled by WordPress itself: it is left out",
                "its pages are one text now"
            ]
        );
    }
}
