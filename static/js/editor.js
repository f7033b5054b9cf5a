// The writing desk with fewer clicks: it presses the buttons of the form and shows what they answer. Everything here also
// works without this script. Nothing is done per key but to note that something changed.
const form = document.querySelector(".post-form");
const body = form?.elements.body;
const status = document.getElementById("q-status");
const others = document.getElementById("q-others");

const QUIET = 2000; // autosaved so long after the last key
const AT_MOST = 4000; // and never later than this after the first
const BEAT = 20000;
const MOST_KEPT_ALIVE = 60000; // browsers send no more than 64 KB for a page that is gone

// not form.action: the buttons are called so, too
const address = () => form.getAttribute("action");
const press = (action) => form.querySelector(`button[name=action][value=${action}]`)?.click();
const say = (sentence) => { status.textContent = sentence; };
const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// ---- autosave

let changed = false; // since the last autosave that arrived
let sending = null;
let quiet = 0;
let latest = 0;
let pause = QUIET;

function touched() {
  changed = true;
  clearTimeout(quiet);
  quiet = setTimeout(autosave, pause);
  latest ||= setTimeout(autosave, Math.max(AT_MOST, pause));
}

function fields(action) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("action", action);
  return data;
}

async function autosave() {
  clearTimeout(quiet);
  clearTimeout(latest);
  latest = 0;
  if (!changed || sending) return;
  changed = false;
  sending = new AbortController();
  try {
    const answer = await fetch(address(), { method: "POST", body: fields("autosave"), signal: sending.signal });
    if (answer.status === 401) {
      failed("You are logged out. Your text is kept here: ", link("/login", "log in in a new tab"));
    } else if (!answer.ok) {
      failed("Not kept yet, trying again.");
    } else {
      pause = QUIET;
      say(`Kept beside the post at ${clock()}; not saved yet.`);
    }
  } catch (error) {
    if (error.name !== "AbortError") failed("The server cannot be reached. Your text is still here; trying again.");
  }
  sending = null;
  if (changed) touched();
}

function failed(...sentence) {
  status.replaceChildren(...sentence);
  pause = Math.min(pause * 2, 60000);
  touched();
}

function link(path, words) {
  const a = document.createElement("a");
  Object.assign(a, { href: path, target: "_blank", rel: "noopener", textContent: words });
  return a;
}

function gone() {
  navigator.sendBeacon(`${address()}/beat`, new URLSearchParams({ tab: form.elements.tab.value, gone: "yes" }));
}

// the page goes away: what was typed a moment ago goes along
function leave() {
  if (!changed || document.visibilityState !== "hidden" || body.value.length > MOST_KEPT_ALIVE / 4) return autosave();
  changed = false;
  fetch(address(), { method: "POST", body: fields("autosave"), keepalive: true }).catch(() => { changed = true; });
}

// ---- saving without leaving the place

function still() {
  changed = false;
  sending?.abort();
  clearTimeout(quiet);
  clearTimeout(latest);
  latest = 0;
}

function save() {
  if ([...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return press("save");
  still();
  say("Saving …");
  const sent = body.value;
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.open("POST", address());
  request.onload = () => {
    const fresh = request.response?.querySelector(".post-form");
    // the page that says why not
    if (request.status !== 200 || !fresh) return press("save");
    adopt(fresh.elements, sent);
    form.setAttribute("action", fresh.getAttribute("action"));
    history.replaceState(null, "", new URL(request.responseURL).pathname);
    say(request.response.querySelector(".flash[role=status]")?.textContent.trim() ?? "Saved.");
    if (changed) touched();
  };
  request.onerror = () => failed("The server cannot be reached. Your text is still here; trying again.");
  request.send(fields("save"));
}

// what the server made of it: the version, the address, and the text when somebody else's change is in it now
function adopt(fresh, sent) {
  const untouched = body.value === sent;
  if (untouched && fresh.body.value !== sent) {
    const { selectionStart, selectionEnd, scrollTop } = body;
    body.value = fresh.body.value;
    body.setSelectionRange(selectionStart, selectionEnd);
    body.scrollTop = scrollTop;
  }
  if (!form.elements.slug.value) form.elements.slug.value = fresh.slug.value;
  // typed on meanwhile on a text that was put together from two: the old version is still what it was made from
  if (untouched || fresh.body.value === sent) form.elements.text_version.value = fresh.text_version.value;
  form.elements.tab.value = fresh.tab.value;
}

// ---- who else is here

async function beat() {
  if (document.visibilityState !== "visible" || address() === "/write/new") return;
  const answer = await fetch(`${address()}/beat`, {
    method: "POST",
    body: new URLSearchParams({ tab: form.elements.tab.value }),
  }).catch(() => null);
  if (!answer?.ok) return;
  const news = await answer.json();
  const newer = news.version > Number(form.elements.text_version.value)
    ? "It was saved elsewhere since you opened it; when you save, both are put together. "
    : "";
  const sentence = newer + news.others;
  if (others.textContent !== sentence) others.textContent = sentence;
  others.hidden = !sentence;
}

// ---- the preview beside the text

let preview = null;
let rendering = false;
let stale = false;
let renderTimer = 0;

function togglePreview() {
  if (preview) {
    preview.remove();
    preview = null;
    document.querySelector(".editor").classList.remove("with-preview");
    return;
  }
  document.getElementById("q-preview")?.remove();
  preview = document.createElement("div");
  preview.tabIndex = 0;
  preview.setAttribute("role", "region");
  preview.setAttribute("aria-label", "Preview");
  document.querySelector(".panes").append(preview);
  document.querySelector(".editor").classList.add("with-preview");
  render();
}

// parsed by the browser as a document of its own, in which no script runs, and copied from there
function render() {
  if (!preview) return;
  if (rendering) { stale = true; return; }
  rendering = true;
  stale = false;
  const data = fields("preview");
  data.set("fragment", "yes");
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.open("POST", address());
  request.onloadend = () => {
    rendering = false;
    const found = request.status === 200 && request.response?.getElementById("q-preview");
    if (found && preview) {
      const top = preview.firstElementChild?.scrollTop ?? 0;
      preview.replaceChildren(document.importNode(found, true));
      follow(top);
    }
    if (stale) renderSoon();
  };
  request.send(data);
}

function renderSoon() {
  clearTimeout(renderTimer);
  renderTimer = setTimeout(render, 1000);
}

// the preview shows about the place where the text is
function follow(top) {
  const pane = preview?.firstElementChild;
  if (!pane) return;
  const range = body.scrollHeight - body.clientHeight;
  pane.scrollTop = range > 0 ? (body.scrollTop / range) * (pane.scrollHeight - pane.clientHeight) : top;
}

// ---- words

let counting = 0;

function count() {
  const words = body.value.match(/\S+/g)?.length ?? 0;
  document.getElementById("q-count").textContent = `${words.toLocaleString()} ${words === 1 ? "word" : "words"}`;
}

function countSoon() {
  counting ||= setTimeout(() => { counting = 0; count(); }, 1500);
}

// ---- formatting: through the browser's own editing, so that undo works

function type(text, from = body.selectionStart, to = body.selectionEnd) {
  body.focus();
  body.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    body.setRangeText(text, from, to, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function around(before, after = before, empty = "") {
  const { selectionStart: from, selectionEnd: to, value } = body;
  const inner = value.slice(from, to) || empty;
  type(before + inner + after);
  body.setSelectionRange(from + before.length, from + before.length + inner.length);
}

function lines(prefix) {
  const { value } = body;
  const from = value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  const end = value.indexOf("\n", body.selectionEnd);
  const to = end < 0 ? value.length : end;
  const old = value.slice(from, to).split("\n");
  const has = old.every((line) => line.startsWith(prefix));
  type(old.map((line) => (has ? line.slice(prefix.length) : prefix + line)).join("\n"), from, to);
}

function footnote() {
  const n = Math.max(0, ...[...body.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]))) + 1;
  type(`[^${n}]`);
  type(`\n\n[^${n}]: `, body.value.length, body.value.length);
  say(`Footnote ${n} is at the end of the text.`);
}

const TOOLS = [
  ["Bold", "B", "b", () => around("**", "**", "words")],
  ["Italic", "I", "i", () => around("*", "*", "words")],
  ["Link", "Link", "k", () => around("[", "](https://)", "words")],
  ["Heading", "H", "", () => lines("## ")],
  ["Quotation", "“”", "", () => lines("> ")],
  ["List", "•", "", () => lines("- ")],
  ["Code", "<>", "e", () => (body.value.slice(body.selectionStart, body.selectionEnd).includes("\n") ? around("```\n", "\n```") : around("`", "`", "code"))],
  ["Footnote", "¹", "", footnote],
  ["Picture", "Picture", "", () => picker.click()],
];

function toolbar() {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Formatting");
  bar.setAttribute("aria-controls", body.id);
  TOOLS.forEach(([name, sign, key, press], n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = key ? `${name} (Ctrl+${key.toUpperCase()})` : name;
    button.setAttribute("aria-label", name);
    button.tabIndex = n ? -1 : 0;
    button.addEventListener("click", press);
    bar.append(button);
  });
  // one stop of the tab key; the arrows go on from there (ARIA Authoring Practices, toolbar)
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = [...bar.children];
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
    event.preventDefault();
  });
  body.before(bar);
}

// ---- pictures and pasted pages

const picker = Object.assign(document.createElement("input"), { type: "file", accept: "image/*", multiple: true });
picker.addEventListener("change", () => { upload([...picker.files]); picker.value = ""; });

async function upload(files) {
  for (const file of files.filter((file) => file.type.startsWith("image/"))) {
    const place = `![Sending ${file.name.replace(/[[\]]/g, "")} …]()`;
    type(`${place}\n`);
    const data = new FormData();
    data.set("file", file);
    const answer = await fetch("/write/media", {
      method: "POST", body: data, headers: { accept: "application/json" },
    }).catch(() => null);
    const news = await answer?.json().catch(() => null);
    const at = body.value.indexOf(place);
    if (at < 0) continue;
    const text = answer?.ok && news ? news.markdown : "";
    type(text, at, at + place.length);
    say(text ? "The picture is in the text. Please say between the brackets what it shows." : news?.error ?? "The picture could not be sent.");
  }
}

async function paste(event) {
  const { files } = event.clipboardData;
  if ([...files].some((file) => file.type.startsWith("image/"))) {
    event.preventDefault();
    return upload([...files]);
  }
  const html = event.clipboardData.getData("text/html");
  const plain = event.clipboardData.getData("text/plain");
  // what was copied from an editor of code is text that happens to be coloured
  if (!html || !/<(a|h[1-6]|li|strong|em|b|i|blockquote|table|img|pre|code)[\s>]/i.test(html) || /vscode|monospace/i.test(html)) return;
  event.preventDefault();
  const data = new FormData();
  data.set("html", html);
  const answer = await fetch("/write/markdown", { method: "POST", body: data }).catch(() => null);
  type(answer?.ok ? await answer.text() : plain);
}

// ---- keys

function keys(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "s") save();
  else if (key === "p" && event.shiftKey) togglePreview();
  else if (key === "enter") press("check");
  else {
    const tool = !event.shiftKey && document.activeElement === body && TOOLS.find((tool) => tool[2] === key);
    if (!tool) return;
    tool[3]();
  }
  event.preventDefault();
}

if (form && body) {
  toolbar();
  count();
  form.addEventListener("input", touched);
  form.addEventListener("submit", still);
  body.addEventListener("input", () => { countSoon(); if (preview) renderSoon(); });
  body.addEventListener("scroll", () => follow(0), { passive: true });
  body.addEventListener("paste", paste);
  body.addEventListener("dragover", (event) => { event.preventDefault(); body.classList.add("dropping"); });
  body.addEventListener("dragleave", () => body.classList.remove("dropping"));
  body.addEventListener("drop", (event) => {
    body.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    upload([...event.dataTransfer.files]);
  });
  document.addEventListener("keydown", keys);
  document.addEventListener("visibilitychange", leave);
  addEventListener("pagehide", () => { leave(); gone(); });
  const beside = Object.assign(document.createElement("button"), { type: "button", textContent: "Preview beside the text" });
  beside.title = "Ctrl+Shift+P";
  beside.addEventListener("click", togglePreview);
  form.querySelector(".sticky").append(beside);
  setInterval(beat, BEAT);
}
