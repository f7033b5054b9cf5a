//! Which kinds of jobs this program can do, and what happens every hour.

use std::{future::Future, time::Duration};

use crate::{
    accounts::{self, SendReset, SendVerification, SendWelcome},
    comments,
    jobs::{self, Registry},
    limit,
    media::MakeVariants,
    posts, session,
    state::AppState,
};

/// All kinds of jobs.
pub fn registry() -> Registry {
    Registry::default()
        .with::<MakeVariants>()
        .with::<SendReset>()
        .with::<SendVerification>()
        .with::<SendWelcome>()
}

/// Works the queue, and tidies up every hour, until `stop` resolves.
pub async fn work(app: AppState, stop: impl Future<Output = ()>) {
    let tidying = tokio::spawn(tidy_for_ever(app.clone()));
    jobs::work(app, registry(), stop).await;
    tidying.abort();
}

async fn tidy_for_ever(app: AppState) {
    loop {
        if let Err(error) = tidy(&app).await {
            tracing::warn!(%error, "tidying up failed, it is tried again in an hour");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Renders all texts again that an older version of Quire rendered; how many.
///
/// # Errors
/// The database is away; what is done is done.
pub async fn rerender_all(app: &AppState) -> anyhow::Result<usize> {
    Ok(posts::rerender_outdated(app).await? + comments::rerender_outdated(&app.db).await?)
}

/// Deletes what has served its time: sessions, links, rate-limit windows, network addresses of comments.
///
/// # Errors
/// The database is away.
pub async fn tidy(app: &AppState) -> sqlx::Result<()> {
    session::delete_expired(&app.db).await?;
    accounts::queries::delete_expired_tokens(&app.db).await?;
    limit::forget_old(&app.db).await?;
    comments::forget_addresses(&app.db).await
}
