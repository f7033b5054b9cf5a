//! The pages of this room.

use askama::Template;

use super::{
    forms::{AuditFilter, PeopleFilter, SettingsForm, UserForm},
    queries::{Overview, Person},
};
use crate::{
    audit::{Action, Entry},
    form::Errors,
    html::{Page, Paging, filters},
    limit::Waiting,
    session::{Role, UserId},
    site::{Check, CheckLevel, CommentPolicy, Registration},
};

/// The overview.
#[derive(Template)]
#[template(path = "admin/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) overview: Overview,
    pub(super) is_admin: bool,
}

/// People.
#[derive(Template)]
#[template(path = "admin/users.html")]
pub(super) struct Users {
    pub(super) page: Page,
    pub(super) me: UserId,
    pub(super) filter: PeopleFilter,
    pub(super) people: Vec<Person>,
    pub(super) roles: [Role; 5],
    pub(super) paging: Paging,
}

impl Users {
    fn is_me(&self, person: &Person) -> bool {
        person.id == self.me
    }
}

/// Somebody new.
#[derive(Template)]
#[template(path = "admin/new_user.html")]
pub(super) struct NewUser {
    pub(super) page: Page,
    pub(super) form: UserForm,
    pub(super) errors: Errors,
    pub(super) roles: [Role; 5],
}

/// Settings.
#[derive(Template)]
#[template(path = "admin/settings.html")]
pub(super) struct Settings {
    pub(super) page: Page,
    pub(super) form: SettingsForm,
    pub(super) errors: Errors,
    pub(super) policies: [CommentPolicy; 3],
    pub(super) registrations: [Registration; 4],
    pub(super) roles: [Role; 5],
    /// The environment names a mail server: then the settings cannot.
    pub(super) mail_by_environment: bool,
    pub(super) has_mail_server: bool,
    pub(super) checks: [Check; 5],
    pub(super) levels: [CheckLevel; 3],
}

/// A link that sets somebody's password, for handing it over.
#[derive(Template)]
#[template(path = "admin/link.html")]
pub(super) struct Link {
    pub(super) page: Page,
    pub(super) handle: String,
    pub(super) link: String,
}

/// The log of what matters for safety.
#[derive(Template)]
#[template(path = "admin/audit.html")]
pub(super) struct Audit {
    pub(super) page: Page,
    pub(super) filter: AuditFilter,
    pub(super) entries: Vec<Entry>,
    pub(super) older: Option<String>,
    pub(super) actions: &'static [Action],
}

/// Who has to wait before they can try again.
#[derive(Template)]
#[template(path = "admin/waits.html")]
pub(super) struct Waits {
    pub(super) page: Page,
    pub(super) waiting: Vec<Waiting>,
}
