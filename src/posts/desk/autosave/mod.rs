//! What was typed and not saved: a row beside the post for each open form, offered when the form is opened again, and
//! never put into the post by itself.

mod queries;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgExecutor, types::Json};
use uuid::Uuid;

use super::forms::PostForm;
use crate::{
    error::Result,
    posts::model::PostId,
    session::UserId,
    text::{clean, truncate},
};

/// A text that was typed and not saved.
#[derive(Debug)]
pub(super) struct Unsaved {
    pub(super) tab: Uuid,
    pub(super) post_id: Option<PostId>,
    pub(super) base_version: i32,
    pub(super) title: String,
    pub(super) body_md: String,
    form: Json<Value>,
    pub(super) saved_at: DateTime<Utc>,
}

impl Unsaved {
    /// The form as it was typed.
    pub(super) fn form(&self) -> PostForm {
        let form: PostForm = serde_json::from_value(self.form.0.clone()).unwrap_or_default();
        PostForm {
            title: self.title.clone(),
            body: self.body_md.clone(),
            text_version: self.base_version.to_string(),
            tab: self.tab.to_string(),
            action: String::new(),
            ..form
        }
    }
}

/// The same in a list.
#[derive(Debug)]
pub(super) struct UnsavedLine {
    pub(super) tab: Uuid,
    pub(super) title: String,
    pub(super) beginning: String,
    pub(super) saved_at: DateTime<Utc>,
}

impl UnsavedLine {
    /// What it is called in a list.
    pub(super) fn name(&self) -> String {
        let name = if self.title.trim().is_empty() { &self.beginning } else { &self.title };
        truncate(name.trim(), 80)
    }

    /// Where it is compared with what is saved.
    pub(super) fn path(&self) -> String {
        path(self.tab)
    }
}

/// Where a text that is not saved is looked at.
pub(super) fn path(tab: Uuid) -> String {
    format!("/write/unsaved/{tab}")
}

/// Keeps a form as it is. Without a name of its own, as only a form of somebody else's making is, it is not kept.
///
/// # Errors
/// The database is away.
pub(super) async fn keep(
    db: impl PgExecutor<'_>,
    user: UserId,
    post: Option<PostId>,
    form: &PostForm,
) -> Result<()> {
    let Some(tab) = form.tab() else { return Ok(()) };
    let mut rest = serde_json::to_value(form).map_err(anyhow::Error::from)?;
    for own_column in ["title", "body"] {
        rest[own_column] = Value::String(String::new());
    }
    let row = queries::Row {
        user,
        tab,
        post,
        base_version: form.text_version(),
        title: &clean(&form.title),
        body_md: &clean(&form.body),
        form: &rest,
    };
    Ok(queries::keep(db, row).await?)
}

/// It is saved now, or it was never anything.
pub(super) async fn forget(db: impl PgExecutor<'_>, user: UserId, tab: Option<Uuid>) -> sqlx::Result<()> {
    match tab {
        Some(tab) => queries::delete(db, user, tab).await,
        None => Ok(()),
    }
}

/// One of this person's.
pub(super) async fn one(db: impl PgExecutor<'_>, user: UserId, tab: Uuid) -> sqlx::Result<Option<Unsaved>> {
    queries::one(db, user, tab).await
}

/// What is offered when the form of `post` (or of a new one) is opened.
pub(super) async fn offered(
    db: impl PgExecutor<'_>,
    user: UserId,
    post: Option<PostId>,
) -> sqlx::Result<Vec<UnsavedLine>> {
    queries::open(db, user, post, false).await
}

/// What this person put aside in the last week.
pub(super) async fn put_aside(
    db: impl PgExecutor<'_>,
    user: UserId,
    post: Option<PostId>,
) -> sqlx::Result<Vec<UnsavedLine>> {
    queries::open(db, user, post, true).await
}

/// Puts it aside; it is deleted in a week. False: it was not there.
pub(super) async fn discard(db: impl PgExecutor<'_>, user: UserId, tab: Uuid) -> sqlx::Result<bool> {
    queries::discard(db, user, tab).await
}

/// Deletes what was put aside a week ago, and what nobody came back to for three months.
///
/// # Errors
/// The database is away.
pub async fn forget_old(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    queries::delete_old(db).await
}
