//! Certificates: read from files, and again whenever these change.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, bail};
use rustls::{
    Error, InconsistentKeys, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// Time between two looks at the files.
const LOOK: Duration = Duration::from_secs(10);

/// The certificate that is shown, and how connections are encrypted: TLS 1.2 and 1.3, HTTP/2 or HTTP/1.1 (ALPN).
/// Cheap to clone; all clones change together.
#[derive(Clone)]
pub struct Tls {
    pair: Pair,
    loaded: Stamp,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads the certificate, with the chain behind it, and its private key: PEM files, as certbot and others write
    /// them.
    ///
    /// # Errors
    /// A file cannot be read or holds nothing of use, or the key belongs to another certificate. The message names the
    /// file.
    pub fn load(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let pair = Pair { certificate: certificate.into(), key: key.into() };
        let loaded = pair.stamp()?;
        let shown = Arc::new(Shown(watch::Sender::new(Arc::new(pair.read()?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { pair, loaded, shown, config: Arc::new(config) })
    }

    /// Shows a new certificate soon after the files changed, for ever. While the new pair cannot be used the old one
    /// stays.
    pub async fn follow(self) {
        self.follow_every(LOOK).await;
    }

    pub(super) async fn follow_every(self, time: Duration) {
        let mut follower = self.follower();
        loop {
            tokio::time::sleep(time).await;
            follower.look().await;
        }
    }

    pub(super) fn follower(self) -> Follower {
        Follower { seen: Some(self.loaded), complaint: String::new(), tls: self }
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.config.clone().into()
    }
}

/// Compares the files with what was read from them.
pub(super) struct Follower {
    tls: Tls,
    /// `None`: the last try failed, so the next look tries again.
    seen: Option<Stamp>,
    /// Why the last try failed: said once.
    complaint: String,
}

impl Follower {
    pub(super) async fn look(&mut self) {
        let (pair, seen) = (self.tls.pair.clone(), self.seen);
        let looked = tokio::task::spawn_blocking(move || pair.read_unless(seen)).await;
        match looked.context("looking at the files").flatten() {
            Ok(None) => {}
            Ok(Some((stamp, key))) => {
                self.seen = Some(stamp);
                self.complaint.clear();
                self.tls.shown.0.send_replace(Arc::new(key));
                tracing::info!("tls: a new certificate is in use");
            }
            Err(error) => {
                self.seen = None;
                let complaint = format!("{error:#}");
                if complaint != self.complaint {
                    tracing::warn!(error = complaint, "tls: the old certificate stays in use");
                    self.complaint = complaint;
                }
            }
        }
    }
}

/// Time of change and length of both files.
type Stamp = [(SystemTime, u64); 2];

#[derive(Clone)]
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
}

impl Pair {
    fn read_unless(&self, seen: Option<Stamp>) -> anyhow::Result<Option<(Stamp, CertifiedKey)>> {
        // first the stamp: a change during the reading is then seen at the next look
        let stamp = self.stamp()?;
        if seen == Some(stamp) {
            return Ok(None);
        }
        Ok(Some((stamp, self.read()?)))
    }

    fn stamp(&self) -> anyhow::Result<Stamp> {
        let of = |path: &Path| {
            let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            anyhow::Ok((metadata.modified()?, metadata.len()))
        };
        Ok([of(&self.certificate)?, of(&self.key)?])
    }

    fn read(&self) -> anyhow::Result<CertifiedKey> {
        let (certificate, key) = (self.certificate.display(), self.key.display());
        let chain = fs::read(&self.certificate).with_context(|| format!("cannot read {certificate}"))?;
        let chain = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<Vec<_>, _>>()
            .with_context(|| format!("{certificate} is not a PEM file"))?;
        if chain.is_empty() {
            bail!("{certificate} holds no certificate (PEM)");
        }
        let secret = fs::read(&self.key).with_context(|| format!("cannot read {key}"))?;
        let secret = PrivateKeyDer::from_pem_slice(&secret)
            .with_context(|| format!("{key} holds no private key (PEM)"))?;
        let secret = ring::default_provider()
            .key_provider
            .load_private_key(secret)
            .with_context(|| format!("the private key in {key} cannot be used"))?;

        let certified = CertifiedKey::new(chain, secret);
        match certified.keys_match() {
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
            Err(Error::InconsistentKeys(_)) => {
                bail!("the private key in {key} belongs to another certificate than that in {certificate}")
            }
            Err(error) => {
                Err(error).with_context(|| format!("the certificate in {certificate} cannot be used"))
            }
        }
    }
}

/// The one certificate, whatever name a client asks for.
#[derive(Debug)]
struct Shown(watch::Sender<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.borrow().clone())
    }
}
