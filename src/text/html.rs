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

/// Templates print it as it is; everything else they escape.
impl askama::filters::HtmlSafe for SafeHtml {}

impl std::fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
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
}
