//! Saving a post: one transaction with text, tags, by-line, old address and revision.

use super::{
    forms::Change,
    queries::{self, Current},
};
use crate::{
    error::{Result, UnlessTaken},
    posts::{
        model::PostId,
        rendering::{Derived, render_body},
    },
    session::{User, UserId},
    state::AppState,
};

/// What came of an attempt to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saved {
    /// It is saved.
    Done(PostId),
    /// Another post has this address.
    SlugTaken,
    /// Somebody saved another text since this form was shown; nothing was overwritten.
    Stale,
}

/// A proposed address that is taken gets a number; after this many something else is wrong.
const MOST_SUFFIXES: usize = 200;

/// Adds a post of `author`.
pub(super) async fn create(app: &AppState, author: UserId, mut change: Change) -> Result<Saved> {
    let derived = render_body(app, &change.body).await?;
    let proposed = change.slug.clone();
    for n in 2..MOST_SUFFIXES {
        if let Some(id) = try_create(app, author, &change, &derived).await.unless_taken("posts_slug_key")? {
            return Ok(Saved::Done(id));
        }
        if change.slug_chosen {
            return Ok(Saved::SlugTaken);
        }
        change.slug = proposed.with_suffix(n);
    }
    Ok(Saved::SlugTaken)
}

/// Saves a post over the version that the form was made from.
pub(super) async fn update(
    app: &AppState,
    editor: &User,
    id: PostId,
    version: i32,
    mut change: Change,
) -> Result<Saved> {
    let derived = render_body(app, &change.body).await?;
    let proposed = change.slug.clone();
    for n in 2..MOST_SUFFIXES {
        let attempt = try_update(app, editor, (id, version), &change, &derived).await;
        if let Some(saved) = attempt.unless_taken("posts_slug_key")? {
            return Ok(saved);
        }
        if change.slug_chosen {
            return Ok(Saved::SlugTaken);
        }
        change.slug = proposed.with_suffix(n);
    }
    Ok(Saved::SlugTaken)
}

async fn try_create(app: &AppState, author: UserId, change: &Change, derived: &Derived) -> Result<PostId> {
    let mut tx = app.db.begin().await?;
    let id = queries::insert(&mut *tx, author, change, derived).await?;
    queries::set_tags(&mut tx, id, &change.tags).await?;
    queries::set_authors(&mut tx, id, &[author]).await?;
    queries::add_revision(&mut *tx, id, Some(author), reason(change)).await?;
    tx.commit().await?;
    Ok(id)
}

async fn try_update(
    app: &AppState,
    editor: &User,
    (id, version): (PostId, i32),
    change: &Change,
    derived: &Derived,
) -> Result<Saved> {
    let mut tx = app.db.begin().await?;
    let current = queries::lock(&mut *tx, id).await?;
    if current.text_version != version {
        return Ok(Saved::Stale);
    }
    queries::update(&mut *tx, id, change, derived).await?;
    if moved_from(&current, change) {
        queries::keep_slug(&mut tx, id, &current.slug, change.slug.as_str()).await?;
    }
    queries::set_tags(&mut tx, id, &change.tags).await?;
    queries::add_revision(&mut *tx, id, Some(editor.id), reason(change)).await?;
    tx.commit().await?;
    Ok(Saved::Done(id))
}

/// Readers may have kept the old address.
fn moved_from(current: &Current, change: &Change) -> bool {
    let moved = current.slug != change.slug.as_str() || current.kind != change.kind;
    moved && current.was_public
}

fn reason(change: &Change) -> &'static str {
    if change.publish { "publish" } else { "save" }
}
