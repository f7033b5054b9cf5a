//! A folder of Markdown files: Zola, Hugo, Jekyll.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use regex::Regex;
use walkdir::{DirEntry, WalkDir};

use super::{
    body::{self, Converted},
    front_matter::{self, Document},
};
use crate::{
    imports::{
        fields::{day, old_address, split_people, tidy_tags},
        model::{Body, Export, Fate, Note, SourceItem, SourcePicture, SourceState},
    },
    posts::PostKind,
    text::{Slug, clean, single_line, truncate},
};

/// What a folder holds.
#[derive(Debug, Default)]
struct Tree {
    /// By file.
    posts: Vec<SourceItem>,
    notes: Vec<Note>,
}

/// Folders that hold no posts.
const SKIPPED: [&str; 10] = [
    "_layouts",
    "_includes",
    "_site",
    "_data",
    "_sass",
    "archetypes",
    "node_modules",
    "themes",
    "resources",
    "layouts",
];

static DATED_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d{4})-(\d{1,2})-(\d{1,2})-(.+)$").expect("a pattern of our own"));
static DATED_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)").expect("a pattern of our own"));

/// Reads a blog. Files that cannot be read are told, and the rest goes on.
///
/// # Errors
/// The folder itself cannot be read.
pub(in crate::imports) fn export(root: &Path) -> anyhow::Result<Export> {
    let Tree { posts, mut notes } = read(root)?;
    notes.sort_by(|a, b| (&a.item, a.line).cmp(&(&b.item, b.line)));
    Ok(Export { source: "markdown".to_owned(), items: posts, notes, ..Export::default() })
}

fn read(root: &Path) -> anyhow::Result<Tree> {
    ensure!(root.is_dir(), "{} is not a folder", root.display());
    let root = root.canonicalize().with_context(|| format!("reading {}", root.display()))?;
    let mut tree = Tree::default();
    let mut drafts = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(is_walked) {
        let entry = entry.context("reading the folder")?;
        let is_markdown =
            entry.path().extension().is_some_and(|extension| extension == "md" || extension == "markdown");
        if entry.file_type().is_file() && is_markdown {
            let key = key_of(&root, entry.path());
            match read_file(entry.path(), &key) {
                Ok(Some(file)) => drafts.push(file),
                Ok(None) => tree.note(
                    &key,
                    1,
                    Fate::Left,
                    "a section or a page of the old program: not a post".to_owned(),
                ),
                Err(broken) => tree.note(&key, broken.line, Fate::Broken, broken.reason),
            }
        }
    }
    tree.choose_slugs(&mut drafts);
    let addresses: HashMap<String, String> = drafts
        .iter()
        .map(|file| (file.key.trim_start_matches("content/").to_owned(), format!("/posts/{}", file.slug)))
        .collect();
    for file in drafts {
        let post = tree.finish(&root, file, &addresses);
        tree.posts.push(post);
    }
    Ok(tree)
}

/// A file that is a post, before its text is looked at.
struct SourceFile {
    key: String,
    path: PathBuf,
    slug: Slug,
    /// What the file itself is called: tells posts apart that want the same address.
    file_slug: Slug,
    text: String,
}

fn is_walked(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name.starts_with('.') || SKIPPED.contains(&name.as_ref()))
}

fn key_of(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// `Ok(None)`: a file that is no post.
fn read_file(path: &Path, key: &str) -> Result<Option<SourceFile>, front_matter::Broken> {
    let broken = |reason: &str| front_matter::Broken { line: 1, reason: reason.to_owned() };
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let is_index = matches!(name.as_str(), "index" | "_index");
    let at_top = !key.contains('/');
    if name == "_index"
        || (at_top && matches!(name.to_lowercase().as_str(), "readme" | "sources" | "license" | "changelog"))
    {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(|error| broken(&format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let fine = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let above = String::from_utf8_lossy(fine).matches('\n').count();
        front_matter::Broken { line: above + 1, reason: "holds characters that are not UTF-8".to_owned() }
    })?;
    // what no text of ours may hold (NUL among it) would stop the whole import at the database
    let text = clean(&text);
    let document = front_matter::split(&text)?;

    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let name = if is_index { folder } else { name };
    let undated = DATED_NAME.captures(&name).map_or(name.clone(), |captures| captures[4].to_owned());
    let old_path = document.text(&["path", "permalink", "url"]);
    let last = old_path.as_deref().and_then(|path| path.trim_matches('/').rsplit('/').next());
    let wanted = document
        .text(&["slug"])
        .or(last.map(|last| last.trim_end_matches(".html").to_owned()))
        .unwrap_or(undated);
    if document.text(&["title"]).is_none() && document.body.trim().is_empty() {
        return Ok(None);
    }
    let slug = Slug::propose(&wanted);
    Ok(Some(SourceFile {
        key: key.to_owned(),
        path: path.to_owned(),
        slug,
        file_slug: Slug::propose(&name),
        text,
    }))
}

impl Tree {
    fn note(&mut self, file: &str, line: usize, fate: Fate, text: String) {
        self.notes.push(Note { item: file.to_owned(), line, fate, text });
    }

    /// Two posts that want the same address: the later one is named after its folder, or gets a number.
    fn choose_slugs(&mut self, files: &mut [SourceFile]) {
        let mut taken: HashMap<String, String> = HashMap::new();
        // files of the top folder first: they keep their names
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|at| (files[*at].key.matches('/').count(), files[*at].key.clone()));
        for at in order {
            let file = &mut files[at];
            let wanted = file.slug.clone();
            let section = file
                .key
                .split('/')
                .rfind(|part| !part.contains('.') && *part != "content" && *part != "posts");
            let by_section = section.map(|section| Slug::propose(&format!("{section} {wanted}")));
            let numbered = (2..).map(|n| wanted.with_suffix(n));
            let mut choices =
                [wanted.clone(), file.file_slug.clone()].into_iter().chain(by_section).chain(numbered);
            let free = choices.find(|choice| !taken.contains_key(choice.as_str()));
            file.slug = free.unwrap_or_else(|| wanted.clone());
            if let Some(other) = taken.get(wanted.as_str()) {
                let words = format!("the address {wanted} belongs to {other}: this post is at {}", file.slug);
                self.notes.push(Note { item: file.key.clone(), line: 1, fate: Fate::Changed, text: words });
            }
            taken.insert(file.slug.to_string(), file.key.clone());
        }
    }

    fn finish(&mut self, root: &Path, file: SourceFile, addresses: &HashMap<String, String>) -> SourceItem {
        // it was read once before, so it is not broken
        let document = front_matter::split(&file.text).unwrap_or_default();
        let converted = body::convert(document.body, addresses);
        for (line, fate, text) in &converted.notes {
            self.note(&file.key, line + document.lines_above, *fate, text.clone());
        }
        let pictures = self.pictures(root, &file, &document, &converted);
        let published_at = self.date(&file, &document);
        let is_draft = document.flag("draft") == Some(true) || document.flag("published") == Some(false);
        let old_path = document.text(&["path", "permalink", "url"]);
        let aliases = document.texts(&["aliases", "redirect_from"]).into_iter().chain(old_path);
        let title = self.title(&file, &document);
        let body = self.without_title(&file, &title, converted.text.trim_start_matches('\n'));
        let published_at = published_at.filter(|_| !is_draft);
        let (tags, left) = tidy_tags(document.texts(&["tags", "categories", "category"]));
        if !left.is_empty() {
            let words = format!("a post has at most 20 tags here: {} are left out", left.join(", "));
            self.note(&file.key, 1, Fate::Left, words);
        }
        SourceItem {
            name: file.key.clone(),
            kind: PostKind::Post,
            state: if published_at.is_some() { SourceState::Published } else { SourceState::Draft },
            restricted: false,
            title,
            published_at,
            updated_at: document.date(&["updated", "lastmod", "last_modified_at", "modified"]),
            authors: split_people(&document.texts(&["authors", "author"])),
            tags,
            summary: single_line(&document.text(&["description", "summary", "excerpt"]).unwrap_or_default()),
            description: String::new(),
            canonical_url: String::new(),
            cover: None,
            comments_open: true,
            aliases: aliases
                .filter_map(|alias| old_address(&alias, &format!("/posts/{}", file.slug)))
                .collect(),
            pictures,
            comments: Vec::new(),
            body: Body::Markdown(body),
            slug: file.slug.to_string(),
            key: file.key,
        }
    }

    fn title(&mut self, file: &SourceFile, document: &Document<'_>) -> String {
        let tidy = |title: &str| Some(truncate(&single_line(title), 300)).filter(|title| !title.is_empty());
        let heading = document.body.lines().find_map(|line| tidy(line.strip_prefix("# ")?));
        match document.text(&["title"]).and_then(|title| tidy(&title)) {
            Some(title) => title,
            None => {
                let title = heading.unwrap_or_else(|| file.slug.as_str().replace('-', " "));
                self.note(&file.key, 1, Fate::Changed, format!("has no title: it is called “{title}” now"));
                title
            }
        }
    }

    /// A text that begins with its own title would show it twice.
    fn without_title(&mut self, file: &SourceFile, title: &str, body: &str) -> String {
        let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
        if first.strip_prefix("# ").is_some_and(|heading| single_line(heading) == *title) {
            self.note(
                &file.key,
                1,
                Fate::Changed,
                "the heading that repeats the title is left out".to_owned(),
            );
            return rest.trim_start_matches('\n').to_owned();
        }
        body.to_owned()
    }

    fn date(&mut self, file: &SourceFile, document: &Document<'_>) -> Option<DateTime<Utc>> {
        let from_path =
            |text: &str| DATED_PATH.captures(text).and_then(|found| day(&found[1], &found[2], &found[3]));
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let folder = file.path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let from_name =
            |name: &str| DATED_NAME.captures(name).and_then(|found| day(&found[1], &found[2], &found[3]));
        let date = document
            .date(&["date", "publishDate", "pubDate"])
            .or_else(|| document.text(&["path", "permalink", "url"]).and_then(|path| from_path(&path)))
            .or_else(|| from_name(&stem))
            .or_else(|| from_name(&folder))
            .or_else(|| from_path(&file.key));
        if date.is_none() {
            self.note(&file.key, 1, Fate::Changed, "has no date anywhere: taken as a draft".to_owned());
        }
        date
    }

    fn pictures(
        &mut self,
        root: &Path,
        file: &SourceFile,
        document: &Document<'_>,
        converted: &Converted,
    ) -> Vec<SourcePicture> {
        let mut pictures = Vec::new();
        for (reference, line) in &converted.pictures {
            if reference.contains("://") || reference.starts_with("//") || reference.starts_with("data:") {
                continue;
            }
            match find_picture(root, &file.path, reference) {
                Some(found) => pictures.push(SourcePicture { reference: reference.clone(), file: found }),
                None => {
                    let words = format!("the picture {reference} is not there");
                    self.note(&file.key, line + document.lines_above, Fate::Left, words);
                }
            }
        }
        pictures
    }
}

/// Beside the post, or under one of the folders whose files lie at the root of the old site. Never outside the tree.
fn find_picture(root: &Path, post: &Path, reference: &str) -> Option<PathBuf> {
    let plain = reference.split(['?', '#']).next().unwrap_or_default();
    let plain = percent_encoding::percent_decode_str(plain).decode_utf8().ok()?.into_owned();
    let beside = post.parent()?.join(plain.trim_start_matches("./"));
    let absolute = plain.trim_start_matches('/');
    let at_root = ["static", "public", "assets", "content", "", "../static"]
        .map(|folder| root.join(folder).join(absolute));
    let candidates =
        if plain.starts_with('/') { at_root.to_vec() } else { [vec![beside], at_root.to_vec()].concat() };
    let mut inside = candidates.into_iter().filter_map(|path| path.canonicalize().ok());
    inside.find(|path| path.is_file() && (path.starts_with(root) || is_static_beside(root, path)))
}

/// The `static` folder beside a given `content` folder belongs to the same site.
fn is_static_beside(root: &Path, path: &Path) -> bool {
    root.file_name().is_some_and(|name| name == "content")
        && root.parent().is_some_and(|site| path.starts_with(site.join("static")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::dates::rfc3339;

    fn fixture(name: &str) -> Tree {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/trees").join(name);
        read(&root).expect("read")
    }

    fn text(post: &SourceItem) -> &str {
        match &post.body {
            Body::Markdown(text) => text,
            Body::Html { html, .. } => html,
        }
    }

    fn post<'a>(tree: &'a Tree, slug: &str) -> &'a SourceItem {
        tree.posts
            .iter()
            .find(|post| post.slug == slug)
            .unwrap_or_else(|| panic!("no {slug} in {:?}", tree.posts))
    }

    #[test]
    fn a_zola_tree_is_read_with_pictures_aliases_and_sections() {
        let tree = fixture("zola");
        let trip = post(&tree, "trip");
        assert_eq!(trip.published_at.map(rfc3339).as_deref(), Some("2021-05-04T00:00:00Z"));
        assert_eq!(trip.authors, ["Ada Winter", "Ben Ritter"]);
        assert_eq!(trip.tags, ["Travel"]);
        assert_eq!(trip.aliases, ["/old/trip.html", "/2021/05/04/trip"]);
        assert_eq!(trip.pictures.len(), 2);
        assert!(text(trip).contains("[next](/posts/plain)"), "{}", text(trip));
        assert!(tree.notes.iter().any(|note| note.item.ends_with("_index.md") && note.fate == Fate::Left));
        assert!(
            tree.notes.iter().any(|note| note.text.contains("gone.png") && note.line == 15),
            "{:?}",
            tree.notes
        );
        assert!(
            tree.notes
                .iter()
                .any(|note| note.item.ends_with("broken.md") && note.fate == Fate::Broken && note.line == 3)
        );
    }

    #[test]
    fn what_the_database_would_refuse_is_tidied_before_it_comes_there() {
        let root = tempfile::tempdir().expect("a folder");
        let words = format!("---\ntags: ['', ' ', A]\n---\n# \n# {}\0\n\nA\0b", "long ".repeat(100));
        fs::write(root.path().join("odd.md"), words).expect("a file");
        let tree = read(root.path()).expect("read");
        let odd = post(&tree, "odd");
        assert!(odd.title.starts_with("long long") && odd.title.chars().count() <= 300, "{}", odd.title);
        assert_eq!(odd.tags, ["A"]);
        assert!(text(odd).ends_with("Ab"), "{}", text(odd));
    }

    #[test]
    fn hugo_and_jekyll_trees_are_read() {
        let hugo = fixture("hugo");
        let first = post(&hugo, "first");
        assert_eq!(first.published_at.map(rfc3339).as_deref(), Some("2020-02-03T08:00:00Z"));
        assert_eq!(first.tags, ["Go", "Web"]);
        assert_eq!(post(&hugo, "unfinished").published_at, None);
        let jekyll = fixture("jekyll");
        let dated = post(&jekyll, "dated-by-name");
        assert_eq!(dated.published_at.map(rfc3339).as_deref(), Some("2019-07-06T00:00:00Z"));
        assert!(text(dated).contains("```ruby\nputs 1\n```"), "{}", text(dated));
    }
}
