//! Mails about accounts, sent after the request. A job names an address; whether it has an account is looked up here,
//! so that the request takes the same time either way.

use serde::{Deserialize, Serialize};

use super::{
    mails, queries,
    tokens::{Purpose, issue_link},
};
use crate::{jobs::Job, state::AppState};

/// Sends a link that proves the address of a new account; or, when the account is an older one, says so.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendVerification {
    /// The receiver.
    pub email: String,
}

/// Sends a link that sets a password, if the address has an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendReset {
    /// The receiver.
    pub email: String,
}

/// Sends the first link to somebody for whom an admin made an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendWelcome {
    /// The receiver.
    pub email: String,
}

impl Job for SendVerification {
    const KIND: &'static str = "accounts.verification";

    fn key(&self) -> String {
        self.email.clone()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let Some(account) = queries::credentials(&app.db, &self.email).await? else { return Ok(()) };
        let site = app.site.get();
        let mail = if account.verified {
            mails::known(&site, &self.email, &app.config.absolute("/login"))?
        } else {
            let link = issue_link(app, account.id, &self.email, Purpose::Verify).await?;
            mails::verify(&site, &self.email, &link)?
        };
        app.mailer.send(&mail).await
    }
}

impl Job for SendReset {
    const KIND: &'static str = "accounts.reset";

    fn key(&self) -> String {
        self.email.clone()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let Some(id) = queries::by_email(&app.db, &self.email).await? else { return Ok(()) };
        let link = issue_link(app, id, &self.email, Purpose::Reset).await?;
        app.mailer.send(&mails::reset(&app.site.get(), &self.email, &link)?).await
    }
}

impl Job for SendWelcome {
    const KIND: &'static str = "accounts.welcome";

    fn key(&self) -> String {
        self.email.clone()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let Some(id) = queries::by_email(&app.db, &self.email).await? else { return Ok(()) };
        let link = issue_link(app, id, &self.email, Purpose::Reset).await?;
        app.mailer.send(&mails::welcome(&app.site.get(), &self.email, &link)?).await
    }
}
