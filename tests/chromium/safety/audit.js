// What is wrong with the page that is open: a list of sentences, hopefully empty.
const wrong = [];
const XHTML = "http://www.w3.org/1999/xhtml";
const DEAD = new Set(["applet", "area", "base", "bgsound", "canvas", "dialog", "embed", "fencedframe", "foreignobject",
  "frame", "frameset", "iframe", "image", "isindex", "keygen", "layer", "listing", "map", "marquee", "math", "noembed",
  "noframes", "noscript", "object", "param", "plaintext", "portal", "set", "slot", "style", "svg", "template", "xmp"]);
const OURS = new Set(["button", "form", "label", "link", "meta", "select", "textarea", "title"]);
const FORBIDDEN = new Set(["action", "attributionsrc", "autofocus", "background", "contenteditable", "formaction",
  "http-equiv", "is", "name", "nonce", "ping", "popover", "slot", "srcdoc", "style", "target", "usemap"]);
const ADDRESSES = new Set(["action", "archive", "background", "cite", "classid", "code", "codebase", "data", "dynsrc",
  "formaction", "href", "longdesc", "lowsrc", "manifest", "ping", "poster", "profile", "src", "usemap", "xlink:href"]);
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

function checkAddress(value, where) {
  let address;
  try { address = new URL(value, document.baseURI); } catch { return; }
  if (!SCHEMES.has(address.protocol)) wrong.push(`${where}: ${value}`);
}

if (window.__ran !== undefined) wrong.push(`payload ${window.__ran} ran`);
if (document.title.startsWith("ran ")) wrong.push(document.title);
if (document.baseURI.split("#")[0] !== location.href.split("#")[0]) wrong.push(`base ${document.baseURI}`);
const clobbered = Object.getOwnPropertyNames(document).filter(name => name !== "location" && !/^\$?cdc_/.test(name));
if (clobbered.length) wrong.push(`the document has lost: ${clobbered}`);

const isPage = document.contentType === "text/html";
const ids = new Set();
for (const element of document.querySelectorAll("*")) {
  const name = element.localName.toLowerCase();
  const text = element.closest(".prose") !== null;
  const where = `<${name}> ${element.outerHTML.slice(0, 200)}`;
  if (isPage && (element.namespaceURI !== XHTML || DEAD.has(name))) wrong.push(where);
  if (text && OURS.has(name)) wrong.push(`in a text: ${where}`);
  if (name === "script" && (!element.src || new URL(element.src).origin !== location.origin || element.text)) wrong.push(where);
  if (isPage && /^(q-|comment-)/.test(element.id)) {
    if (text || ids.has(element.id)) wrong.push(`an id of the page: ${where}`);
    ids.add(element.id);
  }
  for (const { name: attribute, value } of element.attributes) {
    const key = attribute.toLowerCase();
    if (key.startsWith("on")) wrong.push(`${attribute} on ${where}`);
    if (text && FORBIDDEN.has(key)) wrong.push(`${attribute} on ${where}`);
    if (isPage && ["style", "srcdoc", "http-equiv", "ping", "formaction", "background"].includes(key)) wrong.push(`${attribute} on ${where}`);
    if (ADDRESSES.has(key)) checkAddress(value, where);
    if (key === "srcset") value.split(/[ \t\n\f\r,]+/).filter(part => part.includes(":")).forEach(part => checkAddress(part, where));
    if (key === "action" && new URL(value, document.baseURI).origin !== location.origin) wrong.push(where);
  }
}
// what waits for somebody to scroll is asked for now
for (const picture of document.images) picture.loading = "eager";
return wrong.slice(0, 20);
