//! The accept loop. axum's own has neither timeouts nor a bound on connections, nor an end to its graceful stop.

use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt as _;

/// Bounds of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; further ones wait in the kernel's queue.
    pub connections: usize,
    /// A client has this long to send the head of a request; it also bounds how long an idle connection stays.
    pub header_timeout: Duration,
    /// Requests under way when the process is told to stop have this long.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 4096, header_timeout: Duration::from_secs(15), drain: Duration::from_secs(30) }
    }
}

/// Bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;

/// Serves `app` until `stop` resolves, then lets requests under way finish, for as long as `limits` allow.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let builder = builder(limits);

    loop {
        let slot = tokio::select! {
            () = &mut stop => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        let Ok(slot) = slot else { break };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => spawn(&builder, &graceful, (stream, peer), &app, slot),
            Err(error) => {
                // mostly "too many open files": a short rest instead of a hot loop
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
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

fn builder(limits: Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(64)
        .max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(100)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

fn spawn(
    builder: &Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    (stream, peer): (TcpStream, SocketAddr),
    app: &Router,
    slot: OwnedSemaphorePermit,
) {
    // a lost hint costs nothing but time
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let app = app.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection = builder
        .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(app))
        .into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // clients that vanish or talk nonsense are daily business
        if let Err(error) = connection.await {
            tracing::debug!(error, "a connection ended early");
        }
        drop(slot);
    });
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
    };

    use super::*;

    async fn start(
        app: Router,
        limits: Limits,
    ) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, app, limits, async {
            stopped.await.expect("told to stop");
        }));
        (address, stop, served)
    }

    #[tokio::test]
    async fn a_client_that_sends_its_head_too_slowly_is_cut_off() {
        let limits = Limits { header_timeout: Duration::from_millis(100), ..Limits::default() };
        let (address, _stop, _) = start(Router::new().route("/", get(|| async { "hi" })), limits).await;
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.expect("sent");
        let mut answer = Vec::new();
        // ends only because the server closes
        tokio::time::timeout(Duration::from_secs(10), client.read_to_end(&mut answer))
            .await
            .expect("cut off")
            .ok();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_request_under_way_is_finished_before_the_server_stops() {
        let (entered, mut wait_entered) = tokio::sync::mpsc::channel::<()>(1);
        let (release, wait_release) = oneshot::channel::<()>();
        let wait_release = Arc::new(tokio::sync::Mutex::new(Some(wait_release)));
        let app = Router::new().route(
            "/",
            get(move || async move {
                entered.send(()).await.expect("listening");
                if let Some(release) = wait_release.lock().await.take() {
                    release.await.expect("released");
                }
                "done"
            }),
        );
        let (address, stop, served) = start(app, Limits::default()).await;
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("sent");
        wait_entered.recv().await.expect("under way");
        stop.send(()).expect("serving");
        release.send(()).expect("waiting");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("answered");
        assert!(answer.ends_with("done"), "{answer}");
        served.await.expect("stopped");
    }
}
