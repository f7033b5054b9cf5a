//! What must not be in HTML, as html5ever reads it: faster than a browser, and for thousands of answers.

use scraper::{ElementRef, Html, Selector};
use url::Url;

const DEAD: [&str; 38] = [
    "applet",
    "area",
    "base",
    "bgsound",
    "canvas",
    "dialog",
    "embed",
    "fencedframe",
    "foreignObject",
    "frame",
    "frameset",
    "iframe",
    "image",
    "isindex",
    "keygen",
    "layer",
    "listing",
    "map",
    "marquee",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "param",
    "plaintext",
    "portal",
    "script",
    "set",
    "slot",
    "style",
    "svg",
    "template",
    "xml",
    "xmp",
    "custom-element",
    "xss",
    "animate",
];
/// Pages have them, texts do not.
const OURS: [&str; 11] =
    ["body", "button", "form", "head", "html", "link", "meta", "script", "select", "textarea", "title"];
const DEAD_ATTRIBUTES: [&str; 14] = [
    "attributionsrc",
    "background",
    "contenteditable",
    "formaction",
    "http-equiv",
    "is",
    "manifest",
    "nonce",
    "ping",
    "popover",
    "slot",
    "srcdoc",
    "style",
    "usemap",
];
const OUR_ATTRIBUTES: [&str; 4] = ["action", "autofocus", "name", "target"];
const ADDRESSES: [&str; 8] = ["action", "cite", "data", "href", "longdesc", "poster", "src", "xlink:href"];
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// What is wrong with a text that went through the sanitiser.
pub fn wrong_with_text(html: &str) -> Vec<String> {
    let fragment = Html::parse_fragment(html);
    let mut wrong = Vec::new();
    // the root is the parser's own
    for element in fragment.root_element().descendent_elements().skip(1) {
        check(element, &mut wrong);
        check_text(element, &mut wrong);
    }
    wrong
}

/// What is wrong with a whole page.
pub fn wrong_with_page(html: &str) -> Vec<String> {
    let prose = Selector::parse(".prose *").expect("css");
    let document = Html::parse_document(html);
    let mut wrong = Vec::new();
    for element in document.root_element().descendent_elements() {
        check(element, &mut wrong);
        let (name, action) = (element.value().name(), element.value().attr("action"));
        if name == "form"
            && !action.is_some_and(|action| action.starts_with('/') && !action.starts_with("//"))
        {
            wrong.push(element.html());
        }
    }
    for element in document.select(&prose) {
        check_text(element, &mut wrong);
    }
    wrong
}

fn check(element: ElementRef<'_>, wrong: &mut Vec<String>) {
    let name = element.value().name();
    let dead = DEAD.contains(&name) && !is_our_script(element);
    if dead || element.value().name.ns.as_ref() != "http://www.w3.org/1999/xhtml" {
        wrong.push(format!("<{name}>: {}", element.html()));
    }
    for (attribute, value) in element.value().attrs() {
        let dead = attribute.starts_with("on") || DEAD_ATTRIBUTES.contains(&attribute);
        let address = ADDRESSES.contains(&attribute) && !is_fine(value);
        let several = attribute == "srcset" && !value.split([',', ' ', '\t', '\n']).all(is_fine);
        if dead || address || several {
            wrong.push(format!("{attribute}: {}", element.html()));
        }
    }
}

/// One of our files, with nothing inside: pages may have it, and `check_text` refuses it in texts.
fn is_our_script(element: ElementRef<'_>) -> bool {
    let ours = element.value().attr("src").is_some_and(|src| src.starts_with("/static/js/"));
    element.value().name() == "script" && ours && element.inner_html().is_empty()
}

fn check_text(element: ElementRef<'_>, wrong: &mut Vec<String>) {
    let name = element.value().name();
    if OURS.contains(&name) || (name == "input" && element.value().attr("disabled").is_none()) {
        wrong.push(format!("<{name}> in a text: {}", element.html()));
    }
    for (attribute, value) in element.value().attrs() {
        let ours = attribute == "id" && (value.starts_with("q-") || value.starts_with("comment"));
        if ours || OUR_ATTRIBUTES.contains(&attribute) {
            wrong.push(format!("{attribute} in a text: {}", element.html()));
        }
    }
}

/// The URL Standard decides what a browser takes for a scheme.
fn is_fine(address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        // a path of ours, or what leads nowhere
        Err(_) => true,
    }
}
