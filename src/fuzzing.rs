//! What must hold for any bytes at all: one function per fuzz target (`make fuzz`), which panics when it does not hold.
//! The tests replay every file of `fuzz/corpus` through the same functions.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use scraper::{Html, Selector};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{
    extract, imports,
    media::{self, Bounds, Kind},
    posts::{self, Search},
    text::{
        Slug,
        markdown::{self, Context, Picture},
    },
};

/// A post and a comment come out dead, the same every time, and not much larger than they went in.
pub fn markdown(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let base_url = Url::parse("https://blog.example").expect("a URL");
    let known = Picture { width: 8, height: 6, srcset: Some("/media/a-480.webp 480w".to_owned()) };
    let pictures = HashMap::from([("/media/a.png".to_owned(), known)]);
    let context = Context { base_url: &base_url, pictures: &pictures };

    let started = Instant::now();
    let post = markdown::post(&source, &context);
    let took = started.elapsed();
    let comment = markdown::comment(&source);

    assert_dead(post.html.as_str());
    assert_dead(&post.html.absolute(&base_url, "https://blog.example/posts/p"));
    assert_dead(comment.as_str());
    // a heading of two bytes becomes 120, a short reference may stand for a long address
    let bound = 300 * source.len() + 500_000;
    assert!(post.html.as_str().len() + comment.as_str().len() <= bound, "{} bytes", post.html.as_str().len());
    assert!(post.excerpt.chars().count() <= 280 && post.reading_minutes >= 1);
    assert!(post.toc.iter().all(|heading| (2..=3).contains(&heading.level) && !heading.id.is_empty()));
    // what takes long may lose the colours of its code on the way
    if took < Duration::from_millis(200) {
        assert_eq!(post.html, markdown::post(&source, &context).html, "rendered twice");
    }
}

/// The front matter of an imported file is taken apart or refused in one line; it is neither deep nor larger than it
/// was written.
pub fn front_matter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match imports::split_front_matter(&text) {
        Ok(document) => {
            assert!(text.ends_with(document.body));
            let above = &text[..text.len() - document.body.len()];
            assert!(document.lines_above <= above.lines().count(), "{} lines", document.lines_above);
            let fields = Value::Object(document.fields.clone());
            assert!(depth(&fields) <= 130, "{} deep", depth(&fields));
            // a number of few digits may be a long one, a word may be repeated by reference
            assert!(
                fields.to_string().len() <= 64 * text.len() + 100_000,
                "{} bytes",
                fields.to_string().len()
            );
            for name in document.fields.keys() {
                document.text(&[name]);
                document.texts(&[name]);
                document.flag(name);
                document.date(&[name]);
            }
        }
        Err(broken) => {
            // a lone carriage return ends a line in YAML
            let lines = text.matches(['\n', '\r']).count();
            assert!((1..=lines + 3).contains(&broken.line), "line {}", broken.line);
            assert!(!broken.reason.contains('\n') && broken.reason.chars().count() <= 200);
        }
    }
}

/// A form's fields survive being sent again, in their order; a typed form is made of them or refused.
pub fn form(bytes: &[u8]) {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Form {
        text: String,
        list: Vec<String>,
        flag: bool,
        number: Option<i64>,
    }

    let Ok(pairs) = extract::urlencoded(bytes) else { return };
    let sent = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    assert_eq!(extract::urlencoded(sent.as_bytes()).expect("text stays text"), pairs);
    assert_eq!(extract::from_pairs::<Vec<(String, String)>>(&pairs).expect("pairs are pairs"), pairs);
    assert!(pairs.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0')));
    if let Ok(form) = extract::from_pairs::<Form>(&pairs) {
        assert_eq!(form.list.len(), pairs.iter().filter(|(name, _)| name == "list").count());
    }
}

/// Every title gets an address, and keeps it; suffixes and cuts leave it one.
pub fn slug(bytes: &[u8]) {
    let title = String::from_utf8_lossy(bytes);
    let slug = Slug::propose(&title);
    assert_eq!(Slug::parse(slug.as_str()).as_ref(), Some(&slug));
    assert_eq!(Slug::propose(slug.as_str()), slug);

    let number =
        bytes.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let given = Slug::parse(&title).unwrap_or(slug);
    let suffixed = given.with_suffix(number);
    assert!(Slug::parse(suffixed.as_str()).is_some() && suffixed != given, "{suffixed}");
    let shortened = given.shortened(1 + number % 96);
    assert!(Slug::parse(shortened.as_str()).is_some(), "{given} became {shortened}");
    assert!(shortened.as_str().len() <= 1 + number % 96 && given.as_str().starts_with(shortened.as_str()));
}

/// What somebody searches for is one short line, and searching for that line again changes nothing.
pub fn search(bytes: &[u8]) {
    let words =
        |pairs: &[(String, String)]| extract::from_pairs::<Search>(pairs).map(|search| search.words());
    let Ok(pairs) = extract::urlencoded(bytes) else { return };
    let Ok(found) = words(&pairs) else { return };
    assert!(found.chars().count() <= posts::LONGEST_SEARCH);
    assert!(!found.chars().any(char::is_control) && found.trim() == found, "{found:?}");
    assert_eq!(words(&[("q".to_owned(), found.clone())]).expect("a line"), found);
}

/// An uploaded file is refused, or becomes a picture of the same kind within the bounds; a drawing comes out with
/// nothing active, and as it is when cleaned again.
pub fn picture(bytes: &[u8]) {
    // small ones find the same as large ones, sooner
    let bounds = Bounds { bytes: 1 << 20, side: 512, pixels: 40_000, animation: 120_000, memory: 1 << 20 };
    let cleaned = |bytes: &[u8]| media::clean(&bytes.to_vec().into(), bounds);
    let Ok(clean) = cleaned(bytes) else { return };
    assert!(clean.width >= 1 && clean.height >= 1);
    if clean.kind == Kind::Svg {
        let drawing = String::from_utf8(clean.bytes.clone()).expect("text");
        assert_dead_drawing(&drawing);
        let again = cleaned(&clean.bytes).expect("a drawing still");
        assert_eq!(String::from_utf8_lossy(&again.bytes), drawing, "cleaned twice");
    } else if clean.kind == Kind::Avif {
        let again = cleaned(&clean.bytes).expect("a picture still");
        assert_eq!(again.bytes, clean.bytes, "cleaned twice");
    } else {
        assert!(i64::from(clean.width) * i64::from(clean.height) <= 40_000);
        let again = image::load_from_memory(&clean.bytes).expect("a picture still");
        assert_eq!(
            (again.width(), again.height()),
            (clean.width.unsigned_abs(), clean.height.unsigned_abs())
        );
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Elements that run, load, submit or leave HTML.
const ACTIVE: [&str; 22] = [
    "script",
    "style",
    "iframe",
    "frame",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "button",
    "base",
    "meta",
    "link",
    "template",
    "noscript",
    "select",
    "textarea",
    "foreignobject",
    "animate",
    "set",
    "image",
    "portal",
];

/// As a browser reads it, and as it would read what it made of it.
fn assert_dead(html: &str) {
    let page = Html::parse_fragment(html);
    assert_dead_tree(&page, html);
    assert_dead_tree(&Html::parse_fragment(&page.root_element().inner_html()), html);
}

fn assert_dead_tree(page: &Html, source: &str) {
    for element in page.select(&Selector::parse("*").expect("css")) {
        let name = element.value().name().to_ascii_lowercase();
        assert!(!ACTIVE.contains(&name.as_str()), "<{name}> in {source}");
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on") && attribute != "style", "{attribute} in {source}");
            assert!(!["autofocus", "autoplay", "srcdoc", "formaction"].contains(&attribute), "{source}");
            if ["href", "src", "poster", "cite", "action", "data", "xlink:href"].contains(&attribute) {
                assert!(is_dead_address(value), "{attribute}={value:?} in {source}");
            }
            if attribute == "srcset" {
                // white space ends an address here
                let mut all = value.split(',').filter_map(|one| one.split_whitespace().next());
                assert!(all.all(is_dead_address), "{attribute}={value:?} in {source}");
            }
        }
    }
}

/// Without a scheme, or with one that only leads somewhere. Browsers skip control characters and white space in it.
fn is_dead_address(value: &str) -> bool {
    let value: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let Some((scheme, _)) = value.split_once(':') else { return true };
    let names_a_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    !names_a_scheme || ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str())
}

/// Whether it is read as XML (as it is served) or as HTML.
fn assert_dead_drawing(drawing: &str) {
    let page = Html::parse_fragment(drawing);
    for element in page.select(&Selector::parse("svg, svg *").expect("css")) {
        let name = element.value().name().to_ascii_lowercase();
        let active = (ACTIVE.contains(&name.as_str()) && name != "svg" && name != "style")
            || ["a", "animatemotion", "animatetransform", "handler", "listener"].contains(&name.as_str());
        assert!(!active, "<{name}> in {drawing}");
        for (attribute, value) in element.value().attrs() {
            let local = attribute.rsplit(':').next().unwrap_or_default();
            assert!(!local.starts_with("on"), "{attribute} in {drawing}");
            assert!(local != "href" || value.starts_with('#'), "{attribute}={value:?} in {drawing}");
            let is_name = local == "href" || attribute.starts_with("xmlns");
            assert!(is_name || stays_inside(value), "{attribute}={value:?} in {drawing}");
        }
        if name == "style" {
            // the style sheet of an SVG is the text of the element itself, joined
            assert!(stays_inside(&element.text().collect::<String>()), "style in {drawing}");
        }
    }
}

/// Style that loads nothing, however it is spelled.
fn stays_inside(css: &str) -> bool {
    let css: String = css.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let loads = ["@import", "image-set(", "image(", "src(", "javascript:", "expression(", "\\"];
    let inside = |(at, _): (usize, &str)| css[at + 4..].trim_start_matches(['"', '\'']).starts_with('#');
    css.match_indices("url(").all(inside) && !loads.iter().any(|way| css.contains(way))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    type Target = (&'static str, fn(&[u8]));

    const TARGETS: [Target; 6] = [
        ("markdown", markdown),
        ("front_matter", front_matter),
        ("form", form),
        ("slug", slug),
        ("search", search),
        ("picture", picture),
    ];

    #[test]
    fn whatever_was_once_found_stays_mended() {
        for (target, holds) in TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
            let mut files = 0;
            for entry in fs::read_dir(&folder).expect("a folder for each target").flatten() {
                let bytes = fs::read(entry.path()).expect("read");
                let held = std::panic::catch_unwind(|| holds(&bytes));
                assert!(held.is_ok(), "{}", entry.path().display());
                files += 1;
            }
            assert!(files > 0, "no corpus for {target}");
        }
    }
}
