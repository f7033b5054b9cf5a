//! The other servers, and the names that lead to them.

use std::{
    collections::VecDeque,
    future::Future,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::fetch::{Accept, FetchError, FetchOptions, Fetched, Fetcher};

pub(super) const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(super) const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// What a peer does with a request.
pub(super) enum Answer {
    /// Sends this and hangs up.
    Text(String),
    /// Sends this and stays silent for ever.
    Stall(String),
    /// Sends this, then bytes for ever.
    Endless(String),
}

pub(super) fn page(content_type: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Text(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

pub(super) fn redirect(to: &str) -> Answer {
    Answer::Text(format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
    ))
}

/// A server on loopback that counts who comes.
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) hits: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    pub(super) async fn start(
        address: (IpAddr, u16),
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let peer = Self {
            address: listener.local_addr().expect("an address"),
            hits: Arc::default(),
            heads: Arc::default(),
        };
        let (hits, heads, answer) = (peer.hits.clone(), peer.heads.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                hits.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(talk(stream, heads.clone(), answer.clone()));
            }
        });
        peer
    }

    /// A server inside, which must never be reached.
    pub(super) async fn trap(port: u16) -> Self {
        Self::start((INSIDE, port), |_| page("text/plain", "secret")).await
    }

    pub(super) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().expect("an address")
    }

    /// How many came. Knocks itself, last in the queue, so that nobody is still on the way.
    pub(super) async fn hits(self) -> usize {
        let mut knock = TcpStream::connect(self.address).await.expect("still there");
        knock.write_all(b"GET /knock HTTP/1.1\r\n\r\n").await.expect("sent");
        knock.read_u8().await.expect("answered");
        self.hits.load(Ordering::SeqCst) - 1
    }

    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("nobody panicked").clone()
    }
}

async fn talk(
    mut stream: TcpStream,
    heads: Arc<Mutex<Vec<String>>>,
    answer: Arc<impl Fn(&str) -> Answer + Send + Sync>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().expect("nobody panicked").push(head);
    match answer(&path) {
        Answer::Text(text) => {
            stream.write_all(text.as_bytes()).await?;
            stream.shutdown().await
        }
        Answer::Stall(text) => {
            stream.write_all(text.as_bytes()).await?;
            std::future::pending().await
        }
        Answer::Endless(text) => {
            stream.write_all(text.as_bytes()).await?;
            loop {
                stream.write_all(&[b'a'; 4096]).await?;
            }
        }
    }
}

/// Answers each question with the next list, the last one for ever; counts the questions.
#[derive(Clone)]
pub(super) struct Scripted {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    pub(super) asked: Arc<AtomicUsize>,
}

impl Scripted {
    pub(super) fn new(answers: &[&[IpAddr]]) -> Self {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }
}

impl Resolve for Scripted {
    fn resolve(&self, _: Name) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().expect("nobody panicked");
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let addresses = answer.unwrap_or_default().into_iter().map(|ip| SocketAddr::new(ip, 0));
        Box::pin(std::future::ready(Ok(Box::new(addresses) as Addrs)))
    }
}

/// 127.0.0.1 may be asked, at any port.
pub(super) fn opened() -> FetchOptions {
    FetchOptions { ports: vec![1..=u16::MAX], inside: vec![OUTSIDE.into()], ..FetchOptions::default() }
}

pub(super) fn fetcher(options: FetchOptions, names: &Scripted) -> Fetcher {
    rustls::crypto::ring::default_provider().install_default().ok();
    Fetcher::with_names(options, Arc::new(names.clone())).expect("a fetcher")
}

/// No name has an address.
pub(super) fn nameless(options: FetchOptions) -> Fetcher {
    fetcher(options, &Scripted::new(&[&[]]))
}

pub(super) async fn get(fetcher: &Fetcher, url: &Url) -> Result<Fetched, FetchError> {
    get_as(fetcher, url, Accept::default()).await
}

/// A guard that is missing shows as a failure, not as a test that hangs.
pub(super) async fn get_as(fetcher: &Fetcher, url: &Url, accept: Accept) -> Result<Fetched, FetchError> {
    in_time(fetcher.get(url, accept)).await
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("an end")
}
