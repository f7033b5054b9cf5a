//! A bucket of S3 or of a server that speaks like it, for blogs on several machines.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use object_store::{
    BackoffConfig, ClientOptions, ObjectStoreExt as _, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use secrecy::ExposeSecret as _;
use url::Url;

use super::Content;
use crate::config::MediaKeys;

#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
}

impl Bucket {
    /// `s3://bucket/prefix?endpoint=https://…&region=…`
    pub(super) fn open(url: &Url, keys: Option<&MediaKeys>) -> anyhow::Result<Self> {
        let keys = keys
            .context("QUIRE_MEDIA_URL names a bucket: set QUIRE_MEDIA_KEY_ID and QUIRE_MEDIA_SECRET_KEY")?;
        // the client of HTTP panics without one
        ensure!(
            rustls::crypto::CryptoProvider::get_default().is_some(),
            "no provider of cryptography is installed"
        );
        let name = url.host_str().context("QUIRE_MEDIA_URL names no bucket: s3://bucket/prefix")?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_access_key_id(&keys.id)
            .with_secret_access_key(keys.secret.expose_secret())
            .with_region("us-east-1")
            // a request that every server of this kind knows
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig { init_backoff: Duration::from_millis(100), ..Default::default() },
                max_retries: 2,
                // a reader waits for it
                retry_timeout: Duration::from_secs(8),
            });
        let mut options = ClientOptions::new()
            .with_user_agent("Quire".parse().context("a header")?)
            .with_connect_timeout(Duration::from_secs(3))
            .with_timeout(Duration::from_secs(30));
        for (parameter, value) in url.query_pairs() {
            builder = match &*parameter {
                "endpoint" => {
                    options = options.with_allow_http(value.starts_with("http://"));
                    builder.with_endpoint(value.trim_end_matches('/'))
                }
                "region" => builder.with_region(value),
                _ => bail!("QUIRE_MEDIA_URL knows endpoint and region, not {parameter}"),
            };
        }
        let store = builder.with_client_options(options).build().context("QUIRE_MEDIA_URL")?;
        Ok(Self { store: Arc::new(store), prefix: url.path().trim_matches('/').to_owned() })
    }

    pub(super) async fn put(&self, key: &str, content: Content) -> anyhow::Result<()> {
        let bytes = tokio::task::spawn_blocking(move || content.read()).await.context("was cut off")?;
        let bytes = bytes.context("reading an upload")?;
        self.store.put(&self.path(key), bytes.into()).await.context("sending an upload to the bucket")?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &str) -> anyhow::Result<Option<Bytes>> {
        match self.store.get(&self.path(key)).await {
            Ok(found) => Ok(Some(found.bytes().await.context("reading an upload from the bucket")?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("reading an upload from the bucket"),
        }
    }

    pub(super) async fn delete(&self, key: &str) -> anyhow::Result<()> {
        match self.store.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("deleting an upload in the bucket"),
        }
    }

    fn path(&self, key: &str) -> Path {
        Path::from(format!("{}/{key}", self.prefix))
    }
}
