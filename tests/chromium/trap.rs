//! A foreign host that counts who asks it for something. A blog full of hostile texts must never make a browser ask.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

const WAIT: Duration = Duration::from_secs(15);

/// One request that came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hit {
    /// `/number/means`.
    pub path: String,
    /// What the browser wanted it for (Fetch Metadata).
    pub purpose: String,
}

impl Hit {
    /// Pictures and sound from elsewhere, named as such by the text: no more than a reader's address is given away,
    /// and the blog may forbid it.
    pub fn is_media(&self) -> bool {
        self.path.ends_with("/media")
            && matches!(self.purpose.as_str(), "image" | "video" | "audio" | "track")
    }
}

/// The host, on a port of its own.
pub struct Trap {
    address: String,
    hits: watch::Receiver<Vec<Hit>>,
}

impl Trap {
    pub async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, hits) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, sender.clone()));
            }
        });
        Self { address, hits }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it was asked for, in order.
    pub fn hits(&self) -> Vec<Hit> {
        // what the browser wants of the trap itself, when it is there
        let own = |hit: &&Hit| !hit.path.starts_with("/end") && hit.path != "/favicon.ico";
        self.hits.borrow().iter().filter(own).cloned().collect()
    }

    /// How often anybody came.
    pub fn visits(&self) -> usize {
        self.hits.borrow().len()
    }

    /// Waits until a request for this path has come.
    pub async fn is_asked_for(&self, path: &str) {
        let mut hits = self.hits.clone();
        let come = hits.wait_for(|hits| hits.iter().any(|hit| hit.path == path));
        tokio::time::timeout(WAIT, come).await.expect("in time").expect("the trap lives");
    }
}

async fn answer(mut stream: TcpStream, hits: watch::Sender<Vec<Hit>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1)?.to_owned();
    let purpose = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("sec-fetch-dest").then(|| value.to_owned())
    });
    let number = path.split('/').nth(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
    hits.send_modify(|hits| hits.push(Hit { path, purpose: purpose.unwrap_or_default() }));
    let script = format!("ran({number})");
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\naccess-control-allow-origin: *\r\ncontent-type: text/javascript";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{script}", script.len());
    stream.write_all(answer.as_bytes()).await.ok()
}
