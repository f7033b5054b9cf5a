//! From the model into the database: each item in a transaction of its own, together with what is remembered of it, so
//! that an import that is killed goes on where it was.

use std::collections::HashSet;

use anyhow::Context;
use sqlx::PgConnection;

use super::{
    discussion::{self, Place},
    known::Known,
    model::{Export, Fate, Note, SourceFile, SourceItem, SourceState},
    options::Options,
    people::People,
    pictures::{Found, Pictures},
    queries::{self, Fingerprint, Item},
    report::{Outcome, Report, Tally, plural},
    runs::Progress,
    texts::{self, Resolved, Text},
};
use crate::{
    crypto::content_hash,
    posts::{self, ImportedPost},
    state::AppState,
    text::Slug,
};

/// Brings an export into this blog, item by item.
pub(super) struct Writer<'a> {
    app: &'a AppState,
    options: &'a Options,
    export: &'a Export,
    known: Known,
    pictures: Pictures<'a>,
    people: People<'a>,
    /// Paths of the old blog that lead to something here.
    old_paths: HashSet<String>,
    pub(super) report: Report,
    /// Of a run that somebody watches.
    progress: Option<Progress>,
}

/// What the form of the desk takes.
const LONGEST: usize = 1_000_000;

/// What is to be done with an item.
enum Plan {
    /// Nothing: it is as it was.
    Same,
    /// Nothing, and the report says why.
    Stays(&'static str),
    Write,
}

impl<'a> Writer<'a> {
    pub(super) async fn new(
        app: &'a AppState,
        options: &'a Options,
        export: &'a Export,
    ) -> anyhow::Result<Self> {
        let mut known = Known::of(&app.db, &export.source).await?;
        let pictures = Pictures::new(app, options, export, &mut known)?;
        let own = export.items.iter().map(|item| item.kind.path(&item.slug));
        let old_paths =
            export.items.iter().flat_map(|item| item.aliases.iter().cloned()).chain(own).collect();
        let report = Report::of(export, options.dry_run);
        Ok(Self {
            app,
            options,
            export,
            known,
            pictures,
            people: People::new(app),
            old_paths,
            report,
            progress: None,
        })
    }

    /// Saves how far it is with each step.
    pub(super) fn follow(&mut self, mut progress: Progress, tally: Vec<Tally>) {
        progress.resume(&mut self.report, tally);
        self.progress = Some(progress);
    }

    /// Saves what is in the report and belongs to no step.
    pub(super) async fn tell_rest(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        match &mut self.progress {
            Some(progress) => progress.tell(db, &self.report).await,
            None => Ok(()),
        }
    }

    /// The end of a step, in its transaction.
    async fn advance(&mut self, db: &mut PgConnection) -> sqlx::Result<()> {
        let taken = self.pictures.taken.len();
        self.report.pictures = taken;
        match &mut self.progress {
            Some(progress) => progress.advance(db, &mut self.report, taken).await,
            None => Ok(()),
        }
    }

    /// How many steps there are.
    pub(super) fn steps(&self) -> usize {
        self.export.files.len() + self.export.items.len()
    }

    /// What a step is about.
    pub(super) fn name_of(&self, step: usize) -> &'a str {
        let files = self.export.files.len();
        match self.export.files.get(step) {
            Some(file) => &file.name,
            None => &self.export.items[step - files].name,
        }
    }

    /// Does one step.
    pub(super) async fn step(&mut self, step: usize) -> anyhow::Result<()> {
        let export = self.export;
        match export.files.get(step) {
            Some(file) => self.file(file).await,
            None => self.item(&export.items[step - export.files.len()]).await,
        }
        .with_context(|| format!("importing {}", self.name_of(step)))
    }

    fn note(&mut self, item: &str, fate: Fate, text: impl Into<String>) {
        self.report.notes.push(Note::on(item, fate, text));
    }

    async fn file(&mut self, file: &SourceFile) -> anyhow::Result<()> {
        let was_here = self.pictures.is_here(&file.address);
        let outcome = match self.pictures.find(&file.address).await? {
            Some(Found::Here(_)) if was_here => Outcome::Unchanged,
            Some(Found::Here(_) | Found::Would) => Outcome::Added,
            Some(Found::Away(reason)) => {
                self.note(&file.name, Fate::Left, format!("{}: {reason}", file.address));
                Outcome::Left
            }
            None => {
                self.note(&file.name, Fate::Left, format!("{} is no address of a file", file.address));
                Outcome::Left
            }
        };
        self.report.count("files", "", outcome);
        let mut tx = self.app.db.begin().await?;
        self.advance(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn item(&mut self, item: &SourceItem) -> anyhow::Result<()> {
        let source = content_hash(&serde_json::to_vec(item).context("a copy of an item for comparing")?);
        let (text, resolved) = match self.plan(item, &source) {
            Plan::Same => return self.unchanged(item).await,
            Plan::Stays(reason) => {
                self.note(&item.name, Fate::Left, reason);
                return self.unchanged(item).await;
            }
            Plan::Write => self.resolve(item).await?,
        };
        let fingerprint = Fingerprint { source, pictures: resolved.fingerprint() };
        let known = self.known.items.get(&item.key);
        if known.is_some_and(|known| known.hash == source && known.pictures_hash == fingerprint.pictures) {
            return self.unchanged(item).await;
        }
        if text.markdown.chars().count() > LONGEST {
            let words = "is longer than a million characters: the desk saves it only when it is shorter";
            self.note(&item.name, Fate::Changed, words);
        }
        let known = self.known.items.get(&item.key);
        let (id, own_slug) = known.map_or((None, None), |known| (known.post_id, known.slug.clone()));
        let slug = self.free_slug(item, own_slug.as_deref());
        self.report.notes.extend(resolved.notes.iter().cloned());
        self.report.notes.extend(text.notes.iter().cloned());
        let outcome = if id.is_some() { Outcome::Updated } else { Outcome::Added };
        self.report.count(plural(item.kind), item.state.word(), outcome);
        self.write(item, (id, slug), text.markdown, &resolved, &fingerprint).await
    }

    fn plan(&self, item: &SourceItem, source: &[u8; 32]) -> Plan {
        match self.known.items.get(&item.key) {
            Some(Item { post_id: None, .. }) => {
                Plan::Stays("was imported before and deleted here: it stays away")
            }
            Some(known) if known.hash == source && (known.edited || known.trashed) => Plan::Same,
            Some(known) if known.edited => {
                Plan::Stays("its source has changed, but somebody has edited the post here: it stays")
            }
            Some(known) if known.trashed && item.state != SourceState::Trash => Plan::Stays(
                "its source has changed, but somebody has put the post into the trash here: it stays there",
            ),
            _ => Plan::Write,
        }
    }

    /// The text of an item with the addresses that its pictures have here.
    async fn resolve(&mut self, item: &SourceItem) -> anyhow::Result<(Text, Resolved)> {
        let resolved =
            texts::resolve(item, self.export.site.is_some(), &self.old_paths, &mut self.pictures).await?;
        let text = texts::convert(item, &resolved).await?;
        Ok((text, resolved))
    }

    /// Only comments that are new may come to it.
    async fn unchanged(&mut self, item: &SourceItem) -> anyhow::Result<()> {
        self.report.count(plural(item.kind), item.state.word(), Outcome::Unchanged);
        let post_id = self.known.items.get(&item.key).and_then(|known| known.post_id);
        let mut tx = self.app.db.begin().await?;
        self.comments(&mut tx, item, post_id).await?;
        self.advance(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn write(
        &mut self,
        item: &SourceItem,
        (known, slug): (Option<i64>, Slug),
        body: String,
        resolved: &Resolved,
        fingerprint: &Fingerprint,
    ) -> anyhow::Result<()> {
        let publish_at = item.published_at.or(item.updated_at).filter(|_| item.state.is_out());
        if item.state.is_out() && publish_at.is_none() {
            self.note(&item.name, Fate::Changed, "has no date anywhere: it is a draft");
        }
        let mut tx = self.app.db.begin().await?;
        if self.options.dry_run {
            self.comments(&mut tx, item, None).await?;
            self.advance(&mut tx).await?;
            return Ok(tx.commit().await?);
        }
        let imported = ImportedPost {
            kind: item.kind,
            slug,
            title: item.title.clone(),
            body,
            summary: item.summary.clone(),
            description: item.description.clone(),
            canonical_url: item.canonical_url.clone(),
            tags: item.tags.clone(),
            authors: self.people.byline(&item.authors, self.options.author.as_deref()).await?,
            cover: resolved.cover.clone(),
            comments_open: item.comments_open,
            publish_at,
            private: item.restricted || item.state == SourceState::Private,
            trashed: item.state == SourceState::Trash,
            updated_at: item.updated_at,
            aliases: item.aliases.clone(),
        };
        let derived = posts::render_body(self.app, &imported.body).await?;
        let (id, version) = posts::save_imported(&mut tx, known, &imported, &derived).await?;
        let key = (self.export.source.as_str(), item.key.as_str());
        queries::remember(&mut *tx, key, fingerprint, id, version).await?;
        self.comments(&mut tx, item, Some(id)).await?;
        self.advance(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Saves the comments of an item that no earlier run has brought.
    async fn comments(
        &mut self,
        db: &mut PgConnection,
        item: &SourceItem,
        post_id: Option<i64>,
    ) -> anyhow::Result<()> {
        let (old, new): (Vec<_>, Vec<_>) =
            item.comments.iter().partition(|comment| self.known.comments.contains_key(&comment.key));
        for comment in old {
            self.report.count("comments", comment.state.as_str(), Outcome::Unchanged);
        }
        let prepared = discussion::prepare(new.into_iter(), &item.name, &mut self.report.notes);
        let here = post_id.is_some() || self.options.dry_run;
        for prepared in &prepared {
            let outcome = if here && prepared.body.is_some() { Outcome::Added } else { Outcome::Left };
            self.report.count("comments", prepared.comment.state.as_str(), outcome);
        }
        let (false, Some(post_id)) = (self.options.dry_run || prepared.is_empty(), post_id) else {
            return Ok(());
        };
        for author in prepared.iter().filter_map(|prepared| prepared.comment.author.as_ref()) {
            self.people.named(author).await?;
        }
        let published_at = item.published_at.or(item.updated_at).unwrap_or_default();
        let people = self.people.known();
        let place =
            Place { source: &self.export.source, post_id, published_at, keys: &self.app.keys, people };
        let saved = discussion::save(db, &place, &prepared, &self.known.comments).await?;
        self.known.comments.extend(saved);
        Ok(())
    }

    /// The address that the source asks for, unless a post of this blog has it.
    fn free_slug(&mut self, item: &SourceItem, own: Option<&str>) -> Slug {
        if let Some(own) = own.and_then(Slug::parse) {
            return own;
        }
        let wanted = Slug::parse(&item.slug).unwrap_or_else(|| Slug::propose(&item.title));
        let mut choices = std::iter::once(wanted.clone()).chain((2..).map(|n| wanted.with_suffix(n)));
        let is_free = |choice: &Slug| {
            !self.known.slugs.contains(choice.as_str()) && !posts::is_reserved(item.kind, choice.as_str())
        };
        let free = choices.find(is_free).unwrap_or_else(|| wanted.clone());
        if free != wanted {
            let words =
                format!("the address {wanted} is in use here: it is at {}", item.kind.path(free.as_str()));
            self.note(&item.name, Fate::Changed, words);
        }
        self.known.slugs.insert(free.to_string());
        free
    }
}
