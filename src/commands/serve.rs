//! `quire serve` and `quire work`.

use anyhow::Context;
use quire::{
    AppState, config::Bounds, demo, operations, router, server, setup_path, telemetry, worker, write_hits,
};
use tokio::{net::TcpListener, sync::watch};

use super::ground::Ground;

pub(super) async fn serve(no_worker: bool, with_demo: bool) -> anyhow::Result<()> {
    let ground = Ground::prepare(false).await?;
    let result = serve_on(&ground, no_worker, with_demo).await;
    ground.leave().await;
    result
}

pub(super) async fn work() -> anyhow::Result<()> {
    let ground = Ground::prepare(false).await?;
    let app = ground.app().await?;
    let (stop, _) = stop_once();
    let settings = tokio::spawn(app.site.clone().follow(app.db.clone()));
    worker::work(app, wait(stop)).await;
    settings.abort();
    ground.leave().await;
    Ok(())
}

async fn serve_on(ground: &Ground, no_worker: bool, with_demo: bool) -> anyhow::Result<()> {
    let app = ground.app().await?;
    let accounts = if with_demo { demo::fill_if_empty(&app).await? } else { None };
    telemetry::metrics::install()?;
    let listen = app.config.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;

    let (stop, signal) = stop_once();
    let settings = tokio::spawn(app.site.clone().follow(app.db.clone()));
    let worker = (!no_worker).then(|| tokio::spawn(worker::work(app.clone(), wait(stop.clone()))));
    let metrics = match app.config.metrics_listen {
        None => None,
        Some(address) => {
            let listener =
                TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
            let app = operations::private_metrics(app.clone());
            let limits = server::Limits::default();
            Some(tokio::spawn(server::serve(listener, app, limits, None, wait(stop.clone()))))
        }
    };
    let limits = limits(&app.config.bounds);
    let tls = match &app.config.tls {
        Some(files) => Some(server::Tls::load(&files.cert, &files.key)?),
        None => None,
    };
    let redirect = match app.config.http_listen {
        None => None,
        Some(address) => {
            let listener =
                TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
            let base = &app.config.base_url;
            Some(tokio::spawn(server::redirect_to_https(listener, base, limits, wait(stop.clone()))))
        }
    };
    let certificate = tls.clone().map(|tls| tokio::spawn(tls.follow()));
    announce(&app, accounts.as_deref());

    server::serve(listener, router::build(app.clone()), limits, tls, wait(stop)).await;
    if let Err(error) = write_hits(&app).await {
        tracing::warn!(%error, "the counts of redirects could not be written");
    }

    // the signal has come: everything else ends too
    for task in [worker, metrics, redirect, Some(signal)].into_iter().flatten() {
        task.await.context("a task of the server failed")?;
    }
    for task in [Some(settings), certificate].into_iter().flatten() {
        task.abort();
    }
    Ok(())
}

fn limits(bounds: &Bounds) -> server::Limits {
    server::Limits {
        connections: bounds.connections,
        head_bytes: bounds.head_bytes,
        header_timeout: bounds.head_time,
        stall: bounds.stall_time,
        ..server::Limits::default()
    }
}

/// A receiver that turns true when the process is told to stop.
fn stop_once() -> (watch::Receiver<bool>, tokio::task::JoinHandle<()>) {
    let (sender, receiver) = watch::channel(false);
    let task = tokio::spawn(async move {
        server::stop_signal().await;
        sender.send_replace(true);
    });
    (receiver, task)
}

async fn wait(mut stop: watch::Receiver<bool>) {
    // an error means that the sender is gone: that is a reason to stop too
    stop.wait_for(|stopped| *stopped).await.ok();
}

#[expect(clippy::print_stdout, reason = "this is for the person at the terminal")]
fn announce(app: &AppState, accounts: Option<&[demo::Account]>) {
    println!("\n  {} is open at {}\n", app.site.get().title, app.config.base_url);
    if let Some(accounts) = accounts {
        println!("  Demo accounts, all with the password: {}", demo::PASSWORD);
        for account in accounts {
            println!("    {:<10} {}", account.role, account.email);
        }
        println!();
    }
    if app.site.get().needs_setup {
        println!("  Make the first account here: {}\n", app.config.absolute(&setup_path(&app.keys)));
    }
    println!("  Stop with Ctrl-C.\n");
}
