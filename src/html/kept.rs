//! What somebody typed is not lost when their request fails, whatever the reason: the layer of error pages reads it out
//! of the request and shows it again.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest as _, Multipart, Request},
    http::{HeaderValue, Method, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};

use super::typed::{Field, Typed};
use crate::extract::urlencoded;

/// So much of a request is kept: the longest text that a form of ours takes, in any script. What stands behind a larger
/// picture is lost.
const MOST: usize = 4 * 1024 * 1024;
/// A request that failed before it was read to its end is read on for so long.
const PATIENCE: Duration = Duration::from_secs(3);

/// What never comes back: secrets, and answers that count once.
const NEVER: [&str; 7] = ["password", "current", "code", "setup", "challenge", "credential", "smtp_url"];

/// A request whose body is remembered while somebody reads it.
pub(super) struct Kept {
    slot: Arc<Mutex<Slot>>,
    kind: HeaderValue,
}

#[derive(Default)]
struct Slot {
    read: BytesMut,
    rest: Option<Body>,
}

impl Kept {
    /// Lets a form through and remembers it; `None` for all other requests.
    pub(super) fn watch(request: Request) -> (Request, Option<Self>) {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let kind = kind.filter(is_form);
        let (Some(kind), &Method::POST) = (kind, request.method()) else { return (request, None) };
        let slot = Arc::new(Mutex::new(Slot::default()));
        let kept = Self { slot: slot.clone(), kind };
        (request.map(|body| Body::new(Recorder { body: Some(body), slot })), Some(kept))
    }

    /// The fields of the form, without files and secrets. What was not read yet is read now.
    pub(super) async fn typed(self) -> Typed {
        let Slot { mut read, rest } =
            std::mem::take(&mut *self.slot.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(rest) = rest {
            // a client that is too slow now has waited for too long itself
            tokio::time::timeout(PATIENCE, read_on(&mut read, rest)).await.ok();
        }
        let is_multipart = self.kind.as_bytes().starts_with(b"multipart/");
        let pairs = if is_multipart {
            multipart(self.kind, read.freeze()).await
        } else {
            urlencoded(&read).unwrap_or_default()
        };
        let shown = pairs.into_iter().filter(|(name, _)| !NEVER.contains(&name.as_str()));
        Typed { fields: shown.map(|(name, value)| Field { name, value }).collect(), multipart: is_multipart }
    }
}

fn is_form(kind: &HeaderValue) -> bool {
    let kind = kind.as_bytes();
    kind.starts_with(b"application/x-www-form-urlencoded") || kind.starts_with(b"multipart/form-data")
}

async fn read_on(read: &mut BytesMut, mut rest: Body) {
    while let Some(Ok(frame)) = rest.frame().await {
        if let Some(data) = frame.data_ref() {
            read.extend_from_slice(&data[..data.len().min(MOST - read.len())]);
        }
        if read.len() >= MOST {
            return;
        }
    }
}

async fn multipart(kind: HeaderValue, bytes: Bytes) -> Vec<(String, String)> {
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(bytes));
    let Ok(request) = request else { return Vec::new() };
    let Ok(mut multipart) = Multipart::from_request(request, &()).await else { return Vec::new() };
    let mut pairs = Vec::new();
    // what was cut off ends the form; the fields before it are whole
    while let Ok(Some(part)) = multipart.next_field().await {
        let (name, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        match part.text().await {
            Ok(value) if !is_file => pairs.push((name, value.replace('\0', ""))),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    pairs
}

/// Writes down what goes through it, and leaves the rest where it can be found.
struct Recorder {
    body: Option<Body>,
    slot: Arc<Mutex<Slot>>,
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
        {
            let read = &mut self.slot.lock().unwrap_or_else(PoisonError::into_inner).read;
            let room = MOST.saturating_sub(read.len());
            read.extend_from_slice(&data[..data.len().min(room)]);
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
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).rest = self.body.take();
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

    #[test]
    fn other_requests_pass_untouched() {
        assert!(Kept::watch(post("application/json", "{}")).1.is_none());
        let get = Request::get("/").body(Body::empty()).expect("a request");
        assert!(Kept::watch(get).1.is_none());
    }
}
