//! The filter of the desk, and the decisions that it sends.

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    comments::{Decision, Pick, State},
    crypto::Keys,
    mail::Address,
};

/// Which comments are on the desk.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    pub(super) state: String,
    pub(super) q: String,
    pub(super) post: String,
    pub(super) person: String,
    pub(super) before: String,
}

impl Filter {
    pub(super) fn state(&self) -> State {
        State::parse(&self.state).unwrap_or(State::Held)
    }

    /// What is looked for, as a pattern of LIKE; `None` when nothing is.
    pub(super) fn pattern(&self) -> Option<String> {
        let words = self.q.trim();
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        (!words.is_empty()).then(|| format!("%{escaped}%"))
    }

    /// The keys of the address that is looked for, if it is one.
    pub(super) fn email_keys(&self, keys: &Keys) -> Vec<Vec<u8>> {
        Address::parse(&self.q).map(|address| address.lookup(keys)).unwrap_or_default()
    }

    pub(super) fn post(&self) -> Option<&str> {
        Some(self.post.trim()).filter(|post| !post.is_empty())
    }

    pub(super) fn person(&self) -> Option<Vec<u8>> {
        let pairs = self.person.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> =
            pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        bytes.filter(|bytes| bytes.len() == 32)
    }

    /// Where the list goes on: the id of the last comment of the page before.
    pub(super) fn before(&self) -> i64 {
        self.before.parse().unwrap_or(i64::MAX)
    }

    /// True when more than the state is chosen.
    pub(super) fn narrows(&self) -> bool {
        self.pattern().is_some() || self.post().is_some() || self.person().is_some()
    }

    /// The address of this list, in another state or from another place on.
    pub(super) fn path(&self, state: State, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", state.as_str());
        for (name, value) in [("q", &self.q), ("post", &self.post), ("person", &self.person)] {
            if !value.trim().is_empty() {
                query.append_pair(name, value.trim());
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("/admin/comments?{}", query.finish())
    }
}

/// A decision: over what is ticked, or over the one comment whose button was pressed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    decision: String,
    selected: Vec<String>,
    one: String,
    pub(super) back: String,
}

impl DecisionForm {
    /// `None` for what no button of ours sends.
    pub(super) fn parse(&self) -> Option<(Decision, Vec<Pick>)> {
        if let Some((decision, pick)) = self.one.split_once(':') {
            return Some((Decision::parse(decision)?, vec![parse_pick(pick)?]));
        }
        let picks: Option<Vec<Pick>> = self.selected.iter().map(|pick| parse_pick(pick)).collect();
        Some((Decision::parse(&self.decision)?, picks?))
    }

    /// The list that the decision came from.
    pub(super) fn back(&self) -> &str {
        if self.back.starts_with("/admin/comments") { &self.back } else { "/admin/comments" }
    }
}

/// Takes back a decision.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct UndoForm {
    bulk_id: String,
}

impl UndoForm {
    pub(super) fn parse(&self) -> Option<Uuid> {
        self.bulk_id.parse().ok()
    }
}

fn parse_pick(text: &str) -> Option<Pick> {
    let (id, version) = text.split_once(':')?;
    Some(Pick { id: id.parse().ok()?, version: version.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pressed_button_wins_over_what_is_ticked() {
        let form = DecisionForm {
            decision: "spam".to_owned(),
            selected: vec!["1:1".to_owned(), "2:5".to_owned()],
            one: "approve:7:2".to_owned(),
            back: String::new(),
        };
        assert_eq!(form.parse(), Some((Decision::Approve, vec![Pick { id: 7, version: 2 }])));
        let bulk = DecisionForm { one: String::new(), ..form };
        assert_eq!(bulk.parse().map(|(decision, picks)| (decision, picks.len())), Some((Decision::Spam, 2)));
    }

    #[test]
    fn what_no_button_sends_is_nothing() {
        for (decision, selected) in
            [("", "1:1"), ("withdraw", "1:1"), ("spam", "1"), ("spam", "x:1"), ("spam", "1:x")]
        {
            let form = DecisionForm {
                decision: decision.to_owned(),
                selected: vec![selected.to_owned()],
                ..DecisionForm::default()
            };
            assert_eq!(form.parse(), None, "{decision} {selected}");
        }
    }

    #[test]
    fn the_way_back_stays_on_the_desk() {
        let form = |back: &str| DecisionForm { back: back.to_owned(), ..DecisionForm::default() };
        assert_eq!(form("//evil.example").back(), "/admin/comments");
        assert_eq!(form("/admin/comments?state=spam").back(), "/admin/comments?state=spam");
    }

    #[test]
    fn a_search_has_no_wildcards_of_its_own() {
        let filter = Filter { q: " 100%_\\ ".to_owned(), ..Filter::default() };
        assert_eq!(filter.pattern().as_deref(), Some("%100\\%\\_\\\\%"));
        assert!(!Filter::default().narrows());
    }
}
