//! Every change of a comment's state goes through here: row locks, version check, the state machine, the log, all in
//! one transaction.

use std::collections::HashMap;

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    model::{Actor, Decision, Pick, transition},
    queries::{self, LogEntry},
};
use crate::{error::Result, session::UserId};

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Names the decision, for [`undo`].
    pub bulk_id: Uuid,
    /// Comments that were moved.
    pub moved: usize,
    /// Comments that somebody else had changed meanwhile, or that the decision does not fit.
    pub skipped: usize,
}

/// Applies one decision to some comments, as they were on the screen of who decides.
///
/// # Errors
/// The database is away; then nothing has changed.
pub async fn decide(
    db: &PgPool,
    (user, actor): (UserId, Actor),
    decision: Decision,
    picks: &[Pick],
) -> Result<Outcome> {
    let seen: HashMap<i64, i32> = picks.iter().map(|pick| (pick.id, pick.version)).collect();
    let bulk_id = Uuid::new_v4();
    let mut tx = db.begin().await?;

    let mut moved = queries::lock(&mut *tx, &queries::ids(picks)).await?;
    moved.retain(|row| {
        seen.get(&row.id) == Some(&row.version) && transition(row.state, decision, actor).is_some()
    });
    let to = moved.first().and_then(|row| transition(row.state, decision, actor));
    if let Some(to) = to {
        let ids: Vec<i64> = moved.iter().map(|row| row.id).collect();
        queries::set_state(&mut *tx, &ids, to, user).await?;
        queries::log(&mut *tx, &LogEntry { actor: user, action: decision, to, bulk_id }, &moved).await?;
    }

    tx.commit().await?;
    Ok(Outcome { bulk_id, moved: moved.len(), skipped: seen.len() - moved.len() })
}

/// Takes a decision back; the comments put back, and those left because something has happened to them since.
///
/// # Errors
/// The database is away; then nothing has changed.
pub async fn undo(db: &PgPool, bulk_id: Uuid, user: UserId) -> Result<(i64, i64)> {
    let mut tx = db.begin().await?;
    let counts = queries::undo(&mut tx, bulk_id, user).await?;
    tx.commit().await?;
    Ok(counts)
}
