//! The server as clients meet it: real sockets on the loopback, short limits.

mod http1;
mod http2;
mod redirect;
mod tls;

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{Limits, Tls, serve};

const SHORT: Duration = Duration::from_millis(100);
const PATIENT: Duration = Duration::from_secs(10);

/// A server; it runs until it is told to stop.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    async fn start(app: Router, limits: Limits, tls: Option<Tls>) -> Self {
        let (listener, address) = listen().await;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, app, limits, tls, told(stopped)));
        Self { address, stop, served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connected")
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// A test that ends without a word to its server must not stop it early.
async fn told(stopped: oneshot::Receiver<()>) {
    if stopped.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Limits that are far away, so that one of them can be near.
fn far() -> Limits {
    let long = Duration::from_secs(60);
    Limits { header_timeout: long, stall: long, ..Limits::default() }
}

fn greeting() -> Router {
    Router::new().fallback(async || "hi")
}

/// Says when a request is under way, and answers it when released.
fn held() -> (Router, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (entered, wait_entered) = mpsc::channel(8);
    let (release, wait_release) = mpsc::channel::<()>(8);
    let wait_release = Arc::new(tokio::sync::Mutex::new(wait_release));
    let app = Router::new().fallback(move || async move {
        entered.send(()).await.expect("listening");
        wait_release.lock().await.recv().await.expect("released");
        "done"
    });
    (app, wait_entered, release)
}

static PIECE: [u8; 64 * 1024] = [b'.'; 64 * 1024];

/// Answers without end, and a receiver that ends when the server gives up on the answer.
fn endless() -> (Router, mpsc::Receiver<()>) {
    let (alive, given_up) = mpsc::channel::<()>(1);
    let alive = Arc::new(Mutex::new(Some(alive)));
    let app = Router::new().fallback(move || {
        let alive = alive.lock().expect("whole").take();
        let pieces = futures_util::stream::repeat_with(move || {
            assert!(alive.is_some(), "one request only");
            Ok::<_, Infallible>(Bytes::from_static(&PIECE))
        });
        std::future::ready(Body::from_stream(pieces))
    });
    (app, given_up)
}

/// Sends `request` and reads until the server closes.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    rest(stream).await
}

/// What comes until the server closes, however it does that.
async fn rest<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENT, stream.read_to_end(&mut answer)).await.expect("the server closes").ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads up to the greeting's end and leaves the connection open.
async fn greeted<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nhi") {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.expect("an answer");
        answer.extend(byte);
    }
}

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const GET_AND_CLOSE: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
