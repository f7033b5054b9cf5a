//! What Markdown makes of innocent brackets.

use super::{Mark, Payloads, addresses::schemes};

/// Where `@` stands for an address.
const LINKS: [&str; 14] = [
    "[x](@)",
    "[x](<@>)",
    "[x](@ \"title\")",
    "[x][r]\n\n[r]: @",
    "[r]\n\n[r]: <@> 'title'",
    "<@>",
    "![x](@)",
    "![x][r]\n\n[r]: @",
    "[![x](/a.png)](@)",
    "> - **[*x*](@)** ~~[y][]~~\n\n[y]: @",
    "| a |\n|---|\n| [x](@) |",
    "x[^n]\n\n[^n]: [x](@)",
    "- [ ] [x](@)",
    "# [x](@) {#x}",
];

/// Where `@` stands for HTML.
const BLOCKS: [&str; 34] = [
    "@",
    "x @ y",
    "# @",
    "@\n===",
    "> @",
    "- @\n  @",
    "1. @",
    "- [x] @",
    "| @ |\n|---|\n| @ |",
    "x[^n]\n\n[^n]: @",
    "[^@]\n\n[^@]: x",
    "[@](/a)",
    "![@](/a.png)",
    "![@](/a.png \"@\")",
    "[x](/a '@')",
    "[x](/a \"\\\"@\")",
    "[x](/a\"@)",
    "[x](</a\"@>)",
    "[@]: /a\n\n[@]",
    "```@\nx\n```",
    "```x\n@\n```",
    "~~~ html @\n@\n~~~",
    "`` @ ``",
    "    @",
    "`@",
    "**@**__@__~~@~~",
    "\\@",
    "*x*@*y*\n<p>\n\n@\n\n</p>",
    "<div title=\"\n\n@\n\n\">",
    "<!-- \n\n@\n\n -->",
    "<a href=\"/a\n@\">x</a>",
    "https://a.example/@",
    "www.a.example/\"@",
    "mailto:a\"@b.example",
];

pub(super) fn add(payloads: &mut Payloads) {
    let count = schemes(&Mark { number: 0, trap: "" }).len();
    for (l, link) in LINKS.into_iter().enumerate() {
        for at in (0..count).filter(|at| *at < 4 || (at + l) % 4 == 0) {
            payloads.add("markdown link", |mark| link.replace('@', &schemes(mark)[at]));
        }
    }
    for block in BLOCKS {
        for make in HTML {
            payloads.add("markdown block", |mark| block.replace('@', &make(mark)));
        }
    }
    for id in [
        "\" onclick=ran(0) x=\"",
        "q-main",
        "comment-1",
        "__proto__",
        "x'><img src=x:x onerror=ran(0)>",
        "cookie",
    ] {
        payloads.add("markdown heading", |mark| format!("## x {{#{}}}", id.replace("ran(0)", &mark.run())));
        payloads.add("markdown heading", |mark| format!("## {}", id.replace("ran(0)", &mark.run())));
    }
}

const HTML: [fn(&Mark<'_>) -> String; 6] = [
    |mark| mark.image(),
    |mark| format!("<script>{}</script>", mark.run()),
    |mark| format!("\"><svg onload={}>", mark.run()),
    |mark| format!("' onmouseover='{}' autofocus onfocus='{}", mark.run(), mark.run()),
    |mark| format!("&lt;img src=x:x onerror={}&gt;", mark.run()),
    |mark| format!("</code></pre></textarea></title></style>{}", mark.image()),
];
