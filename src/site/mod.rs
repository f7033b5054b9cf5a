//! The settings of the blog, kept in memory by every process and read again when the database says so.
//!
//! Owns `settings`. Reads `posts` for the static pages of the menu.

mod checks;
mod model;
pub mod queries;

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::watch;

pub use checks::{Check, CheckLevel, Checks};
pub use model::{CommentPolicy, MenuLink, Registration, Site, parse_time_zone};

/// The settings as this process knows them. Cheap to clone; all clones change together.
#[derive(Debug, Clone)]
pub struct SiteCache {
    sender: Arc<watch::Sender<Arc<Site>>>,
}

impl SiteCache {
    /// Reads the settings for the first time.
    ///
    /// # Errors
    /// The database is away.
    pub async fn load(db: &PgPool) -> sqlx::Result<Self> {
        let site = queries::load(db).await?;
        Ok(Self { sender: Arc::new(watch::Sender::new(Arc::new(site))) })
    }

    /// The settings now.
    pub fn get(&self) -> Arc<Site> {
        self.sender.borrow().clone()
    }

    /// Reads the settings again: called after a change here, and by [`SiteCache::follow`] after a change elsewhere.
    ///
    /// # Errors
    /// The database is away; the old settings stay.
    pub async fn reload(&self, db: &PgPool) -> sqlx::Result<()> {
        self.sender.send_replace(Arc::new(queries::load(db).await?));
        Ok(())
    }

    /// Follows the changes that other processes make, for ever. While the database is away the last known settings
    /// stay; a minute is the longest that a change can go unnoticed.
    pub async fn follow(self, db: PgPool) {
        loop {
            if let Err(error) = self.follow_once(&db).await {
                tracing::warn!(%error, "settings: the database is away, trying again");
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    async fn follow_once(&self, db: &PgPool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(db).await?;
        listener.listen("quire_settings").await?;
        loop {
            self.reload(db).await?;
            // after a minute a page may have become visible by the clock alone
            if let Ok(notified) = tokio::time::timeout(Duration::from_secs(60), listener.recv()).await {
                notified?;
            }
        }
    }
}
