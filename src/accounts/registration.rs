//! The one way in which strangers make accounts. Every route that could make one comes through here, so that a closed
//! door is closed everywhere.

use super::{
    forms::Registration,
    invites,
    jobs::SendVerification,
    model::{NewAccount, create},
};
use crate::{
    audit::{Action, Trail},
    error::{Error, Result},
    jobs,
    limit::Limit,
    session::Role,
    site::{self, Site},
    state::AppState,
};

/// New accounts from one network in an hour.
pub(super) const LIMIT: Limit = Limit { name: "register", max: 5, seconds: 3600 };
/// What a shut door says.
pub(super) const SHUT: &str = "New accounts are made by the people who run this blog.";
/// Links that one network may ask for in an hour.
pub(super) const LINKS_FROM_ONE_NETWORK: Limit = Limit { name: "links-network", max: 10, seconds: 3600 };
/// Links for one address in an hour; more are silently not sent, so that the limit tells nothing.
const LINKS: Limit = Limit { name: "links", max: 3, seconds: 3600 };

/// How somebody may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    /// Not at all.
    Closed,
    /// With an invitation only, and there is none.
    NeedsInvite,
    /// As a reader, at once.
    Open,
    /// As a reader, when an admin says so.
    Approval,
    /// With this invitation, in its role.
    Invited {
        /// Its number.
        id: i64,
        /// What it makes of them.
        role: Role,
    },
}

impl Door {
    /// How the blog's setting and the invitation at hand open the door. A good invitation opens every door but a closed
    /// one.
    pub(super) async fn of(app: &AppState, site: &Site, invite: &str) -> Result<Self> {
        let invited = match site.registration {
            site::Registration::Closed => None,
            _ => invites::find(&app.db, invite).await?,
        };
        Ok(match (invited, site.registration) {
            (Some((id, role)), _) => Self::Invited { id, role },
            (None, site::Registration::Closed) => Self::Closed,
            (None, site::Registration::Invite) => Self::NeedsInvite,
            (None, site::Registration::Approval) => Self::Approval,
            (None, site::Registration::Open) => Self::Open,
        })
    }

    pub(super) fn asks_approval(&self) -> bool {
        matches!(self, Self::Approval)
    }

    pub(super) fn is_shut(&self) -> bool {
        matches!(self, Self::Closed | Self::NeedsInvite)
    }
}

/// Makes an account, if the door allows it. An address that has an account changes nothing and looks the same from
/// outside; its owner gets a mail.
///
/// # Errors
/// 403 when the door is shut, 429 for the sixth account of a network in an hour.
pub(super) async fn register(
    app: &AppState,
    trail: &Trail,
    (network, door): (&str, &Door),
    new: Registration,
) -> Result<()> {
    let (role, approved, invite) = match door {
        Door::Closed | Door::NeedsInvite => {
            return Err(Error::Refused(SHUT));
        }
        Door::Open => (Role::Reader, true, None),
        Door::Approval => (Role::Reader, false, None),
        Door::Invited { id, role } => (*role, true, Some(*id)),
    };
    LIMIT.count(&app.db, network).await?;

    let account = NewAccount {
        name: new.name,
        email: Some(new.email.clone()),
        email_verified: false,
        approved,
        password_hash: Some(app.passwords.for_strangers().hash(&new.password).await?),
        role,
    };
    if let Some(invite) = invite
        && !invites::take(&app.db, invite).await?
    {
        return Err(Error::Refused("This invitation was used already."));
    }
    // an invitation is used up either way: whether it still opens the door would tell who has an account
    if let Some(id) = create(&app.db, &app.keys, &account).await? {
        let handle = super::queries::handle(&app.db, id).await?.unwrap_or_default();
        trail.by(id, &handle).note(&app.db, Action::Registered, &handle, role.as_str()).await?;
        if let Some(invite) = invite {
            invites::used_by(&app.db, invite, id).await?;
        }
    }
    send_link(app, &SendVerification::to(&app.keys, &new.email), &new.email.pseudonym(&app.keys)).await
}

/// Enqueues a mail, unless the address had too many in the last hour.
pub(super) async fn send_link<J: jobs::Job>(app: &AppState, job: &J, who: &str) -> Result<()> {
    match LINKS.count(&app.db, who).await {
        Err(Error::TooMany { .. }) => return Ok(()),
        counted => counted?,
    }
    let mut tx = app.db.begin().await?;
    jobs::enqueue(&mut tx, job).await?;
    tx.commit().await?;
    Ok(())
}
