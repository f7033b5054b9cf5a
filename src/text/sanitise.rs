//! The allow-lists. Whatever is not named here does not reach a reader (OWASP XSS Prevention Cheat Sheet, rule "HTML
//! sanitisation").

use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use url::{ParseError, Url};

use super::{formatting, highlight, html::SafeHtml};

const SCHEMES: [&str; 3] = ["http", "https", "mailto"];
const REL: [&str; 9] =
    ["external", "noopener", "noreferrer", "nofollow", "ugc", "license", "me", "author", "tag"];

/// Elements that a post may hold; the text in others stays, the element goes.
const ELEMENTS: [&str; 71] = [
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

static POST: LazyLock<Builder<'static>> = LazyLock::new(post_rules);
static COMMENT: LazyLock<Builder<'static>> = LazyLock::new(comment_rules);

/// Cleans the HTML of a post: structure, pictures and tables; no scripts, frames, forms, styles or foreign elements.
pub(super) fn post(html: &str) -> SafeHtml {
    let clean = POST.clean(&formatting::bounded(html)).to_string();
    SafeHtml::sanitised(first_picture_at_once(clean))
}

/// The first picture is likely in sight when the page opens, so it does not wait for that. `<` in a text is always
/// escaped: what is found is a picture, or lies within an attribute, where it changes nothing.
fn first_picture_at_once(html: String) -> String {
    const LAZY: &str = " loading=\"lazy\"";
    let Some((before, from)) = html.split_once("<img ") else { return html };
    match from.split_once('>') {
        Some((picture, after)) if picture.contains(LAZY) => {
            format!("{before}<img {}>{after}", picture.replacen(LAZY, "", 1))
        }
        _ => html,
    }
}

/// Cleans the HTML of a comment: plain text with emphasis, code, quotes, lists and links.
pub(super) fn comment(html: &str) -> SafeHtml {
    SafeHtml::sanitised(COMMENT.clean(html).to_string())
}

/// True for an element that posts keep (`h1` becomes `h2`).
pub fn keeps_element(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "h1" || ELEMENTS.contains(&name.as_str())
}

fn post_rules() -> Builder<'static> {
    let mut rules = Builder::empty();
    rules
        .tags(set(&ELEMENTS))
        .clean_content_tags(set(&[
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "template",
            "noscript",
            "noembed",
            "noframes",
            "svg",
            "math",
            "xmp",
            "plaintext",
            "textarea",
            "select",
            "title",
            "head",
        ]))
        .generic_attributes(set(&["id", "lang", "dir", "title"]))
        .add_tag_attributes(
            "a",
            ["href", "rel", "aria-label", "aria-describedby", "data-footnote-ref", "data-footnote-backref"],
        )
        .add_tag_attributes("img", ["src", "srcset", "sizes", "alt", "width", "height", "decoding"])
        .add_tag_attributes("source", ["src", "srcset", "sizes", "type", "media"])
        .add_tag_attributes(
            "video",
            ["src", "poster", "width", "height", "controls", "loop", "muted", "preload"],
        )
        .add_tag_attributes("audio", ["src", "controls", "loop", "muted", "preload"])
        .add_tag_attributes("track", ["src", "kind", "srclang", "label"])
        .add_tag_attributes("ol", ["start", "reversed"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("td", ["colspan", "rowspan", "align"])
        .add_tag_attributes("th", ["colspan", "rowspan", "align", "scope"])
        .add_tag_attributes("col", ["span"])
        .add_tag_attributes("time", ["datetime"])
        .add_tag_attributes("progress", ["value", "max", "aria-label"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("blockquote", ["cite"])
        .add_tag_attributes("q", ["cite"])
        .add_tag_attributes("input", ["checked"])
        .add_tag_attributes("pre", ["tabindex"])
        .add_tag_attributes("code", ["data-lang"])
        .add_tag_attributes("div", ["tabindex", "role", "aria-label"])
        .add_tag_attributes("section", ["data-footnotes", "aria-label"])
        .set_tag_attribute_value("img", "loading", "lazy")
        // a task list's boxes only show: whatever input somebody writes becomes one of them
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "Task")
        .add_allowed_classes("a", ["anchor", "external", "footnote-backref"])
        .add_allowed_classes("div", ["table"])
        .add_allowed_classes("pre", ["code"])
        .add_allowed_classes("i", highlight::CLASS_NAMES.iter().copied())
        .add_allowed_classes("section", ["footnotes"])
        .add_allowed_classes("sup", ["footnote-ref"])
        .url_schemes(set(&SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(attribute);
    rules
}

fn comment_rules() -> Builder<'static> {
    let mut rules = Builder::empty();
    rules
        .tags(set(&["a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "strong", "ul"]))
        .clean_content_tags(set(&["script", "style"]))
        .add_tag_attributes("a", ["href"])
        .url_schemes(set(&SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    rules
}

fn attribute<'value>(element: &str, name: &str, value: &'value str) -> Option<Cow<'value, str>> {
    match (element, name) {
        // ids of the page itself; a post's own must not be taken for them
        (_, "id") if value.starts_with("q-") || value.starts_with("comment") => None,
        (_, "srcset") => is_safe_srcset(value).then_some(value.into()),
        (_, "cite") => is_safe_address(value).then_some(value.into()),
        ("a", "rel") => {
            let known: Vec<&str> = value.split_whitespace().filter(|token| REL.contains(token)).collect();
            Some(known.join(" ").into())
        }
        (_, "tabindex") => Some("0".into()),
        ("div", "role") => (value == "region").then_some(value.into()),
        _ => Some(value.into()),
    }
}

/// ammonia checks the scheme of `src` and `href`, but does not look into `srcset`: addresses with nothing behind them
/// but a width or a density.
fn is_safe_srcset(value: &str) -> bool {
    value.split(',').all(|candidate| {
        let mut words = candidate.split_whitespace();
        let address = words.next().unwrap_or_default();
        let descriptor =
            words.next().is_none_or(|word| word.ends_with(['w', 'x', 'h']) && !word.contains(':'));
        is_safe_address(address) && descriptor && words.next().is_none()
    })
}

/// ammonia takes `cite` for no address, and a feed reader may make a link of it.
fn is_safe_address(value: &str) -> bool {
    match Url::parse(value) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        Err(error) => error == ParseError::RelativeUrlWithoutBase,
    }
}

fn set(names: &[&'static str]) -> HashSet<&'static str> {
    names.iter().copied().collect()
}
