//! An open-loop client: requests leave at their time, answered or not the ones before, and latency counts from that
//! time. So a server that stalls cannot hide it by holding its clients up.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

/// How often, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) every: Duration,
    pub(crate) during: Duration,
}

/// What came back, and how long after its time.
#[derive(Debug)]
pub(crate) struct Answer {
    /// `None`: the connection broke.
    pub(crate) status: Option<StatusCode>,
    pub(crate) time: Duration,
}

/// Speaks to one server, over as many connections as it takes.
#[derive(Clone)]
pub(crate) struct Load {
    server: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Load {
    pub(crate) fn on(server: SocketAddr) -> Self {
        Self { server, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    pub(crate) fn page(&self, path: &str) -> Request<Full<Bytes>> {
        let request = Request::get(self.address(path)).header("x-forwarded-for", "192.0.2.1");
        request.body(Full::default()).expect("a request")
    }

    /// Somebody at the login form, at the address `from`.
    pub(crate) fn login(
        &self,
        from: &str,
        email: &str,
        password: &str,
        cookie: &str,
    ) -> Request<Full<Bytes>> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", email), ("password", password)])
            .finish();
        self.post("/login", "application/x-www-form-urlencoded", (from, cookie), form)
    }

    /// A form that was filled in, by somebody at the address `from`.
    pub(crate) fn post(
        &self,
        path: &str,
        kind: &str,
        (from, cookie): (&str, &str),
        body: impl Into<Bytes>,
    ) -> Request<Full<Bytes>> {
        Request::post(self.address(path))
            .header("x-forwarded-for", from)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, cookie)
            .body(Full::from(body.into()))
            .expect("a request")
    }

    /// One request, to the last byte of its answer.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Option<(StatusCode, HeaderMap)> {
        let (head, body) = self.client.request(request).await.ok()?.into_parts();
        body.collect().await.ok()?;
        Some((head.status, head.headers))
    }

    /// Sends the requests of 0, 1, 2 … at this pace, and waits for the last answer.
    pub(crate) async fn run(
        &self,
        pace: Pace,
        request: impl Fn(&Self, u32) -> Request<Full<Bytes>> + Send + 'static,
    ) -> Vec<Answer> {
        let (load, runtime) = (self.clone(), tokio::runtime::Handle::current());
        // a thread of its own: the timers of the runtime are a millisecond coarse
        let sending = tokio::task::spawn_blocking(move || {
            let (start, mut sent) = (Instant::now(), Vec::new());
            for n in 0.. {
                let due = pace.every * n;
                if due >= pace.during {
                    break;
                }
                let due = start + due;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let (load, request) = (load.clone(), request(&load, n));
                sent.push(runtime.spawn(async move {
                    let status = load.send(request).await.map(|(status, _)| status);
                    Answer { status, time: due.elapsed() }
                }));
            }
            sent
        });
        let mut answers = Vec::new();
        for answer in sending.await.expect("the pacing") {
            answers.push(answer.await.expect("an answer"));
        }
        answers
    }

    fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server)
    }
}

/// The time within which this share of the answers came, in milliseconds.
pub(crate) fn percentile(answers: &[Answer], percent: usize) -> f64 {
    let mut times: Vec<Duration> = answers.iter().map(|answer| answer.time).collect();
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
