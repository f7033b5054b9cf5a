//! What somebody typed is kept when their request fails: sealed, for the browser that sent it, for a week, and offered
//! again until it was sent or thrown away. When the database is away it waits in a file.
//!
//! Owns `rescue_drafts`.

mod cookie;
mod queries;
mod spool;

use std::time::Duration;

use anyhow::Context as _;
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    crypto::{random_token, token_hash},
    state::AppState,
};

const SEALED: &str = "rescue";
/// A failing request waits no longer for the database than this.
const PATIENCE: Duration = Duration::from_millis(500);
/// More than that one browser does not need.
const MOST: i64 = 20;

/// A form that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescued {
    /// Where it was sent.
    pub path: String,
    /// It was sent as an upload, and must be again.
    pub multipart: bool,
    /// Names and values, without files and secrets.
    pub fields: Vec<(String, String)>,
    /// When it failed.
    pub at: DateTime<Utc>,
}

/// One that is kept.
#[derive(Debug)]
pub struct Kept {
    /// Names it for its browser.
    pub id: i64,
    /// The form.
    pub rescued: Rescued,
}

/// A row, or what will be one.
struct Row {
    browser_hash: Vec<u8>,
    path_hash: Vec<u8>,
    sealed: Vec<u8>,
}

/// Keeps a form for the browser that sent it. The cookie by which that browser gets it again.
///
/// # Errors
/// Neither the database nor the disk takes it.
pub async fn keep(app: &AppState, headers: &HeaderMap, rescued: &Rescued) -> anyhow::Result<HeaderValue> {
    let https = app.config.https();
    let browser = cookie::browser(headers, https).unwrap_or_else(random_token);
    let text = serde_json::to_string(rescued).context("writing down a form")?;
    let row = Row {
        browser_hash: token_hash(&browser).to_vec(),
        path_hash: app.keys.hash(SEALED, &rescued.path).to_vec(),
        sealed: app.keys.seal(SEALED, &text),
    };
    let kept = tokio::time::timeout(PATIENCE, queries::keep(&app.db, &row, MOST)).await;
    if !matches!(kept, Ok(Ok(()))) {
        spool::keep(&app.config.data_dir, &row).await?;
    }
    Ok(cookie::set(&browser, https))
}

/// True when this browser has something kept, as far as its cookie says.
pub fn has_some(headers: &HeaderMap, https: bool) -> bool {
    cookie::browser(headers, https).is_some()
}

/// A form of this address was taken now: what is kept of it has served its time.
pub async fn settle(app: &AppState, headers: &HeaderMap, path: &str) {
    let Some(browser) = cookie::browser(headers, app.config.https()) else { return };
    let path_hash = app.keys.hash(SEALED, path);
    if let Err(error) = queries::delete_of_path(&app.db, &token_hash(&browser), &path_hash).await {
        tracing::warn!(%error, "a form that was sent stays kept until its time is over");
    }
}

/// Everything that is kept for this browser, the newest first.
///
/// # Errors
/// The database is away.
pub async fn list(app: &AppState, headers: &HeaderMap) -> anyhow::Result<Vec<Kept>> {
    let Some(browser) = cookie::browser(headers, app.config.https()) else { return Ok(Vec::new()) };
    take_in(app).await?;
    let rows = queries::list(&app.db, &token_hash(&browser)).await?;
    let opened = rows.into_iter().filter_map(|(id, sealed)| match open(app, &sealed) {
        Ok(rescued) => Some(Kept { id, rescued }),
        Err(error) => {
            tracing::warn!(%error, "a kept form cannot be opened");
            None
        }
    });
    Ok(opened.collect())
}

fn open(app: &AppState, sealed: &[u8]) -> anyhow::Result<Rescued> {
    Ok(serde_json::from_str(&app.keys.open(SEALED, sealed)?)?)
}

/// Throws one away, if it is this browser's.
///
/// # Errors
/// The database is away.
pub async fn discard(app: &AppState, headers: &HeaderMap, id: i64) -> sqlx::Result<()> {
    match cookie::browser(headers, app.config.https()) {
        Some(browser) => queries::delete_one(&app.db, &token_hash(&browser), id).await,
        None => Ok(()),
    }
}

/// The cookie that says: nothing is kept.
pub fn forget_cookie(https: bool) -> HeaderValue {
    cookie::unset(https)
}

/// Takes in what waits in files, and deletes what is a week old.
///
/// # Errors
/// The database is away.
pub async fn tidy(app: &AppState) -> anyhow::Result<()> {
    take_in(app).await?;
    Ok(queries::delete_old(&app.db).await?)
}

/// Files become rows.
async fn take_in(app: &AppState) -> anyhow::Result<()> {
    for (path, row) in spool::all(&app.config.data_dir).await? {
        queries::keep(&app.db, &row, MOST).await?;
        tokio::fs::remove_file(&path).await.ok();
    }
    Ok(())
}
