//! Everything that the environment decides, read once at the start. Every variable is in [`VARIABLES`], with
//! its default; each may also be given as `NAME_FILE`, the path of a file that holds the value.

mod bounds;
pub mod kept_keys;
mod variables;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use ipnetwork::IpNetwork;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use bounds::Bounds;
pub use variables::{VARIABLES, Variable};

/// The configuration of one process. Secrets are in types whose `Debug` hides them.
#[derive(Debug, Clone)]
pub struct Config {
    /// `None`: the embedded PostgreSQL in the data folder.
    pub database_url: Option<SecretString>,
    /// Most connections to PostgreSQL that this process opens.
    pub database_pool: u32,
    /// Where to listen for HTTP.
    pub listen: SocketAddr,
    /// The address by which readers know the blog; mails, feeds and redirects are made from it.
    pub base_url: Url,
    /// The embedded database, uploads, outbox and secret key live here.
    pub data_dir: PathBuf,
    /// The root of all keyed hashes and signatures; at least 32 characters.
    pub secret_key: SecretString,
    /// Keys that were in force before: they still open what was sealed with them.
    pub previous_keys: Vec<SecretString>,
    /// Where uploads are kept: `file:///…`, or `s3://bucket/prefix?endpoint=…&region=…`.
    pub media_url: Url,
    /// What opens the bucket.
    pub media_keys: Option<MediaKeys>,
    /// `None`: mails become files in the outbox folder.
    pub smtp_url: Option<SecretString>,
    /// The sender of all mails.
    pub mail_from: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNetwork>,
    /// A separate address for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// The bearer token that opens `/metrics` on the main address.
    pub metrics_token: Option<SecretString>,
    /// Who may register on a new blog: the first value of the setting.
    pub registration: String,
    /// Certificate chain and private key, as files: HTTPS without a proxy.
    pub tls: Option<TlsFiles>,
    /// With TLS: an address that leads from HTTP to HTTPS.
    pub http_listen: Option<SocketAddr>,
    /// Lets this program ask servers on this machine; for tests only.
    pub fetch_allow_private: bool,
    /// How much of everything is let in.
    pub bounds: Bounds,
    /// This program: it starts itself once more to open pictures.
    pub program: PathBuf,
    /// The log filter, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
}

/// What opens a bucket.
#[derive(Debug, Clone)]
pub struct MediaKeys {
    /// Names the key.
    pub id: String,
    /// The key itself.
    pub secret: SecretString,
}

/// Where the certificate is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, PEM.
    pub cert: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// One clear line: an unknown `QUIRE_*` variable, or a value that cannot be used, with its name.
    pub fn from_env() -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::from_source(&variables::Source::new(environment)?)
    }

    /// True when the blog is reached over HTTPS, so that cookies are `Secure`.
    pub fn https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// True when readers are on this very machine: a developer is looking.
    pub fn development(&self) -> bool {
        matches!(self.base_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    }

    /// Where mails go when no SMTP server is named.
    pub fn outbox(&self) -> PathBuf {
        self.data_dir.join("outbox")
    }

    /// An absolute address of the blog for a path that starts with `/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    /// Name and effective value of every variable, secrets hidden: what `quire config` prints.
    pub fn effective(&self) -> Vec<(&'static str, String)> {
        VARIABLES.iter().map(|variable| (variable.name, self.shown(variable.name))).collect()
    }

    fn shown(&self, name: &str) -> String {
        let hidden = |secret: Option<&SecretString>| match secret {
            Some(_) => "(set, hidden)".to_owned(),
            None => "(unset)".to_owned(),
        };
        match name {
            "DATABASE_URL" => match &self.database_url {
                Some(url) => without_password(url),
                None => "(unset: the embedded PostgreSQL)".to_owned(),
            },
            "QUIRE_DATABASE_POOL" => self.database_pool.to_string(),
            "QUIRE_LISTEN" => self.listen.to_string(),
            "QUIRE_BASE_URL" => self.base_url.to_string(),
            "QUIRE_DATA_DIR" => self.data_dir.display().to_string(),
            "QUIRE_SECRET_KEY" => hidden(Some(&self.secret_key)),
            "QUIRE_MEDIA_URL" => self.media_url.to_string(),
            "QUIRE_MEDIA_KEY_ID" => self.media_keys.as_ref().map(|keys| keys.id.clone()).unwrap_or_default(),
            "QUIRE_MEDIA_SECRET_KEY" => hidden(self.media_keys.as_ref().map(|keys| &keys.secret)),
            "QUIRE_SMTP_URL" => match &self.smtp_url {
                Some(url) => without_password(url),
                None => format!("(unset: {})", self.outbox().display()),
            },
            "QUIRE_MAIL_FROM" => self.mail_from.clone(),
            "QUIRE_TRUSTED_PROXIES" => {
                self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
            "QUIRE_METRICS_LISTEN" => self.metrics_listen.map(|a| a.to_string()).unwrap_or_default(),
            "QUIRE_METRICS_TOKEN" => hidden(self.metrics_token.as_ref()),
            "QUIRE_REGISTRATION" => self.registration.clone(),
            "QUIRE_SECRET_KEY_PREVIOUS" => format!("({} set, hidden)", self.previous_keys.len()),
            "QUIRE_TLS_CERT" => {
                self.tls.as_ref().map(|tls| tls.cert.display().to_string()).unwrap_or_default()
            }
            "QUIRE_TLS_KEY" => self.tls.as_ref().map(|tls| tls.key.display().to_string()).unwrap_or_default(),
            "QUIRE_HTTP_LISTEN" => self.http_listen.map(|a| a.to_string()).unwrap_or_default(),
            "QUIRE_PASSWORD_MEMORY_KIB" => self.bounds.passwords.memory.to_string(),
            "QUIRE_PASSWORD_PASSES" => self.bounds.passwords.passes.to_string(),
            "QUIRE_PASSWORD_PARALLEL" => self.bounds.passwords.parallel.to_string(),
            "QUIRE_MAX_CONNECTIONS" => self.bounds.connections.to_string(),
            "QUIRE_HEADER_KB" => (self.bounds.head_bytes / 1024).to_string(),
            "QUIRE_HEADER_SECONDS" => self.bounds.head_time.as_secs().to_string(),
            "QUIRE_STALL_SECONDS" => self.bounds.stall_time.as_secs().to_string(),
            "QUIRE_REQUEST_SECONDS" => self.bounds.request_time.as_secs().to_string(),
            "QUIRE_UPLOAD_SECONDS" => self.bounds.upload_time.as_secs().to_string(),
            "QUIRE_FORM_KB" => (self.bounds.form_bytes / 1024).to_string(),
            "QUIRE_FORM_FIELDS" => self.bounds.form_fields.to_string(),
            "QUIRE_UPLOAD_MB" => (self.bounds.upload_bytes >> 20).to_string(),
            "QUIRE_PICTURE_MEGAPIXELS" => (self.bounds.picture_pixels / 1_000_000).to_string(),
            "QUIRE_IMPORT_MB" => (self.bounds.import_bytes >> 20).to_string(),
            "QUIRE_FETCH_ALLOW_PRIVATE" => self.fetch_allow_private.to_string(),
            "QUIRE_LOG" => self.log.clone(),
            "QUIRE_LOG_FORMAT" => format!("{:?}", self.log_format).to_lowercase(),
            _ => String::new(),
        }
    }

    fn from_source(source: &variables::Source) -> anyhow::Result<Self> {
        let data_dir = std::path::absolute(source.text("QUIRE_DATA_DIR")?)
            .context("QUIRE_DATA_DIR is not a usable path")?;
        let database_url = source.secret("DATABASE_URL")?;
        let (secret_key, previous_keys) = match source.secret("QUIRE_SECRET_KEY")? {
            Some(key) => (long_enough("QUIRE_SECRET_KEY", key)?, previous_keys(source)?),
            None if database_url.is_none() => kept_keys::read(&data_dir)?,
            None => bail!(
                "QUIRE_SECRET_KEY must be set when DATABASE_URL is (make one with: openssl rand -hex 32)"
            ),
        };

        let base_url = base_url(&source.text("QUIRE_BASE_URL")?)?;
        Ok(Self {
            tls: tls(source, &base_url)?,
            database_url,
            database_pool: source.parsed("QUIRE_DATABASE_POOL")?,
            listen: source.parsed("QUIRE_LISTEN")?,
            base_url,
            media_url: media_url(source.optional("QUIRE_MEDIA_URL")?, &data_dir)?,
            media_keys: media_keys(source)?,
            data_dir,
            secret_key,
            previous_keys,
            smtp_url: source.secret("QUIRE_SMTP_URL")?,
            mail_from: source.text("QUIRE_MAIL_FROM")?,
            trusted_proxies: source.list("QUIRE_TRUSTED_PROXIES")?,
            metrics_listen: source.optional_parsed("QUIRE_METRICS_LISTEN")?,
            metrics_token: source.secret("QUIRE_METRICS_TOKEN")?,
            registration: source.one_of("QUIRE_REGISTRATION", &["closed", "invite", "approval", "open"])?,
            http_listen: source.optional_parsed("QUIRE_HTTP_LISTEN")?,
            fetch_allow_private: source.parsed("QUIRE_FETCH_ALLOW_PRIVATE")?,
            bounds: Bounds::from_source(source)?,
            program: own_program()?,
            log: source.text("QUIRE_LOG")?,
            log_format: match source.one_of("QUIRE_LOG_FORMAT", &["pretty", "json"])?.as_str() {
                "json" => LogFormat::Json,
                _ => LogFormat::Pretty,
            },
        })
    }
}

/// Also after its file was replaced by that of a newer version.
fn own_program() -> anyhow::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe().context("where is this program?")
}

fn base_url(text: &str) -> anyhow::Result<Url> {
    let url: Url = text.parse().with_context(|| format!("QUIRE_BASE_URL is not an address: {text}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || url.path() != "/" {
        bail!("QUIRE_BASE_URL must look like https://blog.example.org, without a path: {text}");
    }
    Ok(url)
}

fn media_url(text: Option<String>, data_dir: &std::path::Path) -> anyhow::Result<Url> {
    match text {
        Some(text) => text.parse().with_context(|| format!("QUIRE_MEDIA_URL is not an address: {text}")),
        None => match Url::from_directory_path(data_dir.join("media")) {
            Ok(url) => Ok(url),
            Err(()) => bail!("QUIRE_DATA_DIR is not a usable path"),
        },
    }
}

fn media_keys(source: &variables::Source) -> anyhow::Result<Option<MediaKeys>> {
    match (source.optional("QUIRE_MEDIA_KEY_ID")?, source.secret("QUIRE_MEDIA_SECRET_KEY")?) {
        (Some(id), Some(secret)) => Ok(Some(MediaKeys { id, secret })),
        (None, None) => Ok(None),
        _ => bail!("QUIRE_MEDIA_KEY_ID and QUIRE_MEDIA_SECRET_KEY belong together: set both or none"),
    }
}

fn previous_keys(source: &variables::Source) -> anyhow::Result<Vec<SecretString>> {
    let Some(keys) = source.secret("QUIRE_SECRET_KEY_PREVIOUS")? else { return Ok(Vec::new()) };
    let keys = keys.expose_secret().split(',').map(str::trim).filter(|key| !key.is_empty());
    keys.map(|key| long_enough("QUIRE_SECRET_KEY_PREVIOUS", key.into())).collect()
}

fn long_enough(name: &str, key: SecretString) -> anyhow::Result<SecretString> {
    if key.expose_secret().len() < 32 {
        bail!("{name} must be at least 32 characters long");
    }
    Ok(key)
}

fn tls(source: &variables::Source, base_url: &Url) -> anyhow::Result<Option<TlsFiles>> {
    let files = tls_files(source)?;
    if files.is_some() && base_url.scheme() != "https" {
        bail!(
            "with QUIRE_TLS_CERT the blog is on HTTPS: QUIRE_BASE_URL must begin with https://, not {base_url}"
        );
    }
    if files.is_none() && source.optional("QUIRE_HTTP_LISTEN")?.is_some() {
        bail!("QUIRE_HTTP_LISTEN leads to HTTPS: it needs QUIRE_TLS_CERT and QUIRE_TLS_KEY");
    }
    Ok(files)
}

fn tls_files(source: &variables::Source) -> anyhow::Result<Option<TlsFiles>> {
    match (source.optional("QUIRE_TLS_CERT")?, source.optional("QUIRE_TLS_KEY")?) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert: cert.into(), key: key.into() })),
        (None, None) => Ok(None),
        _ => bail!("QUIRE_TLS_CERT and QUIRE_TLS_KEY belong together: set both or none"),
    }
}

fn without_password(url: &SecretString) -> String {
    match url.expose_secret().parse::<Url>() {
        Ok(mut url) if url.password().is_some() => match url.set_password(Some("hidden")) {
            Ok(()) => url.to_string(),
            Err(()) => "(set, hidden)".to_owned(),
        },
        Ok(url) => url.to_string(),
        Err(_) => "(set, hidden)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        let key = ("QUIRE_SECRET_KEY", "0123456789abcdef0123456789abcdef");
        let pairs = [&[key, ("DATABASE_URL", "postgres://u:secret@db/quire")], pairs].concat();
        let environment = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Config::from_source(&variables::Source::new(environment)?)
    }

    #[test]
    fn an_unknown_variable_is_an_error_that_names_it() {
        let error = config(&[("QUIRE_LISTNE", "1.2.3.4:80")]).expect_err("refused").to_string();
        assert!(error.contains("QUIRE_LISTNE"), "{error}");
    }

    #[test]
    fn a_value_that_cannot_be_used_is_an_error_that_names_the_variable() {
        for (name, value) in [
            ("QUIRE_LISTEN", "here"),
            ("QUIRE_BASE_URL", "ftp://x"),
            ("QUIRE_BASE_URL", "https://x.org/blog"),
            ("QUIRE_DATABASE_POOL", "many"),
            ("QUIRE_LOG_FORMAT", "xml"),
            ("QUIRE_SECRET_KEY", "short"),
            ("QUIRE_SECRET_KEY_PREVIOUS", "short"),
            ("QUIRE_TLS_CERT", "/only/half"),
            ("QUIRE_MEDIA_KEY_ID", "half"),
            ("QUIRE_FORM_KB", "0"),
            ("QUIRE_PASSWORD_MEMORY_KIB", "8"),
            ("QUIRE_TRUSTED_PROXIES", "10.0.0.0/8,nonsense"),
        ] {
            let error = config(&[(name, value)]).expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn secrets_are_never_shown() {
        let shown = config(&[("QUIRE_SMTP_URL", "smtp://me:secret@mail")]).expect("fine");
        let text = format!("{shown:?} {:?}", shown.effective());
        assert!(!text.contains("secret@") && !text.contains("0123456789abcdef"), "{text}");
    }

    #[test]
    fn every_variable_has_an_effective_value_to_print() {
        let shown = config(&[]).expect("fine").effective();
        assert_eq!(shown.len(), VARIABLES.len());
        assert!(shown.iter().any(|(name, value)| *name == "QUIRE_LISTEN" && value == "127.0.0.1:3000"));
    }
}
