//! `Path`, `Query`, `Form` and `Upload` whose refusals are our own error pages, and the client's address. All of
//! them refuse what is not UTF-8 or holds NUL, which PostgreSQL cannot store.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, Multipart, Request, multipart::Field},
    http::{HeaderMap, header, request::Parts},
};
use bytes::Bytes;
use ipnetwork::IpNetwork;
use serde::de::DeserializeOwned;

use crate::{
    error::{Error, Result},
    files::{Content, Writer},
    state::AppState,
};

const NOT_TEXT: Error =
    Error::BadRequest("The request holds characters that are not text (UTF-8 without NUL).");

/// The parameters of the path. Anything that does not fit the type is simply not there: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        #[expect(clippy::disallowed_types, reason = "this is the wrapper that everybody else must use")]
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|_| Error::NotFound)
    }
}

/// The parameters behind the `?`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let pairs = urlencoded(parts.uri.query().unwrap_or_default().as_bytes())?;
        from_pairs(&pairs).map(Self)
    }
}

/// A form sent as `application/x-www-form-urlencoded`; repeated fields become lists.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !content_type(request.headers()).starts_with("application/x-www-form-urlencoded") {
            return Err(Error::UnsupportedMediaType);
        }
        let most = MostFields::of(&request);
        let body =
            Bytes::from_request(request, state).await.map_err(|rejection| body_error(rejection.status()))?;
        let pairs = urlencoded(&body)?;
        most.check(pairs.len())?;
        from_pairs(&pairs).map(Self)
    }
}

/// How many fields a form may have: set by the router, or else ten thousand.
#[derive(Debug, Clone, Copy)]
pub struct MostFields(pub usize);

impl MostFields {
    fn of(request: &Request) -> Self {
        request.extensions().get().copied().unwrap_or(Self(10_000))
    }

    fn check(self, fields: usize) -> Result<()> {
        if fields > self.0 { Err(Error::TooLarge) } else { Ok(()) }
    }
}

/// A form sent as `multipart/form-data` (or urlencoded, when it has no file), with its files.
#[derive(Debug)]
pub struct Upload<T> {
    /// The text fields.
    pub form: T,
    /// The files that were really chosen, by field.
    pub files: Vec<UploadedFile>,
}

/// One uploaded file.
#[derive(Debug)]
pub struct UploadedFile {
    /// The field of the form.
    pub field: String,
    /// What the sender calls the file; never a path of ours.
    pub name: String,
    /// The content; not in memory when it is large.
    pub bytes: Content,
}

impl<T> Upload<T> {
    /// The file of a field, if one was chosen.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !content_type(request.headers()).starts_with("multipart/form-data") {
            let Form(form) = Form::from_request(request, state).await?;
            return Ok(Self { form, files: Vec::new() });
        }
        let most = MostFields::of(&request);
        let mut multipart = Multipart::from_request(request, state)
            .await
            .map_err(|rejection| body_error(rejection.status()))?;
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = multipart.next_field().await.map_err(|error| body_error(error.status()))? {
            most.check(pairs.len() + files.len() + 1)?;
            let field = part.name().unwrap_or_default().to_owned();
            let Some(name) = part.file_name().map(str::to_owned) else {
                let bytes = part.bytes().await.map_err(|error| body_error(error.status()))?;
                pairs.push((field, text(bytes.to_vec())?));
                continue;
            };
            let bytes = content(part).await?;
            if !name.is_empty() && !bytes.is_empty() {
                files.push(UploadedFile { field, name, bytes });
            }
        }
        Ok(Self { form: from_pairs(&pairs)?, files })
    }
}

/// A file as it comes, piece by piece.
async fn content(mut part: Field<'_>) -> Result<Content> {
    let mut writer = Writer::default();
    while let Some(chunk) = part.chunk().await.map_err(|error| body_error(error.status()))? {
        writer.write(&chunk).await?;
    }
    Ok(writer.finish().await?)
}

/// The address of the client: of the connection, or what a trusted proxy says. The right-most hop that is not a
/// trusted proxy counts; whatever stands left of it, anybody could have written.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The network it is in, as one customer gets it: /24, or /48 with IPv6.
    pub fn network(&self) -> IpNetwork {
        let (address, prefix) = match self.0.to_canonical() {
            IpAddr::V4(v4) => (IpAddr::V4(v4), 24),
            IpAddr::V6(v6) => (IpAddr::V6(v6), 48),
        };
        let network =
            IpNetwork::new(address, prefix).expect("24 and 48 are prefix lengths of these families");
        IpNetwork::new(network.network(), prefix).expect("the same prefix again")
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // no peer: called without a socket, as tests do
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Ok(Self(client_address(peer, &parts.headers, &state.config.trusted_proxies)))
    }
}

fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNetwork]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address.to_canonical()));
    if !is_trusted(peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        let Ok(address) = hop.parse() else { break };
        client = address;
        if !is_trusted(address) {
            break;
        }
    }
    client
}

/// True when percent-decoding `bytes` gives text that can be stored.
pub fn is_text(bytes: &[u8]) -> bool {
    text(percent_decoded(bytes)).is_ok()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn body_error(status: axum::http::StatusCode) -> Error {
    match status.as_u16() {
        413 => Error::TooLarge,
        415 => Error::UnsupportedMediaType,
        _ => Error::BadRequest("The form arrived incomplete. Please go back and send it again."),
    }
}

/// The pairs of a form or of a query.
///
/// # Errors
/// 400: something in it is not text.
pub fn urlencoded(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let parts = bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let end = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
            let value = part.get(end + 1..).unwrap_or_default();
            Ok((text(form_decoded(&part[..end]))?, text(form_decoded(value))?))
        })
        .collect()
}

fn form_decoded(bytes: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decoded(&spaced)
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    percent_encoding::percent_decode(bytes).collect()
}

fn text(bytes: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|_| NOT_TEXT)?;
    if text.contains('\0') { Err(NOT_TEXT) } else { Ok(text) }
}

/// A form of these fields; repeated ones become lists.
pub fn from_pairs<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T> {
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    serde_html_form::from_str(&encoded)
        .map_err(|_| Error::BadRequest("The request has a field that cannot be understood."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("x-forwarded-for".parse().expect("a name"), text.parse().expect("a value"))])
    }

    #[test]
    fn p8_a_forged_forwarding_header_is_ignored_unless_a_trusted_proxy_sent_it() {
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        let (proxy, stranger) = ("10.0.0.1".parse().expect("ip"), "203.0.113.9".parse().expect("ip"));
        for (peer, header, expected) in [
            (stranger, "1.1.1.1", "203.0.113.9"),
            (proxy, "198.51.100.7", "198.51.100.7"),
            (proxy, "1.1.1.1, 198.51.100.7", "198.51.100.7"),
            (proxy, "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            (proxy, "nonsense", "10.0.0.1"),
        ] {
            assert_eq!(client_address(peer, &forwarded(header), &proxies).to_string(), expected, "{header}");
        }
    }

    #[test]
    fn networks_are_what_one_customer_gets() {
        for (address, network) in [
            ("203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ] {
            assert_eq!(ClientAddress(address.parse().expect("ip")).network().to_string(), network);
        }
    }

    #[test]
    fn p12_bytes_that_are_not_text_are_refused() {
        for bad in [&b"q=%ff"[..], b"q=a%00b", b"%c3%28=1"] {
            assert!(urlencoded(bad).is_err());
        }
        assert_eq!(urlencoded(b"q=a+b%C3%A9&q=2").expect("fine")[0].1, "a bé");
    }
}
