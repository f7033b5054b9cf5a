//! The pieces that stand between paragraphs in a text of Ghost, whichever form the text is kept in.

use serde_json::Value;

/// A card as HTML.
pub(super) fn html(kind: &str, card: &Value) -> String {
    let text = |name: &str| card[name].as_str().unwrap_or_default();
    match kind {
        "markdown" | "card-markdown" => {
            // Markdown within a text that is none: as a browser would have got it
            let arena = comrak::Arena::new();
            let mut html = String::new();
            let mut options = comrak::Options::default();
            options.render.r#unsafe = true;
            let root = comrak::parse_document(&arena, text("markdown"), &options);
            comrak::format_html(root, &options, &mut html).expect("writing to a String cannot fail");
            html
        }
        "image" => picture(text("src"), text("alt"), text("caption")),
        "gallery" => {
            let pictures = card["images"].as_array().map(Vec::as_slice).unwrap_or_default();
            let all: String = pictures
                .iter()
                .map(|image| {
                    picture(
                        image["src"].as_str().unwrap_or_default(),
                        image["alt"].as_str().unwrap_or_default(),
                        "",
                    )
                })
                .collect();
            format!("{all}{}", paragraph(text("caption")))
        }
        "html" => text("html").to_owned(),
        "embed" => format!("{}\n{}", text("html"), paragraph(text("caption"))),
        "code" | "codeblock" => {
            let language = text("language");
            let class = if language.is_empty() {
                String::new()
            } else {
                format!(" class=\"language-{}\"", escape(language))
            };
            format!("<pre><code{class}>{}</code></pre>\n{}", escape(text("code")), paragraph(text("caption")))
        }
        "hr" | "horizontalrule" => "<hr>\n".to_owned(),
        "bookmark" => {
            let metadata = &card["metadata"];
            let of = |name: &str| escape(metadata[name].as_str().unwrap_or_default());
            let title = if of("title").is_empty() { escape(text("url")) } else { of("title") };
            format!(
                "<p><a href=\"{}\">{title}</a><br>{}</p>\n{}",
                escape(text("url")),
                of("description"),
                paragraph(text("caption"))
            )
        }
        "button" => {
            format!("<p><a href=\"{}\">{}</a></p>\n", escape(text("buttonUrl")), escape(text("buttonText")))
        }
        "callout" => format!(
            "<blockquote><p>{} {}</p></blockquote>\n",
            escape(text("calloutEmoji")),
            text("calloutText")
        ),
        "toggle" => format!("<details><summary>{}</summary>{}</details>\n", text("heading"), text("content")),
        "audio" | "video" => {
            format!(
                "<{kind} controls src=\"{}\"></{kind}>\n{}",
                escape(text("src")),
                paragraph(text("caption"))
            )
        }
        "file" => format!("<p><a href=\"{}\">{}</a></p>\n", escape(text("src")), escape(text("fileTitle"))),
        "header" => format!("<h2>{}</h2>\n{}", text("header"), paragraph(text("subheader"))),
        "product" => format!("<h4>{}</h4>\n{}", text("productTitle"), text("productDescription")),
        "paywall" => String::new(),
        // what no version has written yet: what it says in words
        _ => paragraph(text("html")),
    }
}

/// A picture with words below it.
pub(super) fn picture(src: &str, alt: &str, caption: &str) -> String {
    if src.is_empty() {
        return String::new();
    }
    let caption =
        if caption.is_empty() { String::new() } else { format!("<figcaption>{caption}</figcaption>") };
    format!("<figure><img src=\"{}\" alt=\"{}\">{caption}</figure>\n", escape(src), escape(alt))
}

fn paragraph(html: &str) -> String {
    if html.is_empty() { String::new() } else { format!("<p>{html}</p>\n") }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
