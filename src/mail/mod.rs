//! Mails: plain text only, so that nothing a stranger typed can become a link or a picture in somebody's inbox.

mod address;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use address::{Address, KeptAddress};

/// One mail, ready to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The one receiver's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mails, in the way that the configuration asks for.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Debug, Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(PathBuf),
    Memory(Arc<Mutex<Vec<Mail>>>),
}

impl Mailer {
    /// Sends through an SMTP server: `smtp://` with STARTTLS where `?tls=required`, `smtps://` with TLS.
    ///
    /// # Errors
    /// The sender or the server's address cannot be used.
    pub fn smtp(from: &str, url: &SecretString) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .context("QUIRE_SMTP_URL cannot be used")?
            .timeout(Some(std::time::Duration::from_secs(15)))
            .build();
        Self::new(from, Transport::Smtp(transport))
    }

    /// Writes each mail into a file of this folder.
    ///
    /// # Errors
    /// The sender's address cannot be used.
    pub fn files(from: &str, folder: PathBuf) -> anyhow::Result<Self> {
        Self::new(from, Transport::Files(folder))
    }

    /// Keeps the mails; [`Mailer::kept`] shows them.
    ///
    /// # Errors
    /// The sender's address cannot be used.
    pub fn memory(from: &str) -> anyhow::Result<Self> {
        Self::new(from, Transport::Memory(Arc::default()))
    }

    /// The mails of a mailer made by [`Mailer::memory`], oldest first.
    pub fn kept(&self) -> Vec<Mail> {
        match &self.transport {
            Transport::Memory(mails) => mails.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            _ => Vec::new(),
        }
    }

    /// Hands one mail over. Succeeds when the server (or the disk) has taken it.
    ///
    /// # Errors
    /// The receiver's address is none, or the server did not take the mail.
    pub async fn send(&self, mail: &Mail) -> anyhow::Result<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(mail.to.parse().context("the receiver's address")?)
            .subject(mail.subject.trim())
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .context("composing a mail")?;

        match &self.transport {
            Transport::Smtp(server) => {
                server.send(message).await.context("sending a mail")?;
            }
            Transport::Files(folder) => {
                tokio::fs::create_dir_all(folder).await.context("making the outbox folder")?;
                let path = folder.join(format!("{}.eml", uuid::Uuid::new_v4()));
                tokio::fs::write(&path, message.formatted()).await.context("writing a mail to the outbox")?;
                tracing::info!(file = %path.display(), "no mail server is configured: the mail is in the outbox");
            }
            Transport::Memory(mails) => {
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
            }
        }
        Ok(())
    }

    fn new(from: &str, transport: Transport) -> anyhow::Result<Self> {
        let from = from.parse().with_context(|| format!("QUIRE_MAIL_FROM is not a sender: {from}"))?;
        Ok(Self { from, transport })
    }
}
