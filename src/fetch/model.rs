//! What is asked for and what comes back; what can go wrong.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ops::RangeInclusive,
    time::Duration,
};

use bytes::Bytes;
use ipnetwork::IpNetwork;
use url::{Host, Url};

use super::address::is_public;
use crate::config::Config;

/// Where requests may go, how often, and for how long.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// The ports that may be asked. By default those of http and https, so that no other service can be spoken to.
    pub ports: Vec<RangeInclusive<u16>>,
    /// Networks that may be asked although they are not public. By default none; tests open 127.0.0.0/8.
    pub inside: Vec<IpNetwork>,
    /// Requests to one host within a minute; each hop of a redirect is one.
    pub per_minute: usize,
    /// Finding the address, connecting and TLS have this long, at each hop.
    pub connect_timeout: Duration,
    /// All of it has this long: waiting for the host's turn, every hop, the last byte.
    pub timeout: Duration,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            ports: vec![80..=80, 443..=443],
            inside: Vec::new(),
            per_minute: 10,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
        }
    }
}

impl FetchOptions {
    /// As the environment has it: only the public internet, unless it opens this machine, for tests.
    pub fn of(config: &Config) -> Self {
        if !config.fetch_allow_private {
            return Self::default();
        }
        let loopback = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        Self { ports: vec![1..=u16::MAX], inside: loopback.map(IpNetwork::from).to_vec(), ..Self::default() }
    }

    /// Refuses an address for what can be seen of it. Names are judged later, by what they stand for
    /// ([`super::names::Names`]); numbers never come by there, so they are judged here.
    pub(super) fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        let port = url.port_or_known_default().ok_or(FetchError::Port)?;
        if !self.ports.iter().any(|ports| ports.contains(&port)) {
            return Err(FetchError::Port);
        }
        // `url` has read every odd spelling by now: 2130706433, 0x7f.1 and 127.1 are 127.0.0.1
        match url.host() {
            Some(Host::Ipv4(address)) if !self.may_reach(address.into()) => Err(FetchError::PrivateAddress),
            Some(Host::Ipv6(address)) if !self.may_reach(address.into()) => Err(FetchError::PrivateAddress),
            Some(_) => Ok(()),
            None => Err(FetchError::NotFound),
        }
    }

    /// True for public addresses, and for those that were opened.
    pub(super) fn may_reach(&self, address: IpAddr) -> bool {
        is_public(address) || self.inside.iter().any(|network| network.contains(address))
    }
}

/// What may come back.
#[derive(Debug, Clone, Copy)]
pub struct Accept {
    /// Bytes of the body; reading stops at the first one more.
    pub max_bytes: usize,
    /// Content types in lower case: `image/` takes all of a kind, `text/html` itself. Empty: any, or none.
    pub types: &'static [&'static str],
}

impl Default for Accept {
    fn default() -> Self {
        Self { max_bytes: 1024 * 1024, types: &[] }
    }
}

impl Accept {
    /// True for a `Content-Type` that is asked for; parameters do not matter.
    pub(super) fn takes(self, content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let fits =
            |asked: &&str| if asked.ends_with('/') { essence.starts_with(*asked) } else { essence == *asked };
        self.types.is_empty() || self.types.iter().any(fits)
    }
}

/// What came back. All of it is what a stranger sent.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was in the end, after redirects.
    pub final_url: Url,
    /// What the other server calls it, with parameters; empty when it says nothing.
    pub content_type: String,
    /// The body.
    pub bytes: Bytes,
}

/// Why nothing came back. The sentences are fixed: nothing of the other server's answer is in them. Who wrote the
/// address may read them; to strangers one sentence for all is better, since `PrivateAddress` and `NotFound` tell
/// which names are known inside.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Neither http nor https.
    #[error("Only addresses that begin with http:// or https:// can be fetched.")]
    Scheme,
    /// A name or a password stands in the address.
    #[error("An address with a user name or a password in it cannot be fetched.")]
    Credentials,
    /// A port that is not for pages.
    #[error("Addresses with that port cannot be fetched.")]
    Port,
    /// It leads to this machine or its network, or to nowhere on the public internet.
    #[error("This address is not on the public internet.")]
    PrivateAddress,
    /// The name has no address.
    #[error("There is no server of that name.")]
    NotFound,
    /// Redirected from https to http.
    #[error("The other server leads from a secure address to one that is not.")]
    Downgrade,
    /// Redirected more than three times.
    #[error("The other server redirects too often.")]
    TooManyRedirects,
    /// The body is larger than what was asked for.
    #[error("What the other server sent is too large.")]
    TooLarge,
    /// Not a success; this is the HTTP status.
    #[error("The other server answered with status {0}.")]
    Status(u16),
    /// Something else than what was asked for.
    #[error("The other server sent something of another kind.")]
    ContentType,
    /// Compressed, although that was not asked for.
    #[error("The other server sent it compressed, which was not asked for.")]
    Encoded,
    /// This host was asked often enough for now; it is worth trying again after that time.
    #[error("That server has been asked too often; please try again in a minute.")]
    TooOften {
        /// Until the host may be asked again.
        retry_after: Duration,
    },
    /// Out of time.
    #[error("The other server took too long.")]
    Timeout,
    /// Not connected, cut off, no valid certificate, no HTTP. The cause is for the log.
    #[error("The other server could not be asked.")]
    Failed(#[source] anyhow::Error),
}
