//! Review: an author asks an editor to look at a draft before readers do; the editor publishes it, or sends it back with
//! a note.

mod mails;
mod queries;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    autosave,
    forms::{Aim, PostForm},
    model::desk_path,
    queries as desk,
};
use crate::{
    error::Result,
    jobs,
    posts::model::{PostId, Stage},
    session::{Capability, User},
    site::Site,
    state::AppState,
};

pub use mails::SendReview;
pub(super) use queries::take_back;

/// What somebody reads who may not publish, wherever they tried.
pub(in crate::posts) const AN_EDITOR_PUBLISHES: &str = "An editor publishes it: submit it for review.";

/// What an editor wrote when sending a post back.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Note {
    pub(super) editor: Option<String>,
    pub(super) note: String,
    pub(super) at: DateTime<Utc>,
}

/// What a save did besides keeping the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reviewed {
    /// It was not about that.
    No,
    /// It waits for an editor now.
    Submitted,
    /// It waited before.
    WaitedAlready,
    /// Only a draft can wait.
    NoDraft,
    /// An editor gave it back to whoever is called so.
    SentBack(String),
    /// It was to be given back, and somebody was faster.
    WaitsNoMore,
}

impl Reviewed {
    /// What is said of it; `None`: what is said of any save.
    pub(super) fn sentence(&self) -> Option<String> {
        let sentence = match self {
            Self::No => return None,
            Self::Submitted => "Submitted. An editor looks at it, and you get a mail with the answer.",
            Self::WaitedAlready => "Saved. It still waits for an editor.",
            Self::NoDraft => "Saved. Only a draft can be submitted.",
            Self::SentBack(name) => return Some(format!("Sent back to {name}.")),
            Self::WaitsNoMore => "Saved, and not sent back: it does not wait for an editor any more.",
        };
        Some(sentence.to_owned())
    }
}

/// True when `user` may publish a post of theirs that stands at `stage`. The rule is about the first time: what came out
/// once, and was not unpublished since, its authors change by themselves.
pub(in crate::posts) fn may_publish(site: &Site, user: &User, stage: Stage) -> bool {
    let was_out = matches!(stage, Stage::Published | Stage::Scheduled | Stage::Expired);
    !site.review_first || was_out || user.can(Capability::EditAny)
}

/// Submits a locked post or sends it back, if that is what it was saved for.
///
/// # Errors
/// The database is away.
pub(super) async fn settle(
    tx: &mut PgConnection,
    user: &User,
    (id, stage): (PostId, Stage),
    aim: &Aim,
) -> Result<Reviewed> {
    match (aim, stage) {
        (Aim::Keep | Aim::Publish, _) => Ok(Reviewed::No),
        (Aim::Submit, Stage::Draft) => submit(tx, user, id).await,
        (Aim::Submit, Stage::Review) => Ok(Reviewed::WaitedAlready),
        (Aim::Submit, _) => Ok(Reviewed::NoDraft),
        (Aim::SendBack(note), Stage::Review) => send_back(tx, user, id, note).await,
        (Aim::SendBack(_), _) => Ok(Reviewed::WaitsNoMore),
    }
}

async fn submit(tx: &mut PgConnection, author: &User, id: PostId) -> Result<Reviewed> {
    let at = queries::submit(&mut *tx, id, author.id).await?;
    if queries::is_news(&mut *tx, id).await? {
        for editor in queries::editors(&mut *tx, author.id).await? {
            jobs::enqueue(&mut *tx, &SendReview::submitted(id, editor, at)).await?;
        }
    }
    Ok(Reviewed::Submitted)
}

async fn send_back(tx: &mut PgConnection, editor: &User, id: PostId, note: &str) -> Result<Reviewed> {
    let submitter = queries::end_wait(&mut *tx, id).await?;
    let review = queries::add_note(&mut *tx, id, editor.id, note).await?;
    let Some((to, name)) = submitter else { return Ok(Reviewed::SentBack("its author".to_owned())) };
    if to != editor.id {
        jobs::enqueue(&mut *tx, &SendReview::sent_back(id, to, review)).await?;
    }
    Ok(Reviewed::SentBack(name))
}

/// Tells those who submitted some of these locked posts that `user` publishes them. To be called before that is done: it
/// ends the waiting.
///
/// # Errors
/// The database is away.
pub(in crate::posts) async fn comes_out(tx: &mut PgConnection, user: &User, ids: &[PostId]) -> Result<()> {
    for (id, to, round) in queries::waiting(&mut *tx, ids, user.id).await? {
        jobs::enqueue(&mut *tx, &SendReview::published(id, to, (user.id, round))).await?;
    }
    Ok(())
}

/// Where the form goes on after `typed` was saved: with the note in it that was typed and not sent.
///
/// # Errors
/// The database is away.
pub(super) async fn form_path(app: &AppState, editor: &User, id: PostId, typed: &PostForm) -> Result<String> {
    let path = desk_path(id);
    let is_note = editor.can(Capability::EditAny) && !typed.review_note.trim().is_empty();
    let Some(tab) = typed.tab().filter(|_| is_note) else { return Ok(path) };
    let Some(draft) = desk::editable(&app.db, editor, id).await? else { return Ok(path) };
    let form = PostForm {
        tab: typed.tab.clone(),
        review_note: typed.review_note.clone(),
        ..PostForm::of(&draft, &app.site.get().time_zone)
    };
    autosave::keep(&app.db, editor.id, Some(id), &form).await?;
    Ok(format!("{path}?from={tab}"))
}
