//! The list of environment variables, and how a value of each is found.

use std::{collections::HashMap, str::FromStr};

use anyhow::{Context, bail};
use secrecy::SecretString;

/// One environment variable: what it is for, and its value when unset.
#[derive(Debug)]
pub struct Variable {
    /// As written in the environment.
    pub name: &'static str,
    /// Used when the variable is unset; `None` means that unset has a meaning of its own.
    pub default: Option<&'static str>,
    /// One sentence for people who run Quire.
    pub doc: &'static str,
}

/// Every variable that Quire reads. `quire config` prints this list, and a test holds `.env.example` to it.
pub const VARIABLES: &[Variable] = &[
    variable("DATABASE_URL", None, "PostgreSQL to use; unset: an embedded server under the data folder."),
    variable("QUIRE_DATABASE_POOL", Some("10"), "Most database connections of this process."),
    variable("QUIRE_LISTEN", Some("127.0.0.1:3000"), "Address and port to listen on."),
    variable(
        "QUIRE_BASE_URL",
        Some("http://localhost:3000"),
        "The blog's public address; https makes cookies secure.",
    ),
    variable("QUIRE_DATA_DIR", Some("./data"), "Folder for the embedded database, uploads, outbox and key."),
    variable(
        "QUIRE_SECRET_KEY",
        None,
        "32 or more random characters; made by itself with the embedded database.",
    ),
    variable(
        "QUIRE_SECRET_KEY_PREVIOUS",
        None,
        "Keys in force before, with commas, until `quire keys rotate` is done.",
    ),
    variable(
        "QUIRE_MEDIA_URL",
        None,
        "Where uploads are kept: file:///… or s3://bucket/prefix?endpoint=…&region=…; unset: media/ in the data folder.",
    ),
    variable("QUIRE_MEDIA_KEY_ID", None, "Access key of the bucket in QUIRE_MEDIA_URL."),
    variable("QUIRE_MEDIA_SECRET_KEY", None, "Its secret."),
    variable("QUIRE_SMTP_URL", None, "Mail server, smtp://user:password@host:587; unset: files in outbox/."),
    variable("QUIRE_MAIL_FROM", Some("Quire <quire@localhost>"), "Sender of all mails."),
    variable("QUIRE_TRUSTED_PROXIES", Some(""), "Networks whose X-Forwarded-For is believed, with commas."),
    variable("QUIRE_METRICS_LISTEN", None, "A separate address for /metrics, such as 127.0.0.1:9000."),
    variable("QUIRE_METRICS_TOKEN", None, "The bearer token that opens /metrics on the main address."),
    variable(
        "QUIRE_REGISTRATION",
        Some("closed"),
        "Who may register on a new blog: closed, invite, approval or open.",
    ),
    variable(
        "QUIRE_TLS_CERT",
        None,
        "Certificate chain (PEM) to serve HTTPS with; read again when it changes.",
    ),
    variable("QUIRE_TLS_KEY", None, "Its private key (PEM)."),
    variable(
        "QUIRE_HTTP_LISTEN",
        None,
        "With TLS: a second address, such as 0.0.0.0:80, that leads to HTTPS.",
    ),
    variable("QUIRE_PASSWORD_MEMORY_KIB", Some("19456"), "Memory of one password hash (argon2id)."),
    variable("QUIRE_PASSWORD_PASSES", Some("2"), "Passes of one password hash over that memory."),
    variable(
        "QUIRE_PASSWORD_PARALLEL",
        Some("0"),
        "Password hashes at a time; 0: one for each core but one.",
    ),
    variable("QUIRE_MAX_CONNECTIONS", Some("4096"), "Connections at a time; further ones wait."),
    variable("QUIRE_HEADER_KB", Some("32"), "Most KB of a request's head."),
    variable(
        "QUIRE_HEADER_SECONDS",
        Some("15"),
        "Time to send a request's head, and for an idle connection.",
    ),
    variable(
        "QUIRE_STALL_SECONDS",
        Some("30"),
        "A client that takes nothing of its answer for so long is cut off.",
    ),
    variable("QUIRE_REQUEST_SECONDS", Some("10"), "Time for a whole request."),
    variable("QUIRE_UPLOAD_SECONDS", Some("60"), "Time for a request with an upload."),
    variable("QUIRE_FORM_KB", Some("256"), "Most KB of a form without files."),
    variable("QUIRE_FORM_FIELDS", Some("10000"), "Most fields of a form."),
    variable("QUIRE_UPLOAD_MB", Some("20"), "Most MB of an uploaded file."),
    variable("QUIRE_PICTURE_MEGAPIXELS", Some("26"), "Most megapixels of an uploaded picture."),
    variable("QUIRE_IMPORT_MB", Some("200"), "Most MB of the export of another blog."),
    variable(
        "QUIRE_FETCH_ALLOW_PRIVATE",
        Some("false"),
        "Let this blog ask servers on this machine: for tests only.",
    ),
    variable("QUIRE_LOG", Some("info"), "Log filter, such as info or quire=debug,sqlx=warn."),
    variable("QUIRE_LOG_FORMAT", Some("pretty"), "How log lines look: pretty or json."),
];

const fn variable(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Variable {
    Variable { name, default, doc }
}

/// The environment, with `NAME_FILE` variables replaced by what their files hold.
pub(super) struct Source {
    values: HashMap<&'static str, String>,
}

impl Source {
    pub(super) fn new(mut environment: HashMap<String, String>) -> anyhow::Result<Self> {
        let mut values = HashMap::new();
        for variable in VARIABLES {
            let value = environment.remove(variable.name);
            let file = environment.remove(&format!("{}_FILE", variable.name));
            let value = match (value, file) {
                (Some(_), Some(_)) => bail!("{0} and {0}_FILE are both set: keep one", variable.name),
                (Some(value), None) => Some(value),
                (None, Some(path)) => Some(
                    std::fs::read_to_string(&path)
                        .with_context(|| format!("{}_FILE: cannot read {path}", variable.name))?
                        .trim_end()
                        .to_owned(),
                ),
                (None, None) => None,
            };
            // an empty value is as good as none: compose files leave them so
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                values.insert(variable.name, value);
            }
        }
        match environment.keys().filter(|name| name.starts_with("QUIRE_")).min() {
            Some(unknown) => bail!("unknown variable {unknown} (`quire config` lists those that exist)"),
            None => Ok(Self { values }),
        }
    }

    /// Nothing is set: every value is its default.
    pub(super) fn empty() -> anyhow::Result<Self> {
        Self::new(HashMap::new())
    }

    pub(super) fn optional(&self, name: &'static str) -> anyhow::Result<Option<String>> {
        let variable = VARIABLES.iter().find(|variable| variable.name == name);
        let variable = variable.with_context(|| format!("{name} is not in the list of variables"))?;
        Ok(self.values.get(name).cloned().or_else(|| variable.default.map(str::to_owned)))
    }

    pub(super) fn text(&self, name: &'static str) -> anyhow::Result<String> {
        Ok(self.optional(name)?.unwrap_or_default())
    }

    pub(super) fn secret(&self, name: &'static str) -> anyhow::Result<Option<SecretString>> {
        Ok(self.optional(name)?.map(SecretString::from))
    }

    pub(super) fn parsed<T: FromStr>(&self, name: &'static str) -> anyhow::Result<T> {
        let text = self.text(name)?;
        text.parse().ok().with_context(|| format!("{name} has a value that cannot be used: {text}"))
    }

    pub(super) fn optional_parsed<T: FromStr>(&self, name: &'static str) -> anyhow::Result<Option<T>> {
        match self.optional(name)? {
            None => Ok(None),
            Some(_) => self.parsed(name).map(Some),
        }
    }

    pub(super) fn list<T: FromStr>(&self, name: &'static str) -> anyhow::Result<Vec<T>> {
        let text = self.text(name)?;
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items
            .map(|item| {
                item.parse().ok().with_context(|| format!("{name} has a part that cannot be used: {item}"))
            })
            .collect()
    }

    pub(super) fn one_of(&self, name: &'static str, choices: &[&str]) -> anyhow::Result<String> {
        let text = self.text(name)?;
        if choices.contains(&text.as_str()) {
            return Ok(text);
        }
        bail!("{name} must be one of {}, not {text}", choices.join(", "))
    }
}
