//! One change of many posts: in one transaction, and whatever cannot be changed is named.

use sqlx::PgConnection;

use super::{forms::Act, model::Chosen, queries};
use crate::{
    error::{Error, Result},
    jobs,
    posts::{
        desk::{self, ComeOut},
        model::{MOST_TAGS, PostId, PostKind, Stage},
    },
    session::{Capability, User},
    site::Site,
    state::AppState,
};

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) done: usize,
    pub(super) left: Vec<Left>,
    /// Posts that are not there, or not theirs to change.
    pub(super) missing: usize,
}

/// A post that stayed as it was.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) id: PostId,
    pub(super) title: String,
    pub(super) sentence: &'static str,
}

/// Does something with posts that `editor` may edit.
pub(super) async fn change(app: &AppState, editor: &User, act: &Act, ids: &[PostId]) -> Result<Outcome> {
    if let Act::SetAuthor(author) = act {
        if !editor.can(Capability::EditAny) {
            return Err(Error::Forbidden);
        }
        if !queries::may_write(&app.db, *author).await? {
            return Err(Error::BadRequest("This account has no desk, so it cannot be an author."));
        }
    }
    let tag = match act {
        Act::AddTag(slug, _) | Act::RemoveTag(slug, _) => Some(slug),
        _ => None,
    };

    let held = if *act == Act::Publish { desk::held_back(app, editor, ids).await? } else { Vec::new() };

    let mut tx = app.db.begin().await?;
    let chosen = queries::lock(&mut *tx, editor, ids, tag).await?;
    let mut outcome = Outcome { missing: ids.len().saturating_sub(chosen.len()), ..Outcome::default() };
    let (mut fit, mut differ) = (Vec::new(), Vec::new());
    for post in chosen {
        let refusal = refusal(act, editor, &app.site.get(), &post);
        match refusal.or_else(|| held.contains(&post.id).then_some("Something has to be mended first.")) {
            Some(sentence) => outcome.left.push(Left { id: post.id, title: post.title, sentence }),
            None => {
                if changes_fields(act, &post) {
                    differ.push(post.id);
                }
                fit.push(post.id);
            }
        }
    }
    outcome.done = fit.len();
    match act {
        Act::AddTag(slug, name) => queries::add_tag(&mut tx, &fit, (slug, name)).await?,
        Act::RemoveTag(slug, _) => queries::remove_tag(&mut *tx, &fit, slug).await?,
        Act::Publish => publish(&mut tx, editor, &fit).await?,
        Act::Unpublish | Act::Restore => queries::set_status(&mut *tx, &fit, "draft").await?,
        Act::Trash => queries::set_status(&mut *tx, &fit, "trashed").await?,
        Act::Delete => queries::delete(&mut *tx, &fit).await?,
        Act::SetAuthor(author) => queries::set_author(&mut tx, &fit, *author).await?,
    }
    queries::add_bulk_revisions(&mut tx, &differ, editor.id).await?;
    tx.commit().await?;
    Ok(outcome)
}

async fn publish(tx: &mut PgConnection, editor: &User, ids: &[PostId]) -> Result<()> {
    desk::comes_out(&mut *tx, editor, ids).await?;
    for (id, at) in queries::publish(&mut *tx, ids).await? {
        jobs::enqueue_at(&mut *tx, &ComeOut::of(id, at), at).await?;
    }
    Ok(())
}

/// Why a post stays as it is.
fn refusal(act: &Act, editor: &User, site: &Site, post: &Chosen) -> Option<&'static str> {
    let in_trash = post.stage == Stage::Trashed;
    match act {
        Act::Restore | Act::Delete if in_trash => None,
        Act::Restore => Some("It is not in the trash."),
        Act::Delete => Some("Only what is in the trash can be deleted for good."),
        _ if in_trash => Some("It is in the trash: restore it first."),
        Act::AddTag(..)
            if !post.has_tag && usize::try_from(post.tags).is_ok_and(|tags| tags >= MOST_TAGS) =>
        {
            Some("It has 20 tags already.")
        }
        Act::Publish if post.stage == Stage::Scheduled => Some("It is scheduled already."),
        Act::Publish if post.stage == Stage::Published => Some("It is published already."),
        Act::Publish if !desk::may_publish(site, editor, post.stage) => Some(desk::AN_EDITOR_PUBLISHES),
        Act::Publish if post.outlived => Some("Its time is over: change the time in its form first."),
        Act::Publish if post.title.is_empty() => Some("It has no title yet."),
        Act::Publish | Act::Unpublish if post.kind == PostKind::Page && !editor.can(Capability::EditAny) => {
            Some("Only editors make pages.")
        }
        Act::Unpublish if matches!(post.stage, Stage::Draft | Stage::Review) => {
            Some("It is a draft already.")
        }
        _ => None,
    }
}

/// True when the history has to know: the fields of the form become others.
fn changes_fields(act: &Act, post: &Chosen) -> bool {
    match act {
        Act::AddTag(..) => !post.has_tag,
        Act::RemoveTag(..) => post.has_tag,
        Act::Publish | Act::SetAuthor(_) => true,
        Act::Unpublish | Act::Trash | Act::Restore | Act::Delete => false,
    }
}

impl Act {
    /// What was done with `n` posts: `3 posts` is put before it.
    pub(super) fn done(&self, n: usize) -> String {
        match self {
            Self::AddTag(_, name) => format!("tagged “{name}”"),
            Self::RemoveTag(_, name) => format!("no longer tagged “{name}”"),
            Self::Publish => "published".to_owned(),
            Self::Unpublish => "unpublished".to_owned(),
            Self::Trash => "moved to the trash".to_owned(),
            Self::Restore if n == 1 => "restored as a draft".to_owned(),
            Self::Restore => "restored as drafts".to_owned(),
            Self::Delete => "deleted for good".to_owned(),
            Self::SetAuthor(_) => "given to another author".to_owned(),
        }
    }
}
