//! Lexical, the form in which Ghost 5 keeps texts, as HTML. Only needed where the export holds no HTML.

use serde_json::Value;

use super::cards;

/// Deeper than any text is.
const DEEPEST: usize = 60;

/// The text as HTML; `None` for what is no such document.
pub(super) fn html(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let root = document.get("root")?;
    let mut html = String::new();
    children(root, &mut html, 0);
    Some(html)
}

fn children(node: &Value, html: &mut String, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for child in node["children"].as_array().map(Vec::as_slice).unwrap_or_default() {
        write(child, html, depth + 1);
    }
}

fn write(node: &Value, html: &mut String, depth: usize) {
    let mut within = |tag: &str, attributes: String| {
        html.extend(["<", tag, &attributes, ">"]);
        children(node, html, depth);
        html.extend(["</", tag, ">"]);
    };
    let none = String::new;
    match node["type"].as_str().unwrap_or_default() {
        "text" | "extended-text" => html.push_str(&formatted(node)),
        "linebreak" => html.push_str("<br>"),
        "tab" => html.push(' '),
        "paragraph" => within("p", none()),
        "heading" | "extended-heading" => {
            let tag =
                node["tag"].as_str().filter(|tag| matches!(*tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"));
            within(tag.unwrap_or("h2"), none());
        }
        "quote" | "extended-quote" | "aside" => within("blockquote", none()),
        "list" => within(if node["listType"] == "number" { "ol" } else { "ul" }, none()),
        "listitem" => within("li", none()),
        "link" | "autolink" => {
            let href = format!(" href=\"{}\"", cards::escape(node["url"].as_str().unwrap_or_default()));
            within("a", href);
        }
        kind => {
            if node["children"].is_array() {
                children(node, html, depth);
            } else {
                html.push_str(&cards::html(kind, node));
            }
        }
    }
}

/// Bits: 1 bold, 2 italic, 4 struck out, 8 underlined, 16 code, 32 below, 64 above, 128 marked.
fn formatted(node: &Value) -> String {
    const TAGS: [(u64, &str); 8] =
        [(16, "code"), (1, "strong"), (2, "em"), (4, "s"), (8, "u"), (32, "sub"), (64, "sup"), (128, "mark")];
    let format = node["format"].as_u64().unwrap_or(0);
    let text = cards::escape(node["text"].as_str().unwrap_or_default());
    TAGS.iter()
        .filter(|(bit, _)| format & bit != 0)
        .fold(text, |text, (_, tag)| format!("<{tag}>{text}</{tag}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_become_html() {
        let document = r#"{"root":{"type":"root","children":[
            {"type":"extended-heading","tag":"h3","children":[{"type":"extended-text","text":"Head","format":0}]},
            {"type":"paragraph","children":[{"type":"text","text":"bold <","format":3},{"type":"linebreak"},
                {"type":"link","url":"/x","children":[{"type":"text","text":"link","format":16}]}]},
            {"type":"list","listType":"number","children":[{"type":"listitem","children":[{"type":"text","text":"one"}]}]},
            {"type":"image","src":"/a.png","alt":"A","caption":"<b>B</b>"},
            {"type":"codeblock","language":"rust","code":"a < b"},{"type":"horizontalrule"}]}}"#;
        assert_eq!(
            html(document).expect("a document"),
            "<h3>Head</h3><p><em><strong>bold &lt;</strong></em><br><a href=\"/x\"><code>link</code></a></p>\
             <ol><li>one</li></ol><figure><img src=\"/a.png\" alt=\"A\"><figcaption><b>B</b></figcaption></figure>\n\
             <pre><code class=\"language-rust\">a &lt; b</code></pre>\n<hr>\n"
        );
        assert_eq!(html("{}"), None);
    }
}
