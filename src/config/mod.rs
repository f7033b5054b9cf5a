//! Everything that the environment decides, read once at the start. Every variable is in [`VARIABLES`], with
//! its default; each may also be given as `NAME_FILE`, the path of a file that holds the value.

mod variables;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use ipnetwork::IpNetwork;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

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
    /// Where uploads are kept: `file:///…`.
    pub media_url: Url,
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
    /// The log filter, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
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
            "QUIRE_LOG" => self.log.clone(),
            "QUIRE_LOG_FORMAT" => format!("{:?}", self.log_format).to_lowercase(),
            _ => String::new(),
        }
    }

    fn from_source(source: &variables::Source) -> anyhow::Result<Self> {
        let data_dir = std::path::absolute(source.text("QUIRE_DATA_DIR")?)
            .context("QUIRE_DATA_DIR is not a usable path")?;
        let database_url = source.secret("DATABASE_URL")?;
        let secret_key = match source.secret("QUIRE_SECRET_KEY")? {
            Some(key) if key.expose_secret().len() < 32 => {
                bail!("QUIRE_SECRET_KEY must be at least 32 characters long")
            }
            Some(key) => key,
            None if database_url.is_none() => kept_secret_key(&data_dir)?,
            None => bail!(
                "QUIRE_SECRET_KEY must be set when DATABASE_URL is (make one with: openssl rand -hex 32)"
            ),
        };

        Ok(Self {
            database_url,
            database_pool: source.parsed("QUIRE_DATABASE_POOL")?,
            listen: source.parsed("QUIRE_LISTEN")?,
            base_url: base_url(&source.text("QUIRE_BASE_URL")?)?,
            media_url: media_url(source.optional("QUIRE_MEDIA_URL")?, &data_dir)?,
            data_dir,
            secret_key,
            smtp_url: source.secret("QUIRE_SMTP_URL")?,
            mail_from: source.text("QUIRE_MAIL_FROM")?,
            trusted_proxies: source.list("QUIRE_TRUSTED_PROXIES")?,
            metrics_listen: source.optional_parsed("QUIRE_METRICS_LISTEN")?,
            metrics_token: source.secret("QUIRE_METRICS_TOKEN")?,
            registration: source.one_of("QUIRE_REGISTRATION", &["closed", "open"])?,
            log: source.text("QUIRE_LOG")?,
            log_format: match source.one_of("QUIRE_LOG_FORMAT", &["pretty", "json"])?.as_str() {
                "json" => LogFormat::Json,
                _ => LogFormat::Pretty,
            },
        })
    }
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

/// The key beside an embedded database: made once, readable by its owner only.
fn kept_secret_key(data_dir: &std::path::Path) -> anyhow::Result<SecretString> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let path = data_dir.join("secret-key");
    if !path.exists() {
        std::fs::create_dir_all(data_dir)
            .with_context(|| format!("making the folder {}", data_dir.display()))?;
        let fresh = crate::crypto::random_token();
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        match made {
            Ok(mut file) => file.write_all(fresh.as_bytes()).context("writing the secret key")?,
            // another process was first: its key is ours too
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("making {}", path.display())),
        }
    }
    let key = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let key = key.trim();
    if key.len() < 32 {
        bail!("{} is too short to be a key: delete it to have a new one made", path.display());
    }
    Ok(SecretString::from(key))
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
