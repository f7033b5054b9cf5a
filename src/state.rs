//! What every handler may ask for with `State(…)`.

use std::sync::Arc;

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::{
    config::Config,
    crypto::{Keys, Passwords},
    files::Files,
    mail::{Mail, Mailer},
    site::SiteCache,
    tally::Tally,
};

/// The application: one of it, cloned cheaply for each request.
#[derive(Debug, Clone, FromRef)]
pub struct AppState {
    /// The environment.
    pub config: Arc<Config>,
    /// The database.
    pub db: PgPool,
    /// The settings of the blog.
    pub site: SiteCache,
    /// Keyed hashes and signatures.
    pub keys: Keys,
    /// Hashes passwords off the async threads.
    pub passwords: Passwords,
    /// Sends mail.
    pub mailer: Mailer,
    /// Keeps uploads.
    pub files: Files,
    /// How often redirects were used.
    pub hits: Tally,
}

impl AppState {
    /// Puts the application together. The database must be migrated.
    ///
    /// # Errors
    /// The database is away, or the mail server's or file store's address cannot be used.
    pub async fn new(config: Config, db: PgPool) -> anyhow::Result<Self> {
        let mailer = match &config.smtp_url {
            Some(url) => Mailer::smtp(&config.mail_from, url)?,
            None => Mailer::files(&config.mail_from, config.outbox())?,
        };
        Self::with_mailer(config, db, mailer).await
    }

    /// [`AppState::new`] with a mailer of your own: tests look into it.
    ///
    /// # Errors
    /// As [`AppState::new`].
    pub async fn with_mailer(config: Config, db: PgPool, mailer: Mailer) -> anyhow::Result<Self> {
        crate::site::queries::ensure(&db, &config.registration).await?;
        let keys = Keys::new(config.secret_key.clone(), config.previous_keys.iter().cloned());
        Ok(Self {
            site: SiteCache::load(&db).await?,
            passwords: Passwords::new(config.bounds.passwords, keys.clone())?,
            keys,
            files: Files::open(&config)?,
            mailer,
            hits: Tally::default(),
            db,
            config: Arc::new(config),
        })
    }

    /// Sends a mail: by the server that the environment names, or else the one of the settings, or else into the outbox.
    ///
    /// # Errors
    /// As [`Mailer::send`].
    pub async fn send(&self, mail: &Mail) -> anyhow::Result<()> {
        let sealed = match &self.config.smtp_url {
            Some(_) => None,
            None => self.site.get().smtp_sealed.clone(),
        };
        match sealed {
            Some(sealed) => {
                let url = self.keys.open(SMTP_SEALED, &sealed)?.into();
                Mailer::smtp(&self.config.mail_from, &url)?.send(mail).await
            }
            None => self.mailer.send(mail).await,
        }
    }
}

/// What the mail server of the settings is sealed for.
pub const SMTP_SEALED: &str = "mail server";
