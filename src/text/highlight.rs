//! Code with classes, coloured by the style sheet: runs of text with the same class share one element, so the result
//! is not much larger than the source.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use comrak::adapters::SyntaxHighlighterAdapter;
use syntect::{
    easy::ScopeRegionIterator,
    parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet},
    util::LinesWithEndings,
};

/// The classes that the style sheet knows, by the scopes of TextMate grammars; the deepest scope that fits wins.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("punctuation.definition.comment", "c"),
    ("string", "s"),
    ("punctuation.definition.string", "s"),
    ("constant.character.escape", "e"),
    ("constant.numeric", "n"),
    ("constant", "o"),
    ("keyword.operator", "p"),
    ("keyword", "k"),
    ("storage", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("variable.function", "f"),
    ("entity.name", "t"),
    ("support.type", "t"),
    ("support.class", "t"),
    ("support", "b"),
    ("entity.other.attribute-name", "a"),
    ("variable.parameter", "v"),
    ("markup.heading", "h"),
    ("markup.inserted", "i"),
    ("markup.deleted", "d"),
    ("markup.bold", "w"),
    ("meta.diff", "m"),
    ("invalid", "x"),
];

/// Class names that may stand on `<i>`.
pub(super) const CLASS_NAMES: &[&str] =
    &["c", "s", "e", "n", "o", "p", "k", "f", "t", "b", "a", "v", "h", "i", "d", "w", "m", "x"];

/// Longer code is shown without colours: highlighting it would hold up the save.
const LONGEST: usize = 200_000;
/// So is code with a longer line: some grammars read a line again from each of its characters, and C# would take minutes
/// for one of 64 KB.
const LONGEST_LINE: usize = 1000;
/// So is whatever stands below the code that took this long: most grammars have a text that they are slow with.
const PATIENCE: Duration = Duration::from_secs(1);
/// Less code than this in a post is always coloured, however busy the machine is.
const UNTIMED: usize = 2000;

static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
static SCOPES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    CLASSES.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class))).collect()
});

/// Highlights the fenced code of one post.
#[derive(Default)]
pub(super) struct Highlighter(Mutex<Spent>);

#[derive(Default)]
struct Spent {
    since: Option<Instant>,
    bytes: usize,
}

impl Spent {
    /// Reads on; false once that took too long.
    fn go_on(&mut self, line: &str) -> bool {
        let since = self.since.get_or_insert_with(Instant::now);
        self.bytes += line.len();
        self.bytes <= UNTIMED || since.elapsed() <= PATIENCE
    }
}

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(&self, out: &mut dyn fmt::Write, lang: Option<&str>, code: &str) -> fmt::Result {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let language = lang.and_then(language).filter(|_| is_of_common_size(code));
        match language.and_then(|language| highlighted(language, code, &mut spent)) {
            Some(html) => out.write_str(&html),
            None => comrak::html::escape(out, code),
        }
    }

    fn write_pre_tag(&self, out: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        out.write_str("<pre class=\"code\" tabindex=\"0\">")
    }

    fn write_code_tag(
        &self,
        out: &mut dyn fmt::Write,
        attributes: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        let name = attributes.get("class").and_then(|class| class.strip_prefix("language-")).map(first_word);
        match name.filter(|name| !name.is_empty()) {
            Some(name) => {
                out.write_str("<code data-lang=\"")?;
                comrak::html::escape(out, name)?;
                out.write_str("\">")
            }
            None => out.write_str("<code>"),
        }
    }
}

/// `rust,ignore` and `rust title=x` are Rust.
fn first_word(info: &str) -> &str {
    info.split([',', ' ', '{', '\t']).next().unwrap_or_default()
}

fn language(info: &str) -> Option<&'static SyntaxReference> {
    let name = first_word(info).to_lowercase();
    let name = match name.as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "output" => return None,
        "console" | "shell" | "shell-session" | "sh" | "zsh" | "terminal" => "bash",
        "csharp" => "cs",
        "golang" => "go",
        "jsonc" | "json5" => "json",
        "rs" | "edition2021" | "edition2024" | "should_panic" | "no_run" | "compile_fail" | "ignore" => {
            "rust"
        }
        other => other,
    };
    LANGUAGES.find_syntax_by_token(name)
}

fn is_of_common_size(code: &str) -> bool {
    code.len() <= LONGEST && code.split('\n').all(|line| line.len() <= LONGEST_LINE)
}

fn highlighted(language: &SyntaxReference, code: &str, spent: &mut Spent) -> Option<String> {
    let mut parser = ParseState::new(language);
    let mut scopes = ScopeStack::new();
    let mut out = Runs::default();
    for line in LinesWithEndings::from(code) {
        if !spent.go_on(line) {
            return None;
        }
        let operations = parser.parse_line(line, &LANGUAGES).ok()?;
        for (text, operation) in ScopeRegionIterator::new(&operations, line) {
            scopes.apply(operation).ok()?;
            out.push(text, || class(&scopes));
        }
    }
    Some(out.finish())
}

fn class(scopes: &ScopeStack) -> Option<&'static str> {
    scopes.as_slice().iter().rev().find_map(|scope| {
        let fitting = SCOPES.iter().filter(|(prefix, _)| prefix.is_prefix_of(*scope));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    })
}

/// Text in runs of one class each.
#[derive(Default)]
struct Runs {
    html: String,
    open: Option<&'static str>,
}

impl Runs {
    fn push(&mut self, text: &str, class: impl FnOnce() -> Option<&'static str>) {
        if text.is_empty() {
            return;
        }
        // white space looks the same in any class
        let class = if text.trim().is_empty() { self.open } else { class() };
        if class != self.open {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<i class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.open = class;
        }
        comrak::html::escape(&mut self.html, text).expect("writing to a String cannot fail");
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</i>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}
