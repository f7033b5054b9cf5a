//! The people of all tests.

use std::collections::HashMap;

use quire::{
    accounts::{self, NewAccount},
    mail::Address,
    session::Role,
};

use super::TestApp;

pub const PASSWORD: &str = "a long enough sentence";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// Writes.
    Ada,
    /// Writes too, and must not touch what is Ada's.
    Eve,
    /// Edits everybody's posts.
    Edi,
    /// Decides about comments.
    Max,
    /// Runs the blog.
    Root,
    /// Reads.
    Ben,
}

impl Person {
    pub const ALL: [Self; 6] = [Self::Ada, Self::Eve, Self::Edi, Self::Max, Self::Root, Self::Ben];

    pub fn email(self) -> String {
        format!("{}@example.org", format!("{self:?}").to_lowercase())
    }

    fn role(self) -> Role {
        match self {
            Self::Ada | Self::Eve => Role::Author,
            Self::Edi => Role::Editor,
            Self::Max => Role::Moderator,
            Self::Root => Role::Admin,
            Self::Ben => Role::Reader,
        }
    }
}

/// Makes them all; hashing one password for everybody saves a second.
pub async fn make(app: &TestApp) -> HashMap<Person, i64> {
    let hash = app.state.passwords.hash(PASSWORD).await.expect("a hash");
    let mut people = HashMap::new();
    for person in Person::ALL {
        let new = NewAccount {
            name: format!("{person:?}"),
            email: Address::parse(&person.email()),
            email_verified: true,
            approved: true,
            password_hash: Some(hash.clone()),
            role: person.role(),
        };
        let id = accounts::create(&app.db, &app.state.keys, &new)
            .await
            .expect("a database")
            .expect("a new address");
        people.insert(person, id);
    }
    people
}
