//! What the people and machines that keep the blog running ask: is it alive, is it ready, how is it doing?

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use subtle::ConstantTimeEq as _;

use crate::{
    config::Config,
    db,
    error::{Error, Result},
    jobs,
    state::AppState,
    telemetry::metrics::{self, Gauges},
};

/// For everybody; the metrics only with their token.
pub fn public() -> Router<AppState> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready)).route("/metrics", get(show_metrics))
}

/// The metrics without a token, for an address of their own.
pub fn private_metrics(app: AppState) -> Router {
    Router::new().route("/metrics", get(all_metrics)).with_state(app)
}

/// The process answers: a supervisor needs no more to leave it alone.
async fn live() -> &'static str {
    "alive\n"
}

/// The process can do its work: a balancer sends requests only then.
async fn ready(State(db): State<PgPool>) -> Result<&'static str> {
    let reached = tokio::time::timeout(Duration::from_secs(2), db::ping(&db)).await;
    match reached {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Error::unavailable(anyhow::anyhow!("the database does not answer"))),
    }
}

async fn show_metrics(
    State(config): State<Arc<Config>>,
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<Response> {
    let token = config.metrics_token.as_ref().ok_or(Error::NotFound)?;
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fits: bool = sent.as_bytes().ct_eq(format!("Bearer {}", token.expose_secret()).as_bytes()).into();
    if !fits {
        return Err(Error::NotFound);
    }

    all_metrics(State(app)).await
}

async fn all_metrics(State(app): State<AppState>) -> Result<Response> {
    let counts = jobs::queries::counts(&app.db).await?;

    let gauges = Gauges {
        pool_size: app.db.size(),
        pool_idle: app.db.num_idle(),
        jobs_waiting: counts.waiting,
        jobs_dead: counts.dead,
    };
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, metrics::render(gauges)).into_response())
}
