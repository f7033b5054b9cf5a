//! Mobiledoc, the form in which Ghost 1 to 4 keeps texts, as HTML. Only needed where the export holds no HTML.
//! <https://github.com/bustle/mobiledoc-kit/blob/main/MOBILEDOC.md>

use serde_json::Value;

use super::cards;

/// The Markdown of a text that is one card of Markdown and nothing else: that is how old texts were carried over.
pub(super) fn only_markdown(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let [section] = document["sections"].as_array()?.as_slice() else { return empty_but_one(&document) };
    card_markdown(&document, section)
}

/// An empty paragraph often stands behind the card.
fn empty_but_one(document: &Value) -> Option<String> {
    let sections = document["sections"].as_array()?;
    let [card, last] = sections.as_slice() else { return None };
    let is_empty = last[0] == 1 && last[2].as_array().is_some_and(Vec::is_empty);
    is_empty.then(|| card_markdown(document, card)).flatten()
}

fn card_markdown(document: &Value, section: &Value) -> Option<String> {
    let card = document["cards"].get(usize::try_from(section.get(1)?.as_u64()?).ok()?)?;
    let is_card = section[0] == 10 && matches!(card[0].as_str(), Some("markdown" | "card-markdown"));
    is_card.then(|| card[1]["markdown"].as_str().map(str::to_owned)).flatten()
}

/// The text as HTML; `None` for what is no such document.
pub(super) fn html(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let mut html = String::new();
    for section in document["sections"].as_array()? {
        match section[0].as_u64() {
            Some(1) => {
                let tag = tag_name(&section[1]).unwrap_or("p");
                html.extend(["<", tag, ">", &line(&document, &section[2]), "</", tag, ">\n"]);
            }
            Some(2) => html.push_str(&cards::picture(section[1].as_str().unwrap_or_default(), "", "")),
            Some(3) => {
                let tag = tag_name(&section[1]).unwrap_or("ul");
                let items = section[2].as_array().map(Vec::as_slice).unwrap_or_default();
                html.extend(["<", tag, ">"]);
                for item in items {
                    html.extend(["<li>", &line(&document, item), "</li>"]);
                }
                html.extend(["</", tag, ">\n"]);
            }
            Some(10) => {
                let card =
                    section[1].as_u64().and_then(|at| document["cards"].get(usize::try_from(at).ok()?));
                if let Some(card) = card {
                    html.push_str(&cards::html(card[0].as_str().unwrap_or_default(), &card[1]));
                }
            }
            _ => {}
        }
    }
    Some(html)
}

/// Markers: `[type, opened marks, number of closed marks, text or atom]`.
fn line(document: &Value, markers: &Value) -> String {
    let (mut html, mut open) = (String::new(), Vec::new());
    for marker in markers.as_array().map(Vec::as_slice).unwrap_or_default() {
        for at in marker[1].as_array().map(Vec::as_slice).unwrap_or_default() {
            let mark = at.as_u64().and_then(|at| document["markups"].get(usize::try_from(at).ok()?));
            let Some(name) = mark.and_then(|mark| tag_name(&mark[0])) else {
                open.push(None);
                continue;
            };
            let href = mark.and_then(|mark| mark[1].as_array()).and_then(|pairs| {
                pairs.chunks(2).find(|pair| pair[0] == "href").and_then(|pair| pair.get(1)?.as_str())
            });
            let href = href.map(|href| format!(" href=\"{}\"", cards::escape(href))).unwrap_or_default();
            html.extend(["<", name, &href, ">"]);
            open.push(Some(name));
        }
        if marker[0] == 0 {
            html.push_str(&cards::escape(marker[3].as_str().unwrap_or_default()));
        } else {
            let atom = marker[3].as_u64().and_then(|at| document["atoms"].get(usize::try_from(at).ok()?));
            match atom.map(|atom| atom[0].as_str().unwrap_or_default()) {
                Some("soft-return") => html.push_str("<br>"),
                _ => {
                    html.push_str(&cards::escape(atom.and_then(|atom| atom[1].as_str()).unwrap_or_default()));
                }
            }
        }
        for _ in 0..marker[2].as_u64().unwrap_or(0) {
            if let Some(Some(name)) = open.pop() {
                html.extend(["</", name, ">"]);
            }
        }
    }
    html
}

/// A name that is a tag, not anything else that somebody wrote there.
fn tag_name(value: &Value) -> Option<&str> {
    value.as_str().filter(|name| {
        matches!(
            *name,
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "blockquote"
                | "aside"
                | "ul"
                | "ol"
                | "pre"
                | "a"
                | "b"
                | "strong"
                | "i"
                | "em"
                | "s"
                | "strike"
                | "u"
                | "sub"
                | "sup"
                | "code"
                | "del"
                | "mark"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_marks_atoms_and_cards_become_html() {
        let document = r#"{"version":"0.3.1","atoms":[["soft-return","",{}]],
            "cards":[["image",{"src":"/a.png","alt":"A","caption":"B"}],["hr",{}]],
            "markups":[["strong"],["a",["href","/x?a=1&b=2"]]],
            "sections":[[1,"h2",[[0,[],0,"Head <"]]],[1,"p",[[0,[0,1],1,"bold link"],[1,[],0,0],[0,[],1,"bold"]]],
            [10,0],[3,"ol",[[[0,[],0,"one"]],[[0,[],0,"two"]]]],[10,1],[1,"script",[[0,[],0,"x"]]]]}"#;
        assert_eq!(
            html(document).expect("a document"),
            "<h2>Head &lt;</h2>\n<p><strong><a href=\"/x?a=1&amp;b=2\">bold link</a><br>bold</strong></p>\n\
             <figure><img src=\"/a.png\" alt=\"A\"><figcaption>B</figcaption></figure>\n<ol><li>one</li><li>two</li></ol>\n\
             <hr>\n<p>x</p>\n"
        );
        assert_eq!(html("nonsense"), None);
    }

    #[test]
    fn a_text_of_one_card_of_markdown_stays_markdown() {
        let document =
            r##"{"cards":[["card-markdown",{"markdown":"# Hello"}]],"sections":[[10,0],[1,"p",[]]]}"##;
        assert_eq!(only_markdown(document).as_deref(), Some("# Hello"));
        let more =
            r##"{"cards":[["markdown",{"markdown":"# Hello"}]],"sections":[[10,0],[1,"p",[[0,[],0,"x"]]]]}"##;
        assert_eq!(only_markdown(more), None);
    }
}
