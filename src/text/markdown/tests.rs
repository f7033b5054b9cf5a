use scraper::{Html, Selector};

use super::*;

fn base() -> Url {
    Url::parse("https://blog.example").expect("a URL")
}

fn rendered(source: &str) -> Rendered {
    post(source, &Context { base_url: &base(), pictures: &HashMap::new() })
}

fn html(source: &str) -> String {
    rendered(source).html.to_string()
}

#[test]
fn gfm_and_footnotes_become_html() {
    let page = Html::parse_fragment(&html(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n~~gone~~ https://x.example\n\n- [x] done\n- [ ] open\n\nText[^1]\n\n[^1]: Note\n",
    ));
    for css in [
        "div.table[tabindex='0'] > table td",
        "del",
        "a.external[rel~='noopener'][href='https://x.example']",
        "li > input[type=checkbox][disabled][checked]",
        "sup.footnote-ref a[href='#fn-1']",
        "section.footnotes li#fn-1 a.footnote-backref",
    ] {
        assert!(page.select(&Selector::parse(css).expect("css")).next().is_some(), "{css}\n{}", page.html());
    }
}

#[test]
fn headings_get_the_ids_that_github_gives_them_and_a_toc_from_three_on() {
    let two = rendered("## What's new?\n\n## What's new?\n");
    assert!(two.html.as_str().contains("<h2 id=\"whats-new\">"), "{}", two.html);
    assert!(two.html.as_str().contains("<h2 id=\"whats-new-1\">"));
    assert!(two.toc.is_empty());
    let three = rendered("# A `b`\n\n## C\n\n## D\n\n### deep\n");
    let toc: Vec<_> = three.toc.iter().map(|heading| (heading.level, heading.id.as_str())).collect();
    assert_eq!(toc, [(2, "a-b"), (3, "c"), (3, "d")]);
}

#[test]
fn an_author_may_choose_the_id_of_a_heading() {
    let html = html("## What is it? {#what}\n\n## Plain {not an id}\n");
    assert!(html.contains("<h2 id=\"what\">What is it?<a"), "{html}");
    assert!(html.contains("<h2 id=\"plain-not-an-id\">"), "{html}");
}

#[test]
fn code_is_coloured_by_classes_and_unknown_languages_are_plain() {
    let rust = html("```rust,ignore\nfn main() { /* <b> */ }\n```");
    assert!(
        rust.contains("<pre class=\"code\" tabindex=\"0\"><code data-lang=\"rust\"><i class=\"k\">fn </i>"),
        "{rust}"
    );
    assert!(rust.contains("&lt;b&gt;"));
    assert!(html("```nolang\n<x>\n```").contains("<code data-lang=\"nolang\">&lt;x&gt;"));
    assert!(html("    <x>\n").contains("<code>&lt;x&gt;"));
}

#[test]
fn known_pictures_have_their_size_and_a_titled_one_a_caption() {
    let known = Picture { width: 800, height: 600, srcset: Some("/media/a-480.webp 480w".to_owned()) };
    let pictures = HashMap::from([("/media/a.jpg".to_owned(), known)]);
    let base = base();
    let context = Context { base_url: &base, pictures: &pictures };
    let html =
        post("![A \"cat\"](/media/a.jpg \"Our cat\")\n\n![?](/elsewhere.png)", &context).html.to_string();
    assert!(
        html.contains("<figure><picture><source type=\"image/webp\"")
            && html.contains("<figcaption>Our cat</figcaption>"),
        "{html}"
    );
    assert!(html.contains("width=\"800\" height=\"600\""), "{html}");
    assert!(
        html.contains("alt=\"A &quot;cat&quot;\"") && html.contains("srcset=\"/media/a-480.webp 480w\""),
        "{html}"
    );
    // the first one is there at once
    assert_eq!(html.matches("<img ").count(), 2);
    assert_eq!(html.matches("loading=\"lazy\"").count(), 1);
    assert!(html.find("elsewhere") < html.find("loading"), "{html}");
    assert_eq!(picture_sources("![a](/x.png) ![b][r]\n\n[r]: y.png"), ["/x.png", "y.png"]);
}

#[test]
fn the_excerpt_is_running_text_and_ends_at_a_word() {
    let excerpt =
        rendered(&format!("# Title\n\n> quote\n\nFirst *words*. {}", "and more ".repeat(60))).excerpt;
    assert!(excerpt.starts_with("First words. and more") && excerpt.ends_with('…'), "{excerpt}");
    assert!(excerpt.chars().count() <= 280);
}

#[test]
fn words_in_raw_html_are_found_and_counted() {
    let page = rendered("<div class=\"x\">\n<p>hidden treasure</p>\n</div>\n");
    assert!(page.plain.contains("hidden treasure") && !page.plain.contains("class"), "{}", page.plain);
}

#[test]
fn comments_know_only_a_subset() {
    let html =
        comment("# Big\n\n![pic](http://x.example/p.png) <b>raw</b> | **bold**\nnext\n\n| a |\n|---|\n")
            .to_string();
    assert!(
        !html.contains("<h1") && !html.contains("<img") && !html.contains("<b>") && !html.contains("<table")
    );
    assert!(html.contains("&lt;b&gt;raw") && html.contains("<strong>bold</strong><br>"), "{html}");
    assert!(html.contains("rel=\"nofollow ugc noopener noreferrer\""), "{html}");
}

#[test]
fn ids_of_the_page_itself_cannot_be_taken() {
    let html = html("<p id=\"q-main\">a</p><p id=\"comment-1\">b</p><p id=\"mine\">c</p>\n\n## Comment 1\n");
    assert!(!html.contains("id=\"q-main\"") && !html.contains("id=\"comment-1\""), "{html}");
    assert!(html.contains("id=\"mine\""), "{html}");
}

#[test]
fn sources_of_quotes_and_pictures_are_addresses_that_a_reader_may_follow() {
    let html = html(
        "<q cite=\"https://a.example/b\">c</q> <q cite=/d>e</q> <q cite=vbscript:x>f</q>\n\n\
         <img srcset=\"/media/a-480.webp 480w, https://a.example/b.png 2x\" src=/c.png>",
    );
    assert!(html.contains("cite=\"https://a.example/b\"") && html.contains("cite=\"/d\""), "{html}");
    assert!(!html.contains("vbscript"), "{html}");
    assert!(html.contains("srcset=\"/media/a-480.webp 480w, https://a.example/b.png 2x\""), "{html}");
}

#[test]
fn pathological_texts_are_shown_and_cost_little() {
    let numbered = |count: usize| (0..count).map(|n| format!("<b a={n}>")).collect::<Vec<_>>().concat();
    for text in [
        ">".repeat(50_000),
        "[".repeat(50_000),
        "`".repeat(100_000),
        "*a ".repeat(30_000),
        "<div>".repeat(20_000),
        "- ".repeat(20_000),
        "![".repeat(30_000),
        "a](".repeat(30_000),
        format!("[a]: {}\n", "<".repeat(30_000)),
        "|a".repeat(20_000) + "\n" + &"|-".repeat(20_000),
        format!("```cs\n{}\n```\n", "a.".repeat(30_000)),
        format!("```bat\n{}\n```\n", "(\n".repeat(30_000)),
        format!("```matlab\n{}```\n", ("{a".repeat(400) + "\n").repeat(80)),
        "<i></z>".repeat(9000),
        format!("<p>{}{}", numbered(4000), "<p>x".repeat(5000)),
        format!("<p>{}{}", numbered(900), "<p>x".repeat(5000)),
    ] {
        let started = std::time::Instant::now();
        let shown = rendered(&text);
        comment(&text);
        assert!(!shown.html.as_str().is_empty() && shown.html.as_str().len() < 10_000_000);
        assert!(started.elapsed().as_secs() < 60, "{} took {:?}", &text[..20], started.elapsed());
    }
}

/// Payloads of all the kinds that sanitisers have failed on; each must come out dead from both renderers.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//e.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=alert(1)//",
    "<img/src='x'/onerror='alert(1)'>",
    "<img src=\"javascript:alert(1)\">",
    "<img srcset=\"javascript:alert(1) 1x\" src=a>",
    "<img src=x srcset='data:text/html,<script>alert(1)</script> 1x'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<base href=//e.example/>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=//e.example/x.css>",
    "<style>@import '//e.example/x.css';</style>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<div style=\"position:fixed;inset:0\">x</div>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"java&#x0A;script:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<a href=\"\u{1}javascript:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=x onclick=alert(1)>x</a>",
    "<a href=x onmouseover=\"alert(1)\" ping=//e.example>x</a>",
    "<p onpointerenter=alert(1)>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x onerror=alert(1) autoplay></video>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=javascript:alert(1)></audio>",
    "<video poster=javascript:alert(1)></video>",
    "<blockquote cite=javascript:alert(1)>x</blockquote>",
    "<q cite=\"java&Tab;script:alert(1)\">x</q>",
    "<img srcset=\"/a.png 1x, java&Tab;script:alert(1) 2x\" src=a>",
    "<input autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<keygen autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![\" onerror=alert(1) x=\"](x.png)",
    "[x](http://a.example/\"onmouseover=alert(1))",
    "[x](http://a.example 'title\" onmouseover=\"alert(1)')",
    "![x](/a.png '\"><img src=x onerror=alert(1)>')",
    "```\"><img src=x onerror=alert(1)>\ncode\n```",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "<javascript:alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| <svg/onload=alert(1)> |",
    "x[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "<a title=\"<img src=x onerror=alert(1)>\" href=/>x</a>",
    "<p id=\"x\" class=\"q-hp\" style=\"x\">x</p>",
];

#[test]
fn nothing_that_somebody_types_becomes_active() {
    let any = Selector::parse("*").expect("css");
    for payload in PAYLOADS {
        for html in [html(payload), comment(payload).to_string()] {
            let page = Html::parse_fragment(&html);
            for element in page.select(&any) {
                let name = element.value().name();
                let dead = [
                    "script", "style", "iframe", "object", "embed", "svg", "math", "form", "button", "base",
                    "meta", "link", "template", "noscript", "select", "textarea", "body",
                ];
                assert!(!dead.contains(&name), "{payload}\n{html}");
                for (attribute, value) in element.value().attrs() {
                    let value: String =
                        value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
                    let value = value.to_lowercase();
                    assert!(
                        !attribute.starts_with("on") && attribute != "style" && attribute != "autofocus",
                        "{html}"
                    );
                    let address = ["href", "src", "srcset", "poster", "cite", "action"].contains(&attribute);
                    let scheme =
                        ["javascript:", "vbscript:", "data:"].iter().any(|scheme| value.contains(scheme));
                    assert!(!(address && scheme), "{payload}\n{html}");
                }
            }
        }
    }
}
