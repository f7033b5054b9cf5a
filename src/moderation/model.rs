//! What the desk shows.

use chrono::{DateTime, Utc};

use crate::{
    comments::{Decision, State, held_reason_sentence},
    session::UserId,
    text::SafeHtml,
};

/// How many comments are in a state.
#[derive(Debug, Clone, Copy)]
pub struct Total {
    /// The state.
    pub state: State,
    /// Comments in it.
    pub n: i64,
}

/// A comment on the desk.
pub(super) struct Item {
    pub(super) id: i64,
    pub(super) version: i32,
    pub(super) state: State,
    pub(super) name: String,
    pub(super) author_id: Option<UserId>,
    pub(super) guest_email_sealed: Option<Vec<u8>>,
    pub(super) person_key: Vec<u8>,
    pub(super) body_html: SafeHtml,
    pub(super) held_reason: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) decided_at: Option<DateTime<Utc>>,
    pub(super) decided_by: Option<String>,
    pub(super) post_slug: String,
    pub(super) post_title: String,
    pub(super) parent_name: Option<String>,
    pub(super) parent_text: Option<String>,
}

impl Item {
    /// The value that names this comment as it is on the screen.
    pub(super) fn pick(&self) -> String {
        format!("{}:{}", self.id, self.version)
    }

    /// Why it waits; empty when it does not.
    pub(super) fn reason(&self) -> &'static str {
        match (self.state, &self.held_reason) {
            (State::Held | State::Spam, Some(reason)) => held_reason_sentence(reason),
            _ => "",
        }
    }

    /// The buttons that make sense.
    pub(super) fn decisions(&self) -> Vec<Decision> {
        self.state.decisions()
    }

    /// The history of this person among `histories`.
    pub(super) fn history<'a>(&self, histories: &'a [History]) -> Option<&'a History> {
        histories.iter().find(|history| history.person_key == self.person_key)
    }

    /// The beginning of the comment that this one answers.
    pub(super) fn parent_excerpt(&self) -> Option<String> {
        self.parent_text.as_deref().map(|text| crate::text::truncate(&crate::text::single_line(text), 160))
    }

    /// For the address of the person's history.
    pub(super) fn person(&self) -> String {
        crate::crypto::hex(&self.person_key)
    }
}

/// What became of the comments of one person.
pub(super) struct History {
    pub(super) person_key: Vec<u8>,
    pub(super) published: i64,
    pub(super) held: i64,
    pub(super) turned_down: i64,
    pub(super) spam: i64,
}

/// A line of a comment's log.
pub(super) struct LogLine {
    pub(super) at: DateTime<Utc>,
    pub(super) actor: Option<String>,
    pub(super) action: String,
    pub(super) from_state: Option<String>,
    pub(super) to_state: String,
}
