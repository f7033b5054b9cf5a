use std::collections::HashMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use scraper::{ElementRef, Html, Node};
use url::Url;

use super::{Address, Converted, Remark, Source, addresses, convert};
use crate::text::markdown;

fn converted(html: &str, line_breaks: bool) -> Converted {
    convert(&Source { html, line_breaks, keeps_html: true, addresses: &HashMap::new() })
}

fn markdown_of(html: &str) -> String {
    converted(html, false).markdown
}

#[test]
fn plain_html_becomes_plain_markdown() {
    for (html, markdown) in [
        ("<h2>A <em>b</em></h2><p>One\n two<br>three</p>", "## A *b*\n\nOne two\\\nthree\n"),
        ("<p><strong>Foo </strong>bar <b>x</b><b>y</b></p>", "**Foo** bar **xy**\n"),
        ("<p><a href=\"https://x.example/a_b\" title=\"t\">a</a></p>", "[a](https://x.example/a_b \"t\")\n"),
        (
            "<p>1. no list * no star &lt;b&gt; [x](y) # z a_b! c#1</p>",
            "1\\. no list \\* no star \\<b> \\[x\\](y) \\# z a_b! c#1\n",
        ),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c\n"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b\n"),
        ("<blockquote><p>a</p><p>b</p></blockquote><hr>", "> a\n> \n> b\n\n-----\n"),
        (
            "<pre class=\"wp-block-code\"><code class=\"language-rust\">fn a() {\n\n}\n</code></pre>",
            "```rust\nfn a() {\n\n}\n```\n",
        ),
        ("<p><code>a`b</code></p>", "``a`b``\n"),
        (
            "<table><thead><tr><th>a</th><th align=right>b</th></tr></thead><tr><td>c|d</td><td>e<br>f</td></tr></table>",
            "| a | b |\n| --- | --: |\n| c\\|d | e<br>f |\n",
        ),
        (
            "<figure><img src=\"/a.png\" alt=\"A\"><figcaption>Say \"b\"</figcaption></figure>",
            "![A](/a.png \"Say \\\"b\\\"\")\n",
        ),
        ("<p>&nbsp;</p><p></p><p>a</p><script>b</script>", "a\n"),
        (
            "<p>H<sub>2</sub>O <mark>x</mark> <span style=\"color:red\">y</span></p>",
            "H<sub>2</sub>O <mark>x</mark> y\n",
        ),
        ("<p><strong>Note:</strong>word</p>", "<strong>Note:</strong>word\n"),
        (
            "<details><summary>More</summary><p>a</p></details>",
            "<details>\n<summary>More</summary>\n\na\n\n</details>\n",
        ),
    ] {
        assert_eq!(markdown_of(html), markdown, "{html}");
    }
}

#[test]
fn what_markdown_cannot_say_stays_as_html_without_its_look() {
    let table = "<table class=x><tr><td style=\"a\" colspan=2>a\n\nb</td></tr></table>";
    let got = converted(table, false);
    assert_eq!(got.markdown, "<table><tbody><tr><td colspan=\"2\">a  b</td></tr></tbody></table>\n");
    assert_eq!(got.remarks.len(), 1, "{:?}", got.remarks);
    assert_eq!(markdown_of("<dl><dt>a<dd>b</dl>"), "<dl><dt>a</dt><dd>b</dd></dl>\n");
    assert_eq!(
        markdown_of("<video controls src=\"/a.mp4\"></video>"),
        "<div><video controls=\"\" src=\"/a.mp4\"></video></div>\n"
    );
}

#[test]
fn line_ends_of_the_older_editor_are_paragraphs_and_breaks() {
    let got = converted("One\ntwo\n\n<strong>three</strong> four\n \n<pre>a\n\nb</pre>\nfive", true);
    assert_eq!(got.markdown, "One\\\ntwo\n\n**three** four\n\n```\na\n\nb\n```\n\nfive\n");
}

#[test]
fn pictures_and_links_get_their_new_addresses() {
    let html = "<a href=\"https://old.example/a.png\"><img src=\"https://old.example/a-300x200.png\"></a><img src=\"data:image/gif;base64,x\" data-src=\"b c.png\">";
    assert_eq!(
        addresses(html),
        [
            Address::Link("https://old.example/a.png".to_owned()),
            Address::Picture("https://old.example/a-300x200.png".to_owned()),
            Address::Picture("b c.png".to_owned()),
        ]
    );
    let new = [
        ("https://old.example/a.png", "/media/a.png"),
        ("https://old.example/a-300x200.png", "/media/a.png"),
    ];
    let new = new.map(|(old, new)| (old.to_owned(), new.to_owned())).into();
    let got = convert(&Source { html, line_breaks: false, keeps_html: true, addresses: &new });
    assert_eq!(got.markdown, "[![](/media/a.png)](/media/a.png)![](b%20c.png)\n");
}

#[test]
fn what_is_active_is_left_out_and_told() {
    let got = converted(
        "<p onclick=x>a</p><script>b</script><iframe src=\"//video.example/1\"></iframe><form><input value=c><p>d</p></form><a href=\"javascript:x\">e</a>",
        false,
    );
    assert_eq!(got.markdown, "a\n\n<https://video.example/1>\n\nd\n\ne\n");
    let left = got.remarks.iter().filter(|remark| matches!(remark, Remark::Left(_))).count();
    assert_eq!((left, got.remarks.len()), (3, 4), "{:?}", got.remarks);
}

#[test]
fn a_comment_holds_no_html() {
    let html = "<p>a <sub>b</sub></p><table><tr><td>c</td></tr></table><h2>&lt;d&gt;</h2>";
    let got = convert(&Source { html, line_breaks: true, keeps_html: false, addresses: &HashMap::new() });
    assert_eq!(got.markdown, "a b\n\nc\n\n## \\<d>\n");
}

/// The words that a browser shows.
fn words(html: &str) -> Vec<String> {
    let dom = Html::parse_fragment(html);
    let hidden = |node: ego_tree::NodeRef<'_, Node>| {
        node.ancestors().filter_map(ElementRef::wrap).any(|element| {
            matches!(element.value().name(), "script" | "style" | "template" | "noscript")
                || element.attr("class") == Some("anchor")
        })
    };
    let mut text = String::new();
    for node in dom.root_element().descendants() {
        match node.value() {
            Node::Text(part) if !hidden(node) => text.push_str(part),
            // what divides lines divides words
            Node::Element(element) if !is_within_words(element.name()) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

fn is_within_words(name: &str) -> bool {
    matches!(
        name,
        "b" | "strong"
            | "i"
            | "em"
            | "a"
            | "code"
            | "sub"
            | "sup"
            | "span"
            | "mark"
            | "del"
            | "u"
            | "font"
            | "small"
            | "s"
    )
}

fn rendered(markdown: &str) -> String {
    let base_url = Url::parse("https://blog.example").expect("a URL");
    let context = markdown::Context { base_url: &base_url, pictures: &HashMap::new() };
    markdown::post(markdown, &context).html.to_string()
}

/// HTML made by chance: what editors write, and what nobody should.
fn made_up(rng: &mut StdRng, depth: usize) -> String {
    const WORDS: [&str; 32] = [
        "word",
        "*",
        "**x**",
        "_a_",
        "1.",
        "- ",
        "+",
        "#",
        "&amp;copy;",
        "&lt;b&gt;",
        "[x](y)",
        "![a]",
        "`",
        "~~",
        "|",
        "\\",
        "===",
        "---",
        "> q",
        "http://a.example/x_y",
        "a@b.example",
        "“ja”",
        "日本",
        "&nbsp;",
        "\n",
        " ",
        "  \n\n ",
        "[^1]",
        "{#id}",
        "!",
        ":",
        "é",
    ];
    const INLINE: [&str; 13] =
        ["b", "i", "em", "strong", "code", "a href=\"/x\"", "sub", "span", "del", "mark", "u", "s", "font"];
    const BLOCK: [&str; 18] = [
        "p",
        "div",
        "h1",
        "h2",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "dl",
        "figure",
        "section",
        "details",
        "center",
        "figcaption",
        "article",
    ];
    let mut html = String::new();
    for _ in 0..rng.random_range(1..5) {
        let kind = rng.random_range(0..10);
        if depth == 0 || kind < 4 {
            for _ in 0..rng.random_range(1..4) {
                html.push_str(WORDS[rng.random_range(0..WORDS.len())]);
            }
            continue;
        }
        let open = if kind < 7 {
            INLINE[rng.random_range(0..INLINE.len())]
        } else {
            BLOCK[rng.random_range(0..BLOCK.len())]
        };
        let name = open.split(' ').next().unwrap_or(open);
        let inner = made_up(rng, depth - 1);
        let inner = match name {
            "ul" | "ol" => format!("<li>{inner}</li><li>{}</li>", made_up(rng, depth - 1)),
            "table" => format!("<tr><th>{inner}</th></tr><tr><td>{}</td></tr>", made_up(rng, depth - 1)),
            "dl" => format!("<dt>{inner}</dt><dd>{}</dd>", made_up(rng, depth - 1)),
            _ => inner,
        };
        html.extend(["<", open, ">", &inner, "</", name, ">"]);
    }
    html
}

#[test]
fn no_word_is_lost_or_moved_whatever_the_html() {
    let mut rng = StdRng::seed_from_u64(7);
    for round in 0..1500 {
        let html = made_up(&mut rng, 4);
        let markdown = markdown_of(&html);
        let (expected, got) = (words(&html), words(&rendered(&markdown)));
        assert_eq!(got.concat(), expected.concat(), "round {round}\n{html}\n---\n{markdown}");
    }
}

#[test]
fn line_ends_lose_no_word_either() {
    let mut rng = StdRng::seed_from_u64(8);
    for round in 0..700 {
        let html = made_up(&mut rng, 3);
        let markdown = converted(&html, true).markdown;
        assert_eq!(
            words(&rendered(&markdown)).concat(),
            words(&html).concat(),
            "round {round}\n{html}\n---\n{markdown}"
        );
    }
}
