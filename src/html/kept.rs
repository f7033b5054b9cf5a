//! What somebody typed is not lost when their request fails, whatever the reason: the layer of error pages reads it out
//! of the request while it goes by, and shows it again. Files are let go at once, so an upload takes no memory twice.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request},
    http::{HeaderValue, Method, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, MaybeDone, maybe_done},
    stream,
};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;

use super::typed::{Field, Typed};
use crate::extract::urlencoded;

/// So much text of a form is kept: the longest that a form of ours takes, in any script.
const MOST: usize = 4 * 1024 * 1024;
/// And so many fields: a form of nothing but separators would take a hundred times its length.
const MOST_FIELDS: usize = 1_000;
/// A request that failed before it was read to its end is read on for so long, and so far.
const PATIENCE: Duration = Duration::from_secs(3);
const MOST_READ_ON: usize = 32 * 1024 * 1024;

/// What never comes back: secrets, and answers that count once.
const NEVER: [&str; 7] = ["password", "current", "code", "setup", "challenge", "credential", "smtp_url"];

type Pairs = Vec<(String, String)>;

/// A request whose fields are remembered while somebody reads it.
pub(super) struct Kept {
    left: Arc<Mutex<Option<Left>>>,
    multipart: bool,
}

/// What the handler leaves behind: the fields so far, and what it did not read.
struct Left {
    reading: Reading,
    rest: Option<Body>,
}

impl Kept {
    /// Lets a form through and remembers it; `None` for all other requests.
    pub(super) fn watch(request: Request) -> (Request, Option<Self>) {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let kind = kind.filter(is_form);
        let (Some(kind), &Method::POST) = (kind, request.method()) else { return (request, None) };
        let left = Arc::default();
        let kept = Self { left: Arc::clone(&left), multipart: is_multipart(&kind) };
        let reading = Reading::new(kind);
        let watched = |body| Body::new(Recorder { body: Some(body), reading: Some(reading), left });
        (request.map(watched), Some(kept))
    }

    /// The fields of the form, without files and secrets. What was not read yet is read now.
    pub(super) async fn typed(self) -> Typed {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Left { mut reading, rest }) = left else { return Typed::default() };
        if let Some(rest) = rest {
            // a client that is too slow now has waited for too long itself
            tokio::time::timeout(PATIENCE, read_on(&mut reading, rest)).await.ok();
        }
        let pairs = reading.pairs().await;
        let shown = pairs.into_iter().filter(|(name, _)| !NEVER.contains(&name.as_str()));
        Typed {
            fields: shown.map(|(name, value)| Field { name, value }).collect(),
            multipart: self.multipart,
        }
    }
}

fn is_form(kind: &HeaderValue) -> bool {
    is_multipart(kind) || kind.as_bytes().starts_with(b"application/x-www-form-urlencoded")
}

fn is_multipart(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"multipart/form-data")
}

async fn read_on(reading: &mut Reading, mut rest: Body) {
    let mut read = 0;
    while let Some(Ok(frame)) = rest.frame().await {
        if let Some(data) = frame.data_ref() {
            reading.take(data);
            read += data.len();
        }
        if read >= MOST_READ_ON {
            return;
        }
    }
}

/// Reads the fields out of a form that comes piece by piece.
struct Reading {
    pieces: mpsc::UnboundedSender<Bytes>,
    pairs: MaybeDone<BoxFuture<'static, Pairs>>,
}

impl Reading {
    fn new(kind: HeaderValue) -> Self {
        let (pieces, arriving) = mpsc::unbounded_channel();
        let pairs =
            if is_multipart(&kind) { multipart(kind, arriving).boxed() } else { plain(arriving).boxed() };
        Self { pieces, pairs: maybe_done(pairs) }
    }

    /// Takes the next piece in. It is read at once, so pieces do not gather.
    fn take(&mut self, piece: &Bytes) {
        // once all that is kept has been read, nobody listens any more
        if self.pieces.send(piece.clone()).is_ok() {
            let _pending = self.pairs.poll_unpin(&mut Context::from_waker(Waker::noop()));
        }
    }

    /// The fields, now that no more pieces come.
    async fn pairs(self) -> Pairs {
        let Self { pieces, mut pairs } = self;
        drop(pieces);
        (&mut pairs).await;
        Pin::new(&mut pairs).take_output().unwrap_or_default()
    }
}

async fn plain(mut arriving: mpsc::UnboundedReceiver<Bytes>) -> Pairs {
    let mut read = BytesMut::new();
    while let Some(piece) = arriving.recv().await {
        let room = MOST - read.len();
        read.extend_from_slice(&piece[..piece.len().min(room)]);
    }
    let mut ends = read.iter().enumerate().filter(|(_, byte)| **byte == b'&').map(|(at, _)| at);
    let end = ends.nth(MOST_FIELDS - 1).unwrap_or(read.len());
    urlencoded(&read[..end]).unwrap_or_default()
}

async fn multipart(kind: HeaderValue, mut arriving: mpsc::UnboundedReceiver<Bytes>) -> Pairs {
    let pieces = stream::poll_fn(move |context| {
        arriving.poll_recv(context).map(|piece| piece.map(Ok::<_, axum::Error>))
    });
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from_stream(pieces));
    let Ok(mut request) = request else { return Vec::new() };
    DefaultBodyLimit::disable().apply(&mut request);
    let Ok(mut multipart) = Multipart::from_request(request, &()).await else { return Vec::new() };
    let (mut pairs, mut kept) = (Vec::new(), 0);
    // what was cut off ends the form; the fields before it are whole
    while pairs.len() < MOST_FIELDS
        && let Ok(Some(mut part)) = multipart.next_field().await
    {
        if part.file_name().is_some() {
            continue;
        }
        let name = part.name().unwrap_or_default().to_owned();
        kept += name.len();
        let mut value = Vec::new();
        loop {
            match part.chunk().await {
                Ok(Some(chunk)) if kept + chunk.len() <= MOST => {
                    kept += chunk.len();
                    value.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Ok(Some(_)) | Err(_) => return pairs,
            }
        }
        pairs.push((name, String::from_utf8_lossy(&value).replace('\0', "")));
    }
    pairs
}

/// Shows what goes through it to a reader, and leaves the rest where it can be found.
struct Recorder {
    body: Option<Body>,
    reading: Option<Reading>,
    left: Arc<Mutex<Option<Left>>>,
}

impl HttpBody for Recorder {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
            && let Some(reading) = self.reading.as_mut()
        {
            reading.take(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let Some(reading) = self.reading.take() else { return };
        let left = Left { reading, rest: self.body.take() };
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(kind: &str, body: &'static str) -> Request {
        Request::post("/x").header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("a request")
    }

    fn named(fields: &[Field]) -> Vec<(&str, &str)> {
        fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect()
    }

    #[tokio::test]
    async fn a_form_is_remembered_whether_it_was_read_or_not_and_secrets_are_not() {
        for read in [true, false] {
            let body = "title=A+%3Cb%3E&password=secret&smtp_url=smtp%3A%2F%2Fa+b&version=3";
            let (request, kept) = Kept::watch(post("application/x-www-form-urlencoded", body));
            if read {
                let seen = request.into_body().collect().await.expect("read").to_bytes();
                assert_eq!(seen, body.as_bytes());
            } else {
                drop(request);
            }
            let Typed { fields, multipart } = kept.expect("a form").typed().await;
            assert!(!multipart);
            assert_eq!(named(&fields), [("title", "A <b>"), ("version", "3")]);
            assert!(fields[0].is_text() && !fields[1].is_text());
        }
    }

    #[tokio::test]
    async fn the_words_of_an_upload_are_remembered_without_its_files() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nMany words\r\n--b\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\n\u{1}\u{2}\r\n--b\r\n\
            Content-Disposition: form-data; name=\"cut\"\r\n\r\nof";
        let (request, kept) = Kept::watch(post("multipart/form-data; boundary=b", body));
        drop(request);
        let typed = kept.expect("a form").typed().await;
        assert_eq!(named(&typed.fields), [("body", "Many words")]);
        assert!(typed.multipart && typed.has_text());
    }

    #[tokio::test]
    async fn words_behind_a_large_file_are_remembered_and_the_file_is_not() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"cover\"; filename=\"x.png\"\r\n\r\n";
        let tail = "\r\n--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nMany words\r\n--b--\r\n";
        let piece = Bytes::from(vec![b'x'; MOST / 2]);
        let pieces = [Bytes::from(head), piece.clone(), piece.clone(), piece, Bytes::from(tail)];
        let body = Body::from_stream(stream::iter(pieces.map(Ok::<_, axum::Error>)));
        let request = Request::post("/x").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        let (request, kept) = Kept::watch(request.body(body).expect("a request"));
        drop(request.into_body().frame().await);
        let typed = kept.expect("a form").typed().await;
        assert_eq!(named(&typed.fields), [("body", "Many words")]);
    }

    #[tokio::test]
    async fn of_a_form_with_too_many_fields_the_first_thousand_are_remembered() {
        let plain = format!("body=Many+words{}", "&x=y".repeat(5_000));
        let part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nMany words\r\n".repeat(5_000);
        for (kind, body) in [
            ("application/x-www-form-urlencoded", plain),
            ("multipart/form-data; boundary=b", part + "--b--\r\n"),
        ] {
            let request = Request::post("/x").header(header::CONTENT_TYPE, kind).body(Body::from(body));
            let (request, kept) = Kept::watch(request.expect("a request"));
            drop(request);
            let typed = kept.expect("a form").typed().await;
            assert_eq!((typed.fields.len(), typed.fields[0].value.as_str()), (MOST_FIELDS, "Many words"));
        }
    }

    #[test]
    fn other_requests_pass_untouched() {
        assert!(Kept::watch(post("application/json", "{}")).1.is_none());
        let get = Request::get("/").body(Body::empty()).expect("a request");
        assert!(Kept::watch(get).1.is_none());
    }
}
