//! Roles, and what each of them may do: the one table.

use serde::{Deserialize, Serialize};

/// What somebody is on this blog. Each role may also do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads, and comments under their own name.
    Reader,
    /// Writes and publishes their own posts; the settings may let an editor publish them first.
    Author,
    /// Edits everybody's posts.
    Editor,
    /// Decides about comments.
    Moderator,
    /// Runs the blog.
    Admin,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Has a desk with posts of their own.
    Write,
    /// Edits, publishes and removes the posts of others; makes static pages.
    EditAny,
    /// Decides about comments.
    Moderate,
    /// Accounts, roles, settings.
    Administer,
}

impl Role {
    /// All of them, the weakest first.
    pub const ALL: [Self; 5] = [Self::Reader, Self::Author, Self::Editor, Self::Moderator, Self::Admin];

    /// The table: which role is enough for what.
    pub fn can(self, capability: Capability) -> bool {
        let enough = match capability {
            Capability::Write => Self::Author,
            Capability::EditAny => Self::Editor,
            Capability::Moderate => Self::Moderator,
            Capability::Administer => Self::Admin,
        };
        self >= enough
    }

    /// The names of those that are enough for `capability`, as SQL compares them.
    pub fn names_with(capability: Capability) -> Vec<String> {
        let roles = Self::ALL.into_iter().filter(|role| role.can(capability));
        roles.map(|role| role.as_str().to_owned()).collect()
    }

    /// As stored in the database and sent by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// The inverse of [`Role::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_can_what_the_table_says() {
        let table = [
            (Role::Reader, [false, false, false, false]),
            (Role::Author, [true, false, false, false]),
            (Role::Editor, [true, true, false, false]),
            (Role::Moderator, [true, true, true, false]),
            (Role::Admin, [true, true, true, true]),
        ];
        let all = [Capability::Write, Capability::EditAny, Capability::Moderate, Capability::Administer];
        for (role, expected) in table {
            assert_eq!(all.map(|capability| role.can(capability)), expected, "{role}");
        }
    }
}
