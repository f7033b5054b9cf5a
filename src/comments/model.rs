//! States, decisions, and the one function that says which leads where.

/// Where a comment stands. Only a published one is visible to readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Waits for a moderator.
    Held,
    /// Readers see it.
    Published,
    /// A moderator found it unfit.
    Rejected,
    /// Advertising, or written by a machine.
    Spam,
    /// Thrown away.
    Trashed,
    /// Taken back by who wrote it.
    Withdrawn,
}

/// What somebody decides about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Let readers see it.
    Approve,
    /// Let it wait (again).
    Hold,
    /// Unfit.
    Reject,
    /// Advertising.
    Spam,
    /// Away with it.
    Trash,
    /// Taken back by its writer.
    Withdraw,
}

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with the capability to moderate.
    Moderator,
    /// The one who wrote the comment.
    Writer,
}

/// A comment as somebody saw it when they decided: a newer version is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The comment.
    pub id: i64,
    /// The version on the screen.
    pub version: i32,
}

/// Where a decision leads; `None` when it is not theirs to make, or would change nothing.
pub fn transition(from: State, decision: Decision, actor: Actor) -> Option<State> {
    use State::{Held, Published, Rejected, Spam, Trashed, Withdrawn};

    let to = match (actor, decision) {
        (Actor::Writer, Decision::Withdraw) => Withdrawn,
        (Actor::Writer, _) | (Actor::Moderator, Decision::Withdraw) => return None,
        (Actor::Moderator, Decision::Approve) => Published,
        (Actor::Moderator, Decision::Hold) => Held,
        (Actor::Moderator, Decision::Reject) => Rejected,
        (Actor::Moderator, Decision::Spam) => Spam,
        (Actor::Moderator, Decision::Trash) => Trashed,
    };
    let allowed = match from {
        // what its writer took back stays taken back
        Withdrawn => false,
        Held | Published => true,
        // the writer of a comment that was turned down has nothing left to take back
        Rejected | Spam | Trashed => actor == Actor::Moderator,
    };
    (allowed && from != to).then_some(to)
}

impl State {
    /// All of them, in the order of the desk's tabs.
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Published, Self::Spam, Self::Trashed, Self::Rejected, Self::Withdrawn];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Published => "published",
            Self::Rejected => "rejected",
            Self::Spam => "spam",
            Self::Trashed => "trashed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Held => "Waiting",
            Self::Published => "Published",
            Self::Rejected => "Rejected",
            Self::Spam => "Spam",
            Self::Trashed => "Trash",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The inverse of [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What a moderator can decide about a comment in this state.
    pub fn decisions(self) -> Vec<Decision> {
        Decision::ALL
            .into_iter()
            .filter(|decision| transition(self, *decision, Actor::Moderator).is_some())
            .collect()
    }
}

impl Decision {
    /// All of a moderator's, in the order of the buttons.
    pub const ALL: [Self; 5] = [Self::Approve, Self::Reject, Self::Spam, Self::Trash, Self::Hold];

    /// As stored in the log and sent by the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Reject => "reject",
            Self::Spam => "spam",
            Self::Trash => "trash",
            Self::Withdraw => "withdraw",
        }
    }

    /// The button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Approve => "Approve",
            Self::Hold => "Back to waiting",
            Self::Reject => "Reject",
            Self::Spam => "Spam",
            Self::Trash => "Trash",
            Self::Withdraw => "Withdraw",
        }
    }

    /// As in "3 comments approved".
    pub fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Hold => "put back to waiting",
            Self::Reject => "rejected",
            Self::Spam => "marked as spam",
            Self::Trash => "moved to the trash",
            Self::Withdraw => "withdrawn",
        }
    }

    /// The inverse of [`Decision::as_str`], for a moderator's decisions.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == text)
    }
}

/// Why a comment waits, as a sentence for the moderator.
pub fn held_reason_sentence(reason: &str) -> &'static str {
    match reason {
        "policy" => "Every comment waits here.",
        "stranger" => "The first comment of this person.",
        "fast" => "Sent within three seconds of opening the page.",
        "honeypot" => "A field that people cannot see was filled in.",
        _ => "Waits for a decision.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_machine_is_this_table() {
        use State::{Held, Published, Rejected, Spam, Trashed, Withdrawn};
        // rows: from; columns: approve, reject, spam, trash, hold, then the writer's withdraw
        let table = [
            (Held, [Some(Published), Some(Rejected), Some(Spam), Some(Trashed), None, Some(Withdrawn)]),
            (Published, [None, Some(Rejected), Some(Spam), Some(Trashed), Some(Held), Some(Withdrawn)]),
            (Rejected, [Some(Published), None, Some(Spam), Some(Trashed), Some(Held), None]),
            (Spam, [Some(Published), Some(Rejected), None, Some(Trashed), Some(Held), None]),
            (Trashed, [Some(Published), Some(Rejected), Some(Spam), None, Some(Held), None]),
            (Withdrawn, [None, None, None, None, None, None]),
        ];
        for (from, expected) in table {
            let moderator = Decision::ALL.map(|decision| transition(from, decision, Actor::Moderator));
            assert_eq!(moderator, expected[..5], "{from:?}");
            assert_eq!(transition(from, Decision::Withdraw, Actor::Writer), expected[5], "{from:?}");
            assert_eq!(transition(from, Decision::Withdraw, Actor::Moderator), None);
            for decision in Decision::ALL {
                assert_eq!(transition(from, decision, Actor::Writer), None);
            }
        }
    }

    #[test]
    fn names_lead_there_and_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        for decision in Decision::ALL {
            assert_eq!(Decision::parse(decision.as_str()), Some(decision));
        }
        assert_eq!(Decision::parse("withdraw"), None);
    }
}
