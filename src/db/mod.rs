//! PostgreSQL: connecting with bounds on every wait, migrating, and the embedded server.

use std::time::Duration;

use anyhow::Context;
use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub mod embedded;

/// The schema, from `migrations/`. Applying it takes an advisory lock: several processes may start at once.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a request waits for a free connection before it is told that the database is away.
const ACQUIRE: Duration = Duration::from_secs(2);
/// A connection idle for longer is asked whether it still lives, for so long.
const RESTED: Duration = Duration::from_secs(1);
const PING: Duration = Duration::from_millis(500);

/// A pool with a bound on every wait: 2 s for a connection, 5 s for a statement, 3 s for a lock.
///
/// No connection is made yet, so a process can start before its database does.
pub fn connect(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        // a ping before each query would be one more round trip each time (measured: a third of the throughput)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| Box::pin(is_alive(connection, meta.idle_for)))
        // a new connection costs PostgreSQL a process: not at the moment in which many come at once
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(1800))
        .connect_lazy_with(bounded(options))
}

/// A connection that was in use a moment ago is; one that rested is asked, so that readers do not notice when the
/// database was started anew. The answer has a bound: a half-open connection never answers.
async fn is_alive(connection: &mut PgConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for < RESTED {
        return Ok(true);
    }
    Ok(tokio::time::timeout(PING, connection.ping()).await.is_ok_and(|answer| answer.is_ok()))
}

/// Brings the schema up to date.
///
/// # Errors
/// The database is away, or its schema was changed by something newer or other than this program.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    MIGRATOR.run(pool).await.context("applying the migrations")
}

/// Names of migrations that the database has not seen yet.
///
/// # Errors
/// The database is away.
pub async fn pending(pool: &PgPool) -> anyhow::Result<Vec<String>> {
    let applied: Vec<i64> = sqlx::query_scalar(
        "select version from _sqlx_migrations where success and to_regclass('_sqlx_migrations') is not null",
    )
    .fetch_all(pool)
    .await
    .or_else(|error| match &error {
        // undefined_table: a database that was never migrated
        sqlx::Error::Database(cause) if cause.code().as_deref() == Some("42P01") => Ok(Vec::new()),
        _ => Err(error),
    })?;
    let missing = MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version));
    Ok(missing.map(|migration| migration.description.to_string()).collect())
}

fn bounded(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("quire").options([
        ("statement_timeout", "5s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "15s"),
        ("tcp_user_timeout", "10s"),
        ("timezone", "UTC"),
    ])
}

/// One round trip to the database.
///
/// # Errors
/// The database is away.
pub async fn ping(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("select 1").execute(pool).await.map(drop)
}
