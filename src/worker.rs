//! Which kinds of jobs this program can do, and what happens every hour.

use std::{future::Future, time::Duration};

use anyhow::Context;

use crate::{
    accounts::{self, SendEmailChange, SendNotice, SendReset, SendVerification, SendWelcome},
    audit, comments,
    imports::{self, WorkImport},
    jobs::{self, Registry},
    limit,
    media::{DeleteFiles, MakeVariants},
    posts::{self, ComeOut, SendCameOut, SendReview},
    rescue, session, site,
    state::{AppState, SMTP_SEALED},
};

/// All kinds of jobs.
pub fn registry() -> Registry {
    Registry::default()
        .with::<ComeOut>()
        .with::<DeleteFiles>()
        .with::<MakeVariants>()
        .with::<SendCameOut>()
        .with::<SendEmailChange>()
        .with::<SendNotice>()
        .with::<SendReset>()
        .with::<SendReview>()
        .with::<SendVerification>()
        .with::<SendWelcome>()
        .with::<WorkImport>()
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
            tracing::warn!(error = format!("{error:#}"), "tidying up failed, it is tried again in an hour");
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

/// Seals everything that lies open or is sealed with an older key with the key in force; how many.
///
/// # Errors
/// The database is away, or something is sealed with a key that is not configured; what is done is done.
pub async fn reseal_all(app: &AppState) -> anyhow::Result<usize> {
    let site = site::queries::load(&app.db).await?;
    let mut done = 0;
    if let Some(sealed) = site.smtp_sealed.filter(|sealed| !app.keys.is_current(sealed)) {
        let url = app.keys.open(SMTP_SEALED, &sealed)?;
        let fresh = app.keys.seal(SMTP_SEALED, &url);
        site::queries::set_smtp(&app.db, Some(&fresh)).await?;
        done += 1;
    }
    let accounts = accounts::reseal(&app.db, &app.keys).await.context("sealing accounts")?;
    let comments = comments::reseal(&app.db, &app.keys).await.context("sealing comments")?;
    Ok(done + accounts + comments)
}

/// Deletes what has served its time: sessions, links, rate-limit windows, network addresses of comments, the trash.
///
/// # Errors
/// The database is away.
pub async fn tidy(app: &AppState) -> anyhow::Result<()> {
    rescue::tidy(app).await?;
    session::delete_expired(&app.db).await?;
    accounts::queries::delete_expired(&app.db).await?;
    posts::forget_old(&app.db).await?;
    audit::forget_addresses(&app.db).await?;
    limit::forget_old(&app.db).await?;
    posts::empty_trash(&app.db).await?;
    comments::forget_addresses(&app.db).await?;
    imports::forget_old(app).await?;
    Ok(())
}
