//! The page of invitations.

use askama::Template;

use super::{forms::InviteForm, queries::Invite};
use crate::{
    form::Errors,
    html::{Page, filters},
    session::Role,
};

/// All invitations, the form for a new one, and the link of the one just made: it is shown once.
#[derive(Template)]
#[template(path = "accounts/invites.html")]
pub(super) struct Invites {
    pub(super) page: Page,
    pub(super) invites: Vec<Invite>,
    pub(super) form: InviteForm,
    pub(super) errors: Errors,
    pub(super) roles: [Role; 5],
    pub(super) link: Option<String>,
    pub(super) closed: bool,
}
