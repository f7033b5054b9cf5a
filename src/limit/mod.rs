//! How often something may be tried: counted in PostgreSQL, so that all processes count together.
//!
//! Owns `rate_limits`.

mod queries;

use sqlx::PgPool;

use crate::error::{Error, Result};

/// At most `max` times in each window of `seconds`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Names what is limited; part of the key.
    pub name: &'static str,
    /// Tries that are let through in one window.
    pub max: i32,
    /// Length of the window.
    pub seconds: i32,
}

impl Limit {
    /// Counts one try for `who`.
    ///
    /// # Errors
    /// 429 with the seconds until the window ends, when it was one too many.
    pub async fn count(&self, db: &PgPool, who: &str) -> Result<()> {
        let key = format!("{}:{who}", self.name);
        let window = queries::hit(db, &key, f64::from(self.seconds)).await?;
        if window.hits > self.max {
            return Err(Error::TooMany {
                retry_after: u32::try_from(window.seconds_left.max(1)).unwrap_or(60),
            });
        }
        Ok(())
    }
}

/// Forgets windows that ended a day ago.
///
/// # Errors
/// The database is away.
pub async fn forget_old(db: &PgPool) -> sqlx::Result<()> {
    queries::delete_old(db).await
}
