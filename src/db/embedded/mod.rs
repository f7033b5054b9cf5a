//! The embedded PostgreSQL: finds the server programs that are installed, makes a cluster under the data folder at the
//! first start, and runs it on a Unix socket only: no port, no password, nothing to configure.

mod cluster;
mod discover;

use std::path::Path;

use anyhow::Context;
use sqlx::{ConnectOptions as _, Connection as _, postgres::PgConnectOptions};

use cluster::Cluster;

const DATABASE: &str = "quire";

/// A running embedded server.
#[derive(Debug)]
pub struct Embedded {
    cluster: Cluster,
    started_here: bool,
}

impl Embedded {
    /// Starts the server of this folder, or joins one that runs already, and makes our database in it.
    ///
    /// # Errors
    /// One clear line: PostgreSQL is not installed, or the folder belongs to somebody else or to another version.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.to_owned();
        let (cluster, started_here) = tokio::task::spawn_blocking(move || Cluster::start(&folder)).await??;
        let server = Self { cluster, started_here };
        server.make_database().await?;
        Ok(server)
    }

    /// How to connect.
    pub fn options(&self) -> PgConnectOptions {
        self.cluster.options(DATABASE)
    }

    /// Stops the server, if this process has started it and nobody else uses it.
    pub async fn stop(self) {
        if !self.started_here || self.has_other_clients().await {
            return;
        }
        let stopped = tokio::task::spawn_blocking(move || self.cluster.stop()).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "the embedded PostgreSQL did not stop");
        }
    }

    async fn make_database(&self) -> anyhow::Result<()> {
        let mut connection = self
            .cluster
            .options("postgres")
            .connect()
            .await
            .context("connecting to the embedded PostgreSQL")?;
        let made = sqlx::query("create database quire").execute(&mut connection).await;
        match made {
            // it is there: duplicate_database, or unique_violation when another process makes it this very moment
            Err(sqlx::Error::Database(error))
                if matches!(error.code().as_deref(), Some("42P04" | "23505")) => {}
            other => {
                other.context("making the database")?;
            }
        }
        connection.close().await?;
        Ok(())
    }

    /// Another `quire` command may have joined in meanwhile.
    async fn has_other_clients(&self) -> bool {
        let Ok(mut connection) = self.cluster.options("postgres").connect().await else { return false };
        let others: Result<i64, _> = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = 'quire' and backend_type = 'client backend'",
        )
        .fetch_one(&mut connection)
        .await;
        others.is_ok_and(|others| others > 0)
    }
}
