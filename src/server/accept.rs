//! Takes connections while there is room, and lets them end when the process does.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Limits, Tls, connection::Host};

/// Serves `app` until `stop` resolves, then lets requests under way finish, for as long as `limits` allow. With `tls`
/// every connection is encrypted. Handlers find the client's address in `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let ending = CancellationToken::new();
    let host = Arc::new(Host::new(app, limits, tls, ending.clone()));
    let mut connections = JoinSet::new();

    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept(), if connections.len() < limits.connections => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(host.clone().attend(stream, peer));
            }
            Err(error) => {
                // mostly "too many open files": a short rest instead of a hot loop
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    drop(listener);
    ending.cancel();
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, ended).await.is_err() {
        tracing::warn!("some requests were cut off: they took longer than the time to stop");
    }
}

/// Resolves when the process is asked to stop: Ctrl-C, or SIGTERM.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
