//! Saving a post: one transaction with text, fields, old address and history. Whoever saved meanwhile loses nothing: both
//! changes are put together, or a person decides.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    autosave,
    coming_out::ComeOut,
    fields::{FieldClash, Fields},
    forms::{Aim, Change},
    merge::{Piece, agreed, merge},
    queries::{self, Head, Version},
    review::{self, Reviewed},
};
use crate::{
    error::{Result, UnlessTaken},
    jobs,
    posts::{model::PostId, rendering::render_body_with},
    session::{User, UserId},
    state::AppState,
    text::Slug,
};

/// What came of an attempt to save.
#[derive(Debug)]
pub(super) enum Saved {
    /// It is saved.
    Done {
        id: PostId,
        /// Somebody had saved meanwhile, and both changes are in it.
        merged: bool,
        reviewed: Reviewed,
    },
    /// Only an editor may publish it; nothing was written.
    NeedsEditor,
    /// Another post has this address.
    SlugTaken,
    /// Nobody who writes here is called so.
    NoSuchAuthor(String),
    /// Somebody changed the same lines or fields meanwhile; nothing was written.
    Clash(Box<Conflict>),
}

/// Two changes that a person has to decide between.
#[derive(Debug)]
pub(super) struct Conflict {
    /// The version that `mine` was not made from.
    pub(super) head: Head,
    pub(super) pieces: Vec<Piece>,
    /// Fields that both changed; the title may be among them.
    pub(super) clashes: Vec<FieldClash>,
    /// Mine, with all that nobody disagrees about; its text is that of the form.
    pub(super) merged: Change,
}

/// A proposed address that is taken gets a number; after this many something else is wrong.
const MOST_SUFFIXES: usize = 200;

/// Adds a post of `author`. What the form named `tab` kept beside it is saved with that.
pub(super) async fn create(
    app: &AppState,
    author: &User,
    tab: Option<Uuid>,
    change: &Change,
) -> Result<Saved> {
    for change in addresses(change) {
        if let Some(saved) = try_create(app, author, tab, &change).await.unless_taken("posts_slug_key")? {
            return Ok(saved);
        }
    }
    Ok(Saved::SlugTaken)
}

/// Saves a post that was changed from `version` on.
pub(super) async fn update(
    app: &AppState,
    editor: &User,
    from: (PostId, i32),
    tab: Option<Uuid>,
    change: &Change,
) -> Result<Saved> {
    for change in addresses(change) {
        if let Some(saved) =
            try_update(app, editor, from, tab, change).await.unless_taken("posts_slug_key")?
        {
            return Ok(saved);
        }
    }
    Ok(Saved::SlugTaken)
}

async fn try_create(app: &AppState, author: &User, tab: Option<Uuid>, change: &Change) -> Result<Saved> {
    let mut tx = app.db.begin().await?;
    let id = queries::insert(&mut *tx, author.id, &change.fields.slug).await?;
    let saved = write(app, &mut tx, author, (id, &Head::empty()), change, reason(change)).await?;
    if let Saved::Done { .. } = saved {
        autosave::forget(&mut *tx, author.id, tab).await?;
        tx.commit().await?;
    }
    Ok(saved)
}

async fn try_update(
    app: &AppState,
    editor: &User,
    (id, version): (PostId, i32),
    tab: Option<Uuid>,
    mine: Change,
) -> Result<Saved> {
    let mut tx = app.db.begin().await?;
    let head = queries::lock(&mut *tx, id).await?;
    let (change, head, merged) = if head.text_version == version {
        (mine, head, false)
    } else {
        let base = queries::revision(&mut *tx, id, version).await?;
        match combine(base.as_ref(), &mine, head) {
            Ok((change, head)) => (change, head, true),
            Err(conflict) => return Ok(Saved::Clash(conflict)),
        }
    };
    let reason = if merged { "merge" } else { reason(&change) };
    let saved = write(app, &mut tx, editor, (id, &head), &change, reason).await?;
    let Saved::Done { reviewed, .. } = saved else { return Ok(saved) };
    autosave::forget(&mut *tx, editor.id, tab).await?;
    tx.commit().await?;
    Ok(Saved::Done { id, merged, reviewed })
}

/// Makes title and text of version `n` the text again, as a new version; `None`: it is not kept.
pub(super) async fn restore(app: &AppState, editor: &User, id: PostId, n: i32) -> Result<Option<Saved>> {
    let mut tx = app.db.begin().await?;
    let head = queries::lock(&mut *tx, id).await?;
    let Some(version) = queries::revision(&mut *tx, id, n).await? else { return Ok(None) };
    let change = Change {
        title: version.title,
        body: version.body_md,
        fields: head.fields.0.clone(),
        slug_chosen: true,
        aim: Aim::Keep,
    };
    let saved = write(app, &mut tx, editor, (id, &head), &change, "restore").await?;
    tx.commit().await?;
    Ok(Some(saved))
}

/// What would come of saving a change that was made from `version`, without saving it.
pub(super) async fn compare(
    app: &AppState,
    id: PostId,
    version: i32,
    mine: Change,
) -> Result<std::result::Result<Change, Box<Conflict>>> {
    let mut tx = app.db.begin().await?;
    let head = queries::lock(&mut *tx, id).await?;
    if head.text_version == version {
        return Ok(Ok(mine));
    }
    let base = queries::revision(&mut *tx, id, version).await?;
    Ok(combine(base.as_ref(), &mine, head).map(|(change, _)| change))
}

/// Both changes in one, or what a person has to decide: everything that differs, when `base` is not kept any more.
fn combine(
    base: Option<&Version>,
    mine: &Change,
    head: Head,
) -> std::result::Result<(Change, Head), Box<Conflict>> {
    let pieces = merge(base.map(|base| base.body_md.as_str()), &mine.body, &head.body_md);
    let (fields, mut clashes) = Fields::merge(base.map(|base| &*base.fields), &mine.fields, &head.fields);
    let title_before = base.map(|base| &base.title);
    let title = if Some(&mine.title) == title_before { head.title.clone() } else { mine.title.clone() };
    if title != head.title && Some(&head.title) != title_before {
        clashes.insert(
            0,
            FieldClash {
                name: "title".to_owned(),
                mine: mine.title.clone().into(),
                theirs: head.title.clone().into(),
            },
        );
    }
    let text = agreed(&pieces);
    let merged =
        Change { title, fields, body: text.clone().unwrap_or_else(|| mine.body.clone()), ..mine.clone() };
    if text.is_some() && clashes.is_empty() {
        return Ok((merged, head));
    }
    Err(Box::new(Conflict { head, pieces, clashes, merged }))
}

/// Writes what was decided, in the caller's transaction.
async fn write(
    app: &AppState,
    tx: &mut PgConnection,
    editor: &User,
    (id, head): (PostId, &Head),
    change: &Change,
    reason: &str,
) -> Result<Saved> {
    // whatever way it came: this is where a draft becomes a post
    if change.publishes() && !review::may_publish(&app.site.get(), editor, head.stage) {
        return Ok(Saved::NeedsEditor);
    }
    let mut change = change.clone();
    let by_line = match by_line(&mut *tx, &mut change, head, editor).await? {
        Ok(ids) => ids,
        Err(stranger) => return Ok(Saved::NoSuchAuthor(stranger)),
    };
    if change.publishes() || !head.says(&change) {
        put(app, &mut *tx, editor, (id, head), (&change, &by_line, reason)).await?;
    }
    let reviewed = review::settle(&mut *tx, editor, (id, head.stage), &change.aim).await?;
    Ok(Saved::Done { id, merged: false, reviewed })
}

/// Writes the row of a post, and its next version.
async fn put(
    app: &AppState,
    tx: &mut PgConnection,
    editor: &User,
    (id, head): (PostId, &Head),
    (change, by_line, reason): (&Change, &[UserId], &str),
) -> Result<()> {
    let derived = render_body_with(app, &mut *tx, &change.body).await?;
    if !change.fields.series.is_empty() {
        queries::ensure_series(&mut *tx, &change.fields.series).await?;
    }
    if change.publishes() {
        review::comes_out(&mut *tx, editor, &[id]).await?;
    }
    let out = queries::update(&mut *tx, id, change, &derived).await?;
    queries::set_tags(&mut *tx, id, &change.fields.tags).await?;
    queries::set_authors(&mut *tx, id, by_line).await?;
    queries::add_revision(&mut *tx, id, Some(editor.id), reason).await?;
    if let Some(at) = out
        && (change.publishes() || head.fields.publish_at != Some(at))
    {
        jobs::enqueue_at(&mut *tx, &ComeOut::of(id, at), at).await?;
    }
    Ok(())
}

/// The accounts of the by-line; an empty one stays as it is. The handle of whoever does not write here otherwise.
async fn by_line(
    tx: &mut PgConnection,
    change: &mut Change,
    head: &Head,
    editor: &User,
) -> Result<std::result::Result<Vec<UserId>, String>> {
    if change.fields.authors.is_empty() {
        change.fields.authors.clone_from(&head.fields.authors);
    }
    if change.fields.authors.is_empty() {
        change.fields.authors = vec![editor.handle.clone()];
    }
    let known = queries::writers(tx, &change.fields.authors).await?;
    let ids = change.fields.authors.iter().map(|handle| {
        known.iter().find(|(name, _)| name == handle).map(|(_, id)| *id).ok_or_else(|| handle.clone())
    });
    Ok(ids.collect())
}

/// A change under its address, and one that was only proposed also with numbers behind it.
fn addresses(change: &Change) -> impl Iterator<Item = Change> {
    let proposed = Slug::propose(&change.fields.slug);
    let numbered = move |n| {
        let mut numbered = change.clone();
        numbered.fields.slug = proposed.with_suffix(n).to_string();
        numbered
    };
    let suffixes = if change.slug_chosen { 2..2 } else { 2..MOST_SUFFIXES };
    std::iter::once(change.clone()).chain(suffixes.map(numbered))
}

fn reason(change: &Change) -> &'static str {
    if change.publishes() { "publish" } else { "save" }
}
