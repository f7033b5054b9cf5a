//! One connection, from the handshake to its end.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{
    Limits, Tls,
    activity::{Activity, Answer},
    stall::Impatient,
};

/// What all connections share.
pub(super) struct Host {
    app: Router,
    limits: Limits,
    tls: Option<Tls>,
    builder: Builder<TokioExecutor>,
    ending: CancellationToken,
}

impl Host {
    /// Once `ending` is cancelled no further request is taken.
    pub(super) fn new(app: Router, limits: Limits, tls: Option<Tls>, ending: CancellationToken) -> Self {
        Self { app, limits, tls, builder: builder(limits), ending }
    }

    /// Looks after one client until one of the two has had enough.
    pub(super) async fn attend(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        // a lost hint costs nothing but time
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let activity = Arc::new(Activity::new());
        let stream = Impatient::new(stream, self.limits.stall, activity.clone());
        let Some(tls) = &self.tls else {
            return self.talk(stream, peer, activity).await;
        };
        if let Some(stream) = self.shake_hands(tls, stream).await {
            self.talk(stream, peer, activity).await;
        }
    }

    async fn shake_hands<S>(&self, tls: &Tls, stream: S) -> Option<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = tokio::time::timeout(self.limits.header_timeout, tls.acceptor().accept(stream));
        tokio::select! {
            () = self.ending.cancelled() => None,
            shaken = handshake => match shaken {
                Ok(Ok(stream)) => Some(stream),
                // scanners, and plain HTTP on the wrong port: daily business
                Ok(Err(error)) => {
                    tracing::debug!(%error, "no TLS handshake");
                    None
                }
                Err(_) => {
                    tracing::debug!("a TLS handshake took too long");
                    None
                }
            },
        }
    }

    async fn talk<S>(&self, stream: S, peer: SocketAddr, activity: Arc<Activity>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(|request| self.answer(request, peer, activity.clone()));
        let mut connection = pin!(self.builder.serve_connection(TokioIo::new(stream), service));

        // hyper bounds the head of HTTP/1 only: not the bytes that tell the version, and not HTTP/2
        tokio::select! {
            ended = connection.as_mut() => return note(ended),
            () = self.ending.cancelled() => {}
            () = activity.quiet_for(self.limits.header_timeout) => {}
        }
        connection.as_mut().graceful_shutdown();
        // a stream of HTTP/2 may be stalled without a single waiting write: its window is closed
        tokio::select! {
            ended = connection => note(ended),
            () = activity.quiet_for(self.limits.stall) => tracing::debug!("a stalled connection was cut off"),
        }
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        activity: Arc<Activity>,
    ) -> impl Future<Output = Result<hyper::Response<Answer>, Infallible>> + use<> {
        let work = activity.work();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request);
        async move {
            let response = response.await?;
            drop(work);
            Ok(response.map(|body| Answer::new(body, activity)))
        }
    }
}

fn builder(limits: Limits) -> Builder<TokioExecutor> {
    // hyper panics below 8 KiB
    let head = limits.head_bytes.max(8 * 1024);
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(64)
        .max_buf_size(head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
        .max_concurrent_streams(100)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// Clients that vanish or talk nonsense are daily business.
fn note(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        tracing::debug!(error, "a connection ended early");
    }
}
