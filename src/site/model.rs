//! What the settings are made of.

use chrono_tz::Tz;

use super::checks::Checks;
use crate::role::Role;

/// The settings of the blog.
#[derive(Debug, Clone)]
pub struct Site {
    /// The blog's name, 1 to 120 characters.
    pub title: String,
    /// One sentence about the blog; may be empty.
    pub description: String,
    /// BCP 47 tag of the language that the posts are written in.
    pub language: String,
    /// The zone in which dates are shown.
    pub time_zone: Tz,
    /// What happens to a new comment.
    pub comment_policy: CommentPolicy,
    /// Who may make an account.
    pub registration: Registration,
    /// Roles that have to show a second factor when they log in.
    pub second_factor_roles: Vec<Role>,
    /// Pictures that lie on other sites are shown; their hosts then learn who reads here.
    pub foreign_pictures: bool,
    /// Where somebody who found a hole reports it: an address or a page; may be empty.
    pub security_contact: String,
    /// The mail server, sealed; the environment goes before it.
    pub smtp_sealed: Option<Vec<u8>>,
    /// What is looked at before a post is published.
    pub checks: Checks,
    /// A post of an author comes out for the first time when an editor publishes it.
    pub review_first: bool,
    /// Posts on a page of a list.
    pub posts_per_page: i64,
    /// The static pages, by title.
    pub menu: Vec<MenuLink>,
    /// True until the first admin exists.
    pub needs_setup: bool,
}

/// A static page in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuLink {
    /// The page's title.
    pub title: String,
    /// Its path, beginning with `/`.
    pub path: String,
}

/// What happens to a new comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentPolicy {
    /// Everything waits for a moderator.
    HoldAll,
    /// Whoever has an approved comment is published at once; strangers wait.
    HoldStrangers,
    /// Nobody can comment anywhere.
    Closed,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Only an admin makes accounts.
    Closed,
    /// Whoever has an invitation may register.
    Invite,
    /// Everybody may register; an admin lets them in.
    Approval,
    /// Everybody may register as a reader.
    Open,
}

impl CommentPolicy {
    /// All of them, in the order of the settings form.
    pub const ALL: [Self; 3] = [Self::HoldAll, Self::HoldStrangers, Self::Closed];

    /// As stored in the database and sent by the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HoldAll => "hold_all",
            Self::HoldStrangers => "hold_strangers",
            Self::Closed => "closed",
        }
    }

    /// The inverse of [`CommentPolicy::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::HoldAll => "Every comment waits for a moderator",
            Self::HoldStrangers => "Only strangers wait; known commenters appear at once",
            Self::Closed => "Comments are closed everywhere",
        }
    }
}

impl Registration {
    /// All of them, in the order of the settings form.
    pub const ALL: [Self; 4] = [Self::Closed, Self::Invite, Self::Approval, Self::Open];

    /// As stored in the database and sent by the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Invite => "invite",
            Self::Approval => "approval",
            Self::Open => "open",
        }
    }

    /// The inverse of [`Registration::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Closed => "Closed: only an admin makes accounts",
            Self::Invite => "Invitation: whoever has a link from an admin",
            Self::Approval => "Approval: everybody may ask, an admin decides",
            Self::Open => "Open: everybody may register as a reader",
        }
    }
}

/// A time zone by its IANA name, such as `Europe/Berlin`.
pub fn parse_time_zone(name: &str) -> Option<Tz> {
    name.trim().parse().ok()
}
