//! HTML that is safe to print.

use url::Url;

/// HTML that went through the sanitiser: the only text that templates print without escaping. It comes from
/// [`super::markdown`], or from a column that was filled from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    pub(super) fn sanitised(html: String) -> Self {
        Self(html)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its links, pictures and headings, in order.
    pub fn outline(&self) -> Outline {
        let mut outline = Outline::default();
        let (mut rest, mut at) = (self.0.as_str(), 0);
        while let Some(start) = rest.find('<') {
            let first = rest[start..].find('>').unwrap_or(rest.len() - start - 1);
            let tag = &rest[start..start + tag_length(&rest[start..], first)];
            if let Some(id) = attribute(tag, "id") {
                outline.ids.push(id);
            }
            match tag[1..].split([' ', '>']).next().unwrap_or_default() {
                "a" => outline.links.extend(attribute(tag, "href")),
                "img" => outline.pictures.push((
                    attribute(tag, "src").unwrap_or_default(),
                    attribute(tag, "alt").unwrap_or_default(),
                )),
                name if name.len() == 2 && name.starts_with('h') => {
                    outline.headings.extend(name[1..].parse::<u8>().ok());
                }
                _ => {}
            }
            at += start + tag.len();
            rest = &self.0[at..];
        }
        outline
    }

    /// Its outermost elements, one by one, each with the text that follows it: for comparing two texts as they look.
    pub fn blocks(&self) -> Vec<Self> {
        let mut blocks = Vec::new();
        let (mut depth, mut begin, mut at) = (0_usize, 0, 0);
        while let Some(start) = self.0[at..].find('<').map(|offset| at + offset) {
            let first = self.0[start..].find('>').unwrap_or(self.0.len() - start - 1);
            let end = start + tag_length(&self.0[start..], first);
            let tag = &self.0[start..end];
            if tag.starts_with("</") {
                depth = depth.saturating_sub(1);
            } else {
                // the text between two elements belongs to the one before it
                if depth == 0 && start > begin {
                    blocks.push(Self(self.0[begin..start].to_owned()));
                    begin = start;
                }
                if !is_void(tag) {
                    depth += 1;
                }
            }
            at = end;
        }
        if begin < self.0.len() {
            blocks.push(Self(self.0[begin..].to_owned()));
        }
        blocks.retain(|block| !block.0.trim().is_empty());
        blocks
    }

    /// The same with absolute addresses, for readers of feeds. Links inside the text lead to `page`.
    pub fn absolute(&self, base: &Url, page: &str) -> String {
        let base = base.as_str().trim_end_matches('/');
        let mut out = String::with_capacity(self.0.len() + 512);
        let mut rest = self.0.as_str();
        while let Some(start) = rest.find('<') {
            let end =
                rest[start..].find('>').map_or(rest.len(), |end| start + tag_length(&rest[start..], end));
            out.push_str(&rest[..start]);
            out.push_str(&absolute_tag(&rest[start..end], base, page));
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }
}

/// What a text is made of, for checking it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Where its links lead.
    pub links: Vec<String>,
    /// Addresses of its pictures, and what each shows.
    pub pictures: Vec<(String, String)>,
    /// Levels of its headings, 1 to 6.
    pub headings: Vec<u8>,
    /// Places inside it that a link can lead to.
    pub ids: Vec<String>,
}

/// The value of an attribute; the sanitiser writes all of them in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!(" {name}=\""))?.1;
    let value = &value[..value.find('"')?];
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// Templates print it as it is; everything else they escape.
impl askama::filters::HtmlSafe for SafeHtml {}

impl std::fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Elements without an end (HTML, section 13.1.2), and what is no element.
fn is_void(tag: &str) -> bool {
    const VOID: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
        "!--",
    ];
    let name =
        tag[1..].split(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '/')).next();
    name.is_none_or(|name| VOID.contains(&name) || name.starts_with('!')) || tag.ends_with("/>")
}

/// The tag ends at the first `>` outside quotes.
fn tag_length(tag: &str, first: usize) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    first + 1
}

fn absolute_tag(tag: &str, base: &str, page: &str) -> String {
    tag.replace(" href=\"/", &format!(" href=\"{base}/"))
        .replace(" href=\"#", &format!(" href=\"{page}#"))
        .replace(" src=\"/", &format!(" src=\"{base}/"))
        .replace(" srcset=\"/", &format!(" srcset=\"{base}/"))
        .replace(", /media/", &format!(", {base}/media/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_become_absolute_and_not_the_text() {
        let base = Url::parse("https://b.example").expect("a URL");
        let html = SafeHtml(
            "<a title=\"a > b\" href=\"/x\">see href=\"/y\"</a> <img src=\"/i.png\"> <a href=\"#n\">n</a>"
                .to_owned(),
        );
        assert_eq!(
            html.absolute(&base, "https://b.example/posts/p"),
            "<a title=\"a > b\" href=\"https://b.example/x\">see href=\"/y\"</a> \
             <img src=\"https://b.example/i.png\"> <a href=\"https://b.example/posts/p#n\">n</a>"
        );
    }

    #[test]
    fn the_outermost_elements_are_told_apart() {
        let html = SafeHtml(
            "<p>a <em>b</em><br>c</p>\n<hr>\n<ul><li><p>x</p></li></ul><p><img alt=\"a > b\"></p>\n"
                .to_owned(),
        );
        let blocks = html.blocks();
        let blocks: Vec<_> = blocks.iter().map(SafeHtml::as_str).collect();
        assert_eq!(
            blocks,
            [
                "<p>a <em>b</em><br>c</p>\n",
                "<hr>\n",
                "<ul><li><p>x</p></li></ul>",
                "<p><img alt=\"a > b\"></p>\n"
            ]
        );
        assert_eq!(SafeHtml::default().blocks(), []);
    }

    #[test]
    fn links_pictures_and_headings_are_found() {
        let html = "<h2 id=\"a\">A</h2><p><a title=\"x > y\" href=\"/b?c=1&amp;d\">b</a> <img src=\"/i\" alt=\"\"></p><h4>D</h4>";
        let expected = Outline {
            links: vec!["/b?c=1&d".to_owned()],
            pictures: vec![("/i".to_owned(), String::new())],
            headings: vec![2, 4],
            ids: vec!["a".to_owned()],
        };
        assert_eq!(SafeHtml(html.to_owned()).outline(), expected);
    }
}
