//! From the model into the database: each post in a transaction of its own, so that an import that is killed goes on
//! where it was.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    body::rewrite_pictures,
    model::{Fate, Note, SourcePost},
    queries::{self, Item},
    report::Report,
    tree,
};
use crate::{
    accounts::{self, NewAccount},
    crypto::content_hash,
    media,
    posts::{self, ImportedPost},
    session::UserId,
    state::AppState,
    text::Slug,
};

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Read and report only.
    pub dry_run: bool,
    /// Whose posts those are that name nobody.
    pub author: Option<String>,
}

const SOURCE: &str = "markdown";
const NOBODY: &str = "Editors";

/// Imports a folder of Markdown files.
///
/// # Errors
/// The folder cannot be read, or the database is away. Single files that are broken are in the report.
pub async fn markdown(app: &AppState, dir: &Path, options: &Options) -> anyhow::Result<Report> {
    let root = dir.to_owned();
    let tree = tokio::task::spawn_blocking(move || tree::read(&root)).await??;
    let known = queries::items(&app.db, SOURCE).await?;
    let taken = queries::slugs(&app.db).await?.into_iter().collect();
    let report = Report { dry_run: options.dry_run, notes: tree.notes, ..Report::default() };
    let mut import =
        Import { app, options, known, taken, people: HashMap::new(), pictures: HashSet::new(), report };

    let progress = ProgressBar::new(tree.posts.len() as u64);
    progress.set_style(ProgressStyle::with_template("{pos:>5}/{len} {bar:40} {eta} {wide_msg}")?);
    for post in &tree.posts {
        progress.set_message(post.key.clone());
        import.take(post).await.with_context(|| format!("importing {}", post.key))?;
        progress.inc(1);
    }
    progress.finish_and_clear();

    let mut report = import.report;
    report.pictures = import.pictures.len();
    report.notes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(report)
}

struct Import<'a> {
    app: &'a AppState,
    options: &'a Options,
    known: HashMap<String, Item>,
    taken: HashSet<String>,
    people: HashMap<String, UserId>,
    pictures: HashSet<String>,
    report: Report,
}

impl Import<'_> {
    async fn take(&mut self, post: &SourcePost) -> anyhow::Result<()> {
        let hash = fingerprint(post);
        let known = self.known.get(&post.key);
        match known {
            Some(item) if item.hash == hash => {
                self.report.unchanged += 1;
                return Ok(());
            }
            Some(item) if item.edited => {
                self.note(
                    post,
                    Fate::Left,
                    "its source has changed, but somebody has edited the post here: it stays",
                );
                self.report.unchanged += 1;
                return Ok(());
            }
            Some(item) if item.post_id.is_none() => {
                self.note(post, Fate::Left, "was imported before and deleted here: it stays away");
                self.report.unchanged += 1;
                return Ok(());
            }
            _ => {}
        }
        let id = known.and_then(|item| item.post_id);
        let own_slug = known.and_then(|item| item.slug.clone());
        let slug = self.free_slug(post, own_slug.as_deref());
        if id.is_some() {
            self.report.updated += 1;
        } else {
            self.report.added += 1;
        }
        if self.options.dry_run {
            self.pictures.extend(post.pictures.iter().map(|picture| picture.file.display().to_string()));
            return Ok(());
        }

        let addresses = self.take_pictures(post).await?;
        let imported = ImportedPost {
            slug,
            title: post.title.clone(),
            body: rewrite_pictures(&post.body, &addresses),
            summary: post.summary.clone(),
            tags: post.tags.clone(),
            authors: self.authors(post).await?,
            publish_at: post.published_at,
            updated_at: post.updated_at,
            aliases: post.aliases.clone(),
        };
        let derived = posts::render_body(self.app, &imported.body).await?;
        let mut tx = self.app.db.begin().await?;
        let (id, version) = posts::save_imported(&mut tx, id, &imported, &derived).await?;
        queries::remember(&mut *tx, (SOURCE, &post.key), &hash, id, version).await?;
        tx.commit().await?;
        Ok(())
    }

    fn note(&mut self, post: &SourcePost, fate: Fate, text: &str) {
        self.report.notes.push(Note { file: post.key.clone(), line: 1, fate, text: text.to_owned() });
    }

    /// The address that the source asks for, unless a post of this blog has it.
    fn free_slug(&mut self, post: &SourcePost, own: Option<&str>) -> Slug {
        if let Some(own) = own.and_then(Slug::parse) {
            return own;
        }
        let wanted = Slug::parse(&post.slug).unwrap_or_else(|| Slug::propose(&post.title));
        let mut choices = std::iter::once(wanted.clone()).chain((2..).map(|n| wanted.with_suffix(n)));
        let free =
            choices.find(|choice| !self.taken.contains(choice.as_str())).unwrap_or_else(|| wanted.clone());
        if free != wanted {
            self.note(
                post,
                Fate::Changed,
                &format!("the address {wanted} is in use here: this post is at {free}"),
            );
        }
        self.taken.insert(free.to_string());
        free
    }

    /// Where the pictures of a post are from now on.
    async fn take_pictures(&mut self, post: &SourcePost) -> anyhow::Result<HashMap<String, String>> {
        let mut addresses = HashMap::new();
        for picture in &post.pictures {
            let bytes = tokio::fs::read(&picture.file).await.context("reading a picture")?;
            let name = picture.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match media::store(self.app, bytes.into(), &name, None).await? {
                Ok(stored) => {
                    self.pictures.insert(stored.file_key.clone());
                    addresses.insert(picture.reference.clone(), stored.path());
                }
                Err(refusal) => {
                    self.note(post, Fate::Left, &format!("the picture {}: {refusal}", picture.reference));
                }
            }
        }
        Ok(addresses)
    }

    async fn authors(&mut self, post: &SourcePost) -> anyhow::Result<Vec<UserId>> {
        let mut names = post.authors.clone();
        if names.is_empty() {
            names.push(self.options.author.clone().unwrap_or_else(|| NOBODY.to_owned()));
        }
        let mut ids = Vec::new();
        for name in names {
            let id = self.author(&name).await?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The account of that name, or a new one that cannot log in.
    async fn author(&mut self, name: &str) -> anyhow::Result<UserId> {
        if let Some(id) = self.people.get(name) {
            return Ok(*id);
        }
        let id = match accounts::queries::byline(&self.app.db, name).await? {
            Some(id) => id,
            None => {
                let new = NewAccount::byline(name);
                accounts::create(&self.app.db, &self.app.keys, &new)
                    .await?
                    .context("an account without an address is always new")?
            }
        };
        self.people.insert(name.to_owned(), id);
        Ok(id)
    }
}

/// Changes when anything that is imported changes.
fn fingerprint(post: &SourcePost) -> [u8; 32] {
    let parts = (
        (&post.title, &post.slug, &post.summary, &post.body),
        (&post.authors, &post.tags, &post.aliases),
        (post.published_at, post.updated_at),
        post.pictures.iter().map(|picture| &picture.reference).collect::<Vec<_>>(),
    );
    content_hash(serde_json::to_string(&parts).unwrap_or_default().as_bytes())
}
