//! Vector drawings: an allow-list of elements and attributes, written out anew. Scripts, foreign objects, animations,
//! references to anywhere else and entities do not come through; and the file is served in a sandbox besides.

use quick_xml::{
    Reader, Writer, XmlVersion,
    events::{BytesRef, BytesStart, BytesText, Event},
};

use super::{Clean, Kind, Refusal, sized};

const MAX_BYTES: usize = 5 * 1024 * 1024;
const MAX_DEPTH: usize = 64;
/// Each is compared with all before it; drawing programs write a dozen.
const MAX_ATTRIBUTES: usize = 100;

const ELEMENTS: &[&str] = &[
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "marker",
    "style",
    "switch",
    "filter",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feOffset",
    "feTurbulence",
    "feMorphology",
];

/// Begins like XML or SVG, within its first kilobyte.
pub(super) fn looks_like_one(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    (head.starts_with("<?xml")
        || head.starts_with("<svg")
        || head.starts_with("<!--")
        || head.starts_with("<!DOCTYPE svg"))
        && head.contains("<svg")
}

/// The cleaned drawing.
pub(super) fn clean(bytes: &[u8]) -> Result<Clean, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooManyBytes(MAX_BYTES >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Damaged)?;
    if text.contains(is_outside_xml) {
        return Err(Refusal::Damaged);
    }
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = true;
    let mut cleaner = Cleaner::default();
    while cleaner.take(reader.read_event().map_err(|_| Refusal::Damaged)?)? {}
    let size = cleaner.size.ok_or(Refusal::Damaged)?;
    sized(Kind::Svg, cleaner.writer.into_inner(), size)
}

struct Cleaner {
    writer: Writer<Vec<u8>>,
    /// Open elements; `None` once something was dropped above.
    depth: usize,
    /// Depth at which a dropped element was opened.
    dropped_at: Option<usize>,
    /// The style sheet whose element is open. It counts as a whole: it may come in pieces, around comments.
    style: Option<String>,
    size: Option<(u32, u32)>,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self { writer: Writer::new(Vec::new()), depth: 0, dropped_at: None, style: None, size: None }
    }
}

impl Cleaner {
    /// Takes one event; false at the end of the file.
    fn take(&mut self, event: Event<'_>) -> Result<bool, Refusal> {
        match event {
            Event::Eof if self.depth == 0 => return Ok(false),
            Event::Eof => return Err(Refusal::Damaged),
            Event::Start(element) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(Refusal::Damaged);
                }
                if self.dropped_at.is_none() {
                    match self.cleaned(&element)? {
                        Some(clean) => {
                            self.style = (clean.name().as_ref() == "style").then(String::new);
                            self.write(Event::Start(clean))?;
                        }
                        None => self.dropped_at = Some(self.depth),
                    }
                }
            }
            Event::End(element) => {
                if self.dropped_at.is_none() {
                    if let Some(css) = self.style.take().filter(|css| is_safe_css(css)) {
                        self.write(Event::Text(BytesText::new(&css)))?;
                    }
                    self.write(Event::End(element))?;
                }
                if self.dropped_at == Some(self.depth) {
                    self.dropped_at = None;
                }
                self.depth = self.depth.checked_sub(1).ok_or(Refusal::Damaged)?;
            }
            Event::Empty(element) if self.dropped_at.is_none() => {
                if let Some(clean) = self.cleaned(&element)? {
                    self.write(Event::Empty(clean))?;
                }
            }
            Event::Text(text) if self.keeps_text() => match &mut self.style {
                Some(css) => css.push_str(&text),
                None => self.write(Event::Text(text))?,
            },
            Event::CData(text) if self.keeps_text() => match &mut self.style {
                Some(css) => css.push_str(&text),
                None => self.write(Event::CData(text))?,
            },
            Event::GeneralRef(name) if self.keeps_text() => match (&mut self.style, meant(&name)) {
                (_, None) => {}
                (Some(css), Some(c)) => css.push(c),
                (None, Some(_)) => self.write(Event::GeneralRef(name))?,
            },
            _ => {}
        }
        Ok(true)
    }

    fn keeps_text(&self) -> bool {
        self.dropped_at.is_none() && self.depth > 0
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        self.writer.write_event(event).map_err(|_| Refusal::Damaged)
    }

    /// The element with the attributes that may stay; `None` when it must go.
    fn cleaned(&mut self, element: &BytesStart<'_>) -> Result<Option<BytesStart<'static>>, Refusal> {
        let name = element.name().into_inner().to_owned();
        if !ELEMENTS.contains(&name.as_str()) || self.style.is_some() {
            return Ok(None);
        }
        let mut clean = BytesStart::new(name.clone());
        let mut attributes = Vec::new();
        for (read, attribute) in element.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Refusal::Damaged)?;
            if read == MAX_ATTRIBUTES {
                return Err(Refusal::Damaged);
            }
            let key = attribute.key.into_inner().to_owned();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| Refusal::Damaged)?
                .into_owned();
            if is_safe(&key, &value) {
                attributes.push((key, value));
            }
        }
        for (key, value) in &attributes {
            clean.push_attribute((key.as_str(), value.as_str()));
        }
        if self.size.is_none() {
            if name != "svg" {
                return Err(Refusal::Unknown);
            }
            self.size = Some(size(&attributes));
        }
        Ok(Some(clean))
    }
}

/// The character behind one of the five entities that XML itself has, or behind a number.
fn meant(name: &BytesRef<'_>) -> Option<char> {
    match name.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten().filter(|c| !is_outside_xml(*c)),
    }
}

fn is_safe(key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let local = key.rsplit(':').next().unwrap_or_default();
    let is_name = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    match key.as_str() {
        _ if !is_name || value.contains(is_outside_xml) => false,
        "xmlns" => value == "http://www.w3.org/2000/svg",
        "xmlns:xlink" => value == "http://www.w3.org/1999/xlink",
        _ if local == "href" => value.starts_with('#'),
        _ if key.contains(':') => key == "xml:space" || key == "xml:lang",
        _ if local.starts_with("on") => false,
        _ => is_safe_css(value),
    }
}

/// No browser shows a file that holds one of these.
fn is_outside_xml(c: char) -> bool {
    c < ' ' && !matches!(c, '\n' | '\r' | '\t')
}

/// Style that refers to nothing outside the drawing.
fn is_safe_css(css: &str) -> bool {
    let css: String = css.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let foreign_url = css.match_indices("url(").any(|(at, _)| {
        let target = css[at + 4..].trim_start_matches(['"', '\'']);
        !target.starts_with('#')
    });
    // some take an address without `url`
    let others = ["@import", "image(", "image-set(", "src(", "javascript:", "expression(", "\\"];
    !foreign_url && !others.iter().any(|way| css.contains(way))
}

/// From width and height, or else from the view box.
fn size(attributes: &[(String, String)]) -> (u32, u32) {
    let find = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let length = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok().filter(|n| *n >= 1.0);
    let view_box: Vec<f64> = find("viewBox")
        .map(|text| text.split([' ', ',']).filter_map(|part| part.parse().ok()).collect())
        .unwrap_or_default();
    let from_box = |at: usize| view_box.get(at).copied().filter(|n| *n >= 1.0);
    let width = find("width").and_then(length).or_else(|| from_box(2)).unwrap_or(300.0);
    let height = find("height").and_then(length).or_else(|| from_box(3)).unwrap_or(150.0);
    (pixels(width), pixels(height))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a small positive range"
)]
fn pixels(length: f64) -> u32 {
    length.round().clamp(1.0, 12_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(inner: &str) -> String {
        let svg = format!(
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 30\">{inner}</svg>"
        );
        let clean = clean(svg.as_bytes()).expect("taken");
        assert_eq!((clean.width, clean.height), (40, 30));
        String::from_utf8(clean.bytes).expect("text")
    }

    #[test]
    fn class_07_a_drawing_stays_and_everything_active_goes() {
        let out = cleaned(
            "<script>alert(1)</script><rect onclick=\"alert(1)\" width=\"4\" fill=\"url(#a)\"/>\
             <foreignObject><p>x</p></foreignObject><use href=\"//e.example/x.svg#a\"/><use href=\"#a\"/>\
             <image href=\"http://e.example/x.png\"/><set attributeName=\"href\" to=\"javascript:alert(1)\"/>\
             <style>a { fill: url(http://e.example) }</style><style>.b { fill: red }</style>\
             <rect style=\"fill:url('//e.example')\"/><text>a &lt; b &amp; c</text><a href=\"javascript:alert(1)\"><text>x</text></a>",
        );
        for gone in [
            "script",
            "alert",
            "onclick",
            "foreignObject",
            "e.example",
            "<set",
            "<image",
            "<a ",
            "javascript",
        ] {
            assert!(!out.contains(gone), "{gone} in {out}");
        }
        for kept in ["fill=\"url(#a)\"", "<use href=\"#a\"/>", ".b { fill: red }", "a &lt; b &amp; c"] {
            assert!(out.contains(kept), "{kept} not in {out}");
        }
    }

    #[test]
    fn a_style_sheet_counts_as_a_whole() {
        for css in [
            "@imp<!-- -->ort '//e.example/x.css';",
            "@imp<?x?>ort '//e.example/x.css';",
            "@imp<![CDATA[ort '//e.example/x.css';]]>",
            "@&#105;mport '//e.example/x.css';",
            "a {}<g></g>@import '//e.example/x.css';",
            "a {}<g/>@import '//e.example/x.css';",
            "svg { background: image-set('//e.example/x.png' 1x) }",
        ] {
            let out = cleaned(&format!("<style>{css}</style>"));
            assert!(out.ends_with("<style></style></svg>"), "{out}");
        }
        let kept = cleaned("<style>g > <!-- -->a { fill: red }<![CDATA[ b { fill: red }]]></style>");
        assert!(kept.contains("<style>g &gt; a { fill: red } b { fill: red }</style>"), "{kept}");
    }

    #[test]
    fn an_element_of_endlessly_many_attributes_is_refused_at_once() {
        let many = (0..400_000).map(|n| format!(" a{n}=''")).collect::<Vec<_>>().concat();
        assert_eq!(clean(format!("<svg{many}/>").as_bytes()).expect_err("refused"), Refusal::Damaged);
    }

    #[test]
    fn class_22_entities_and_endless_nesting_are_refused_or_dropped() {
        let xxe = "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>";
        let out = clean(xxe.as_bytes()).expect("taken without it");
        assert!(!String::from_utf8_lossy(&out.bytes).contains("ENTITY"));
        assert!(!String::from_utf8_lossy(&out.bytes).contains("&x;"));
        let deep = format!("<svg>{}{}</svg>", "<g>".repeat(100), "</g>".repeat(100));
        assert_eq!(clean(deep.as_bytes()).expect_err("refused"), Refusal::Damaged);
        assert!(clean(b"<svg><g></svg>").is_err());
        assert!(clean(b"<svg><text>\x04</text></svg>").is_err());
        assert_eq!(cleaned("<g a(b='x' c='x'/>&#4;"), cleaned("<g c='x'/>"));
    }
}
