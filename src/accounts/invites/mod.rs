//! Invitations: links that open a closed door, each once.

mod forms;
mod queries;
mod routes;
mod views;

use sqlx::PgPool;

use crate::{
    crypto::token_hash,
    error::Result,
    session::{Role, UserId},
};

pub(super) use routes::admins;

/// The invitation behind a token, while it is good.
pub(super) async fn find(db: &PgPool, token: &str) -> Result<Option<(i64, Role)>> {
    if token.is_empty() {
        return Ok(None);
    }
    Ok(queries::find(db, &token_hash(token)).await?)
}

/// Uses an invitation up: true for exactly one of those who try.
pub(super) async fn take(db: &PgPool, id: i64) -> Result<bool> {
    Ok(queries::take(db, id).await?)
}

/// Notes whose it became.
pub(super) async fn used_by(db: &PgPool, id: i64, user: UserId) -> Result<()> {
    Ok(queries::used_by(db, id, user).await?)
}
