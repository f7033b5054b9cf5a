//! Asking, hop by hop.

use std::{error::Error as _, sync::Arc};

use anyhow::{Context as _, ensure};
use bytes::BytesMut;
use reqwest::{
    Client, Response,
    dns::Resolve,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION},
    redirect::Policy,
};
use url::Url;

use super::{
    Accept, FetchError, FetchOptions, Fetched,
    hosts::Hosts,
    names::{Names, SystemNames},
};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Asks other servers. Clones share the count of requests to each host.
#[derive(Debug, Clone)]
pub struct Fetcher {
    client: Client,
    options: Arc<FetchOptions>,
    pub(super) hosts: Arc<Hosts>,
}

impl Fetcher {
    /// A fetcher with the names of the operating system.
    ///
    /// # Errors
    /// No provider of cryptography is installed (`main` does it), or the system has no certificates to trust.
    pub fn new(options: FetchOptions) -> anyhow::Result<Self> {
        Self::with_names(options, Arc::new(SystemNames))
    }

    pub(super) fn with_names(options: FetchOptions, source: Arc<dyn Resolve>) -> anyhow::Result<Self> {
        // reqwest panics without one
        ensure!(
            rustls::crypto::CryptoProvider::get_default().is_some(),
            "no provider of cryptography is installed"
        );
        let options = Arc::new(options);
        let client = Client::builder()
            .user_agent("Quire")
            // compressed answers could grow without measure
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]))
            .dns_resolver(Names { source, options: options.clone() })
            .connect_timeout(options.connect_timeout)
            // by hand, so that each hop is checked
            .redirect(Policy::none())
            // a proxy would resolve the name a second time, for itself
            .no_proxy()
            // a connection that is kept would outlive the check of its address
            .pool_max_idle_per_host(0)
            .build()
            .context("preparing requests to other servers")?;
        let hosts = Arc::new(Hosts::new(options.per_minute));
        Ok(Self { client, options, hosts })
    }

    /// What is at `url`, if it is what `accept` asks for. Asks nobody who is not on the public internet.
    ///
    /// # Errors
    /// See [`FetchError`]. No error holds anything of the other server's answer but its status.
    pub async fn get(&self, url: &Url, accept: Accept) -> Result<Fetched, FetchError> {
        match tokio::time::timeout(self.options.timeout, self.follow(url.clone(), accept)).await {
            Ok(result) => result,
            Err(_) => Err(FetchError::Timeout),
        }
    }

    async fn follow(&self, mut url: Url, accept: Accept) -> Result<Fetched, FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            self.options.check(&url)?;
            // given back at the end of the hop: two hosts that redirect to each other do not wait for each other
            let _turn = self.hosts.enter(url.host_str().unwrap_or_default()).await?;
            let response = self.client.get(url.clone()).send().await.map_err(failed)?;

            match response.headers().get(LOCATION) {
                Some(location) if response.status().is_redirection() => url = next_hop(&url, location)?,
                _ => return read(url, response, accept).await,
            }
        }
        Err(FetchError::TooManyRedirects)
    }
}

/// Where a redirect leads; it may be relative.
pub(super) fn next_hop(url: &Url, location: &HeaderValue) -> Result<Url, FetchError> {
    let location = location.to_str().context("a redirect in odd characters");
    let next = location.and_then(|location| url.join(location).context("a redirect to no address"));
    let next = next.map_err(FetchError::Failed)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(FetchError::Downgrade);
    }
    Ok(next)
}

async fn read(final_url: Url, mut response: Response, accept: Accept) -> Result<Fetched, FetchError> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if !response.status().is_success() {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    if response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(FetchError::Encoded);
    }
    let content_type = header(CONTENT_TYPE).unwrap_or_default().to_owned();
    if !accept.takes(&content_type) {
        return Err(FetchError::ContentType);
    }
    if response.content_length().is_some_and(|length| length > accept.max_bytes as u64) {
        return Err(FetchError::TooLarge);
    }

    // what is announced need not be true
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if chunk.len() > accept.max_bytes - bytes.len() {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched { final_url, content_type, bytes: bytes.freeze() })
}

/// The refusals of [`Names`] come back deep inside of the client's own error.
fn failed(error: reqwest::Error) -> FetchError {
    let mut source = error.source();
    while let Some(cause) = source {
        match cause.downcast_ref() {
            Some(FetchError::PrivateAddress) => return FetchError::PrivateAddress,
            Some(FetchError::NotFound) => return FetchError::NotFound,
            _ => source = cause.source(),
        }
    }
    if error.is_timeout() {
        return FetchError::Timeout;
    }
    // addresses may hold secrets, and end in the log
    FetchError::Failed(anyhow::Error::new(error.without_url()).context("asking another server"))
}
