//! How often something may be tried: counted in PostgreSQL, so that all processes count together.
//!
//! Owns `rate_limits`, `backoffs`.

mod queries;

use chrono::{DateTime, Utc};
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

/// Tries at something secret: some are free, then each has to wait longer than the one before, up to an end. Nobody is
/// ever locked out for good (OWASP Authentication Cheat Sheet; at most 100 failures in a row, NIST SP 800-63B-4, 3.2.2).
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// Names what is tried; part of the key.
    pub name: &'static str,
    /// Tries without waiting.
    pub free: i32,
    /// Seconds of the first wait; each further one is twice as long.
    pub first_wait: i32,
    /// Seconds of the longest wait.
    pub longest_wait: i32,
}

impl Backoff {
    /// Counts one try for `who` before it is made, so that many at once do not slip through. `label` is what an admin
    /// reads of it. True: it was the last one before a wait.
    ///
    /// # Errors
    /// 429 with the seconds that are left, when it has to wait.
    pub async fn enter(&self, db: &PgPool, who: &str, label: &str) -> Result<bool> {
        let entry = queries::enter(db, &self.key(who), label, *self).await?;
        match entry.wait_seconds {
            None => Ok(entry.next_waits),
            Some(seconds) => Err(Error::TooMany { retry_after: u32::try_from(seconds.max(1)).unwrap_or(60) }),
        }
    }

    /// Forgets the tries of `who`: one was right.
    ///
    /// # Errors
    /// The database is away.
    pub async fn forgive(&self, db: &PgPool, who: &str) -> Result<()> {
        Ok(queries::forgive(db, &self.key(who)).await?)
    }

    fn key(&self, who: &str) -> String {
        format!("{}:{who}", self.name)
    }
}

/// Somebody or something that has to wait now.
#[derive(Debug)]
pub struct Waiting {
    /// Names it in forms.
    pub key: String,
    /// What an admin reads of it.
    pub label: String,
    /// Failed tries in a row, or tries in this window.
    pub failures: i32,
    /// The end of the wait.
    pub until: DateTime<Utc>,
}

/// Who has to wait now, the longest wait first; at most a hundred.
///
/// # Errors
/// The database is away.
pub async fn waiting(db: &PgPool, windows: &[Limit]) -> sqlx::Result<Vec<Waiting>> {
    let names: Vec<String> = windows.iter().map(|limit| limit.name.to_owned()).collect();
    let max: Vec<i32> = windows.iter().map(|limit| limit.max).collect();
    let seconds: Vec<f64> = windows.iter().map(|limit| f64::from(limit.seconds)).collect();
    queries::waiting(db, &names, &max, &seconds).await
}

/// Lets somebody try again at once, and says what an admin reads of them; `None`: they do not have to wait any more.
///
/// # Errors
/// The database is away.
pub async fn lift(db: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    queries::lift(db, key).await
}

/// Forgets windows that ended a day ago, and tries that nobody repeated for a day.
///
/// # Errors
/// The database is away.
pub async fn forget_old(db: &PgPool) -> sqlx::Result<()> {
    queries::delete_old(db).await
}
