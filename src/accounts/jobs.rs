//! Mails about accounts, sent after the request. A job names an address, sealed; whether it has an account is looked up
//! here, so that the request takes the same time either way.

use serde::{Deserialize, Serialize};

use super::{
    mails, queries,
    tokens::{Purpose, issue_link},
};
use crate::{
    crypto::{Keys, hex},
    jobs::Job,
    mail::{Address, KeptAddress},
    session::UserId,
    state::AppState,
};

macro_rules! mail_job {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $run:ident) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, Deserialize)]
        pub struct $name {
            to: KeptAddress,
        }

        impl $name {
            /// To this address.
            pub fn to(keys: &Keys, email: &Address) -> Self {
                Self { to: email.kept(keys) }
            }
        }

        impl Job for $name {
            const KIND: &'static str = $kind;

            fn key(&self) -> String {
                hex(&self.to.key)
            }

            async fn run(self, app: &AppState) -> anyhow::Result<()> {
                $run(app, &Address::open(&app.keys, &self.to.sealed)?).await
            }
        }
    };
}

mail_job!(
    /// Sends a link that proves the address of a new account; or, when the account is an older one, says so.
    SendVerification,
    "accounts.verification",
    send_verification
);
mail_job!(
    /// Sends a link that sets a password, if the address has an account.
    SendReset,
    "accounts.reset",
    send_reset
);
mail_job!(
    /// Sends the first link to somebody for whom an admin made an account.
    SendWelcome,
    "accounts.welcome",
    send_welcome
);

async fn send_verification(app: &AppState, email: &Address) -> anyhow::Result<()> {
    let Some(account) = queries::credentials(&app.db, &app.keys, email).await? else { return Ok(()) };
    let site = app.site.get();
    let mail = if account.verified {
        mails::known(&site, email, &app.config.absolute("/login"))?
    } else {
        let link = issue_link(app, account.id, email, Purpose::Verify).await?;
        mails::verify(&site, email, &link)?
    };
    app.send(&mail).await
}

async fn send_reset(app: &AppState, email: &Address) -> anyhow::Result<()> {
    let Some(id) = queries::by_email(&app.db, &app.keys, email).await? else { return Ok(()) };
    let link = issue_link(app, id, email, Purpose::Reset).await?;
    app.send(&mails::reset(&app.site.get(), email, &link)?).await
}

async fn send_welcome(app: &AppState, email: &Address) -> anyhow::Result<()> {
    let Some(id) = queries::by_email(&app.db, &app.keys, email).await? else { return Ok(()) };
    let link = issue_link(app, id, email, Purpose::Reset).await?;
    app.send(&mails::welcome(&app.site.get(), email, &link)?).await
}

/// Sends the two links of a change of address: one to the address until now, one to the new one.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendEmailChange {
    user: UserId,
    old: KeptAddress,
    new: KeptAddress,
}

impl SendEmailChange {
    /// From `old` to `new`.
    pub fn of(keys: &Keys, user: UserId, old: &Address, new: &Address) -> Self {
        Self { user, old: old.kept(keys), new: new.kept(keys) }
    }
}

impl Job for SendEmailChange {
    const KIND: &'static str = "accounts.email_change";

    fn key(&self) -> String {
        format!("{}:{}", self.user, hex(&self.new.key))
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let site = app.site.get();
        for (kept, purpose) in [(&self.old, Purpose::EmailOld), (&self.new, Purpose::EmailNew)] {
            let email = Address::open(&app.keys, &kept.sealed)?;
            let link = issue_link(app, self.user, &email, purpose).await?;
            app.send(&mails::email_change(&site, &email, &link)?).await?;
        }
        Ok(())
    }
}

/// What an account holder is told of, so that a stranger's deed does not stay hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Happened {
    /// A new password.
    PasswordChanged,
    /// Another address; goes to the old one.
    EmailChanged,
    /// A second factor was set up.
    SecondFactorOn,
    /// The second factor was removed.
    SecondFactorOff,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An admin let them in.
    Approved,
    /// The account is gone.
    Deleted,
}

impl Happened {
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::PasswordChanged => "The password of your account was changed.",
            Self::EmailChanged => "Your account now has another e-mail address.",
            Self::SecondFactorOn => "A second factor was set up for your account.",
            Self::SecondFactorOff => "The second factor of your account was removed.",
            Self::RecoveryCodeUsed => "Somebody logged in to your account with a recovery code.",
            Self::PasskeyAdded => "A passkey was added to your account.",
            Self::PasskeyRemoved => "A passkey was removed from your account.",
            Self::Approved => "Your account has been approved: you can log in now.",
            Self::Deleted => "Your account was deleted.",
        }
    }
}

/// Tells an account holder what has happened.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    to: KeptAddress,
    happened: Happened,
    at: i64,
}

impl SendNotice {
    /// To this address, about this.
    pub fn to(keys: &Keys, email: &Address, happened: Happened) -> Self {
        Self { to: email.kept(keys), happened, at: chrono::Utc::now().timestamp() }
    }
}

impl Job for SendNotice {
    const KIND: &'static str = "accounts.notice";

    fn key(&self) -> String {
        format!("{}:{:?}:{}", hex(&self.to.key), self.happened, self.at)
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let email = Address::open(&app.keys, &self.to.sealed)?;
        let link = app.config.absolute("/password/forgot");
        let mail = mails::notice(&app.site.get(), &email, self.happened, &link)?;
        app.send(&mail).await
    }
}
