//! The pages of this room.

use askama::Template;

use super::{
    forms::{PeopleFilter, SettingsForm, UserForm},
    queries::{Overview, Person},
};
use crate::{
    form::Errors,
    html::{Page, Paging, filters},
    session::{Role, UserId},
    site::{CommentPolicy, Registration},
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
    pub(super) registrations: [Registration; 2],
}
