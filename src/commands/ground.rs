//! What a command stands on: configuration, log, database.

use std::{str::FromStr as _, time::Duration};

use anyhow::Context;
use quire::{
    AppState,
    config::Config,
    db::{self, embedded::Embedded},
    reseal_all, telemetry,
};
use secrecy::ExposeSecret as _;
use sqlx::{PgPool, postgres::PgConnectOptions};

/// Configuration and a migrated database; stops what it started.
pub(super) struct Ground {
    pub(super) config: Config,
    pub(super) db: PgPool,
    embedded: Option<Embedded>,
}

impl Ground {
    /// Reads the environment, starts the log, reaches the database. `log` is used where the environment names no
    /// filter of its own.
    pub(super) async fn prepare(quiet: bool) -> anyhow::Result<Self> {
        let config = Config::from_env()?;
        let filter = if quiet && config.log == "info" { "warn" } else { &config.log };
        telemetry::init(filter, config.log_format).context("QUIRE_LOG")?;
        let (options, embedded) = match &config.database_url {
            Some(url) => (
                PgConnectOptions::from_str(url.expose_secret()).context("DATABASE_URL cannot be used")?,
                None,
            ),
            None => {
                let embedded = Embedded::start(&config.data_dir.join("postgres")).await?;
                (embedded.options(), Some(embedded))
            }
        };
        let db = db::connect(options, config.database_pool);
        Ok(Self { config, db, embedded })
    }

    /// The application on a migrated database. A database that is still starting is waited for, half a minute long.
    pub(super) async fn app(&self) -> anyhow::Result<AppState> {
        for _ in 0..15 {
            if db::ping(&self.db).await.is_ok() {
                break;
            }
            tracing::warn!("the database does not answer yet");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        db::migrate(&self.db).await?;
        let app = AppState::new(self.config.clone(), self.db.clone()).await?;
        // what older versions left open, and what a rotation has not reached
        reseal_all(&app).await?;
        Ok(app)
    }

    /// Closes the connections and stops the embedded server.
    pub(super) async fn leave(self) {
        self.db.close().await;
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}
