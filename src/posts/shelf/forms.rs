//! The filter of the list, and what is done with what is ticked in it.

use serde::Deserialize;

use crate::{
    posts::model::{PostId, PostKind, Stage},
    session::UserId,
    text::{Slug, single_line},
};

/// What of the list is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    pub(super) stage: String,
    pub(super) whose: String,
    pub(super) q: String,
    pub(super) tag: String,
    pub(super) kind: String,
    /// `all`: every box of the page is ticked already.
    pub(super) ticked: String,
}

const LONGEST_SEARCH: usize = 200;

impl Filter {
    pub(super) fn stage(&self) -> Stage {
        Stage::parse(&self.stage).unwrap_or(Stage::Draft)
    }

    /// True when everybody's posts are asked for; whether they may be seen is another question.
    pub(super) fn everybody(&self) -> bool {
        self.whose == "all"
    }

    /// One line of at most 200 characters; `None` when nothing is looked for.
    pub(super) fn words(&self) -> Option<String> {
        let words: String = single_line(&self.q).chars().take(LONGEST_SEARCH).collect();
        Some(words.trim_end().to_owned()).filter(|words| !words.is_empty())
    }

    /// The same as a pattern of LIKE.
    pub(super) fn pattern(&self) -> Option<String> {
        let words = self.words()?;
        Some(format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
    }

    /// The slug of the tag that was typed.
    pub(super) fn tag(&self) -> Option<Slug> {
        let tag = single_line(&self.tag);
        (!tag.is_empty()).then(|| Slug::propose(&tag))
    }

    pub(super) fn kind(&self) -> Option<PostKind> {
        [PostKind::Post, PostKind::Page].into_iter().find(|kind| kind.as_str() == self.kind)
    }

    pub(super) fn ticks_all(&self) -> bool {
        self.ticked == "all"
    }

    /// True when more than shelf and owner is chosen.
    pub(super) fn narrows(&self) -> bool {
        self.words().is_some() || self.tag().is_some() || self.kind().is_some()
    }

    /// The address of this list.
    pub(super) fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("stage", self.stage().as_str());
        if self.everybody() {
            query.append_pair("whose", "all");
        }
        let kind = self.kind().map(PostKind::as_str).unwrap_or_default();
        for (name, value) in [("q", self.q.trim()), ("tag", self.tag.trim()), ("kind", kind)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/write?{}", query.finish())
    }
}

/// What is done with the posts that are ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    AddTag(Slug, String),
    RemoveTag(Slug, String),
    Publish,
    Unpublish,
    Trash,
    Restore,
    Delete,
    SetAuthor(UserId),
}

/// The form around the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct BulkForm {
    post: Vec<String>,
    action: String,
    new_tag: String,
    author: String,
    /// Set by the page that asks once more.
    sure: String,
    stage: String,
    whose: String,
    q: String,
    tag: String,
    kind: String,
}

const LONGEST_TAG: usize = 60;

impl BulkForm {
    pub(super) fn posts(&self) -> Vec<PostId> {
        self.post.iter().filter_map(|id| id.parse().ok()).collect()
    }

    pub(super) fn is_sure(&self) -> bool {
        !self.sure.is_empty()
    }

    /// The list that it came from.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            stage: self.stage.clone(),
            whose: self.whose.clone(),
            q: self.q.clone(),
            tag: self.tag.clone(),
            kind: self.kind.clone(),
            ticked: String::new(),
        }
    }

    /// What is to be done, or what is missing for it; `None` for what no button of ours sends.
    pub(super) fn parse(&self) -> Option<Result<Act, &'static str>> {
        let act = match self.action.as_str() {
            "publish" => Act::Publish,
            "unpublish" => Act::Unpublish,
            "trash" => Act::Trash,
            "restore" => Act::Restore,
            "delete" => Act::Delete,
            "add-tag" | "remove-tag" => {
                let name = single_line(&self.new_tag);
                if name.is_empty() {
                    return Some(Err("Write a tag first."));
                }
                if name.chars().count() > LONGEST_TAG {
                    return Some(Err("A tag holds at most 60 characters."));
                }
                let slug = Slug::propose(&name);
                if self.action == "add-tag" { Act::AddTag(slug, name) } else { Act::RemoveTag(slug, name) }
            }
            "set-author" => match self.author.parse() {
                Ok(author) => Act::SetAuthor(author),
                Err(_) => return Some(Err("Choose an author first.")),
            },
            _ => return None,
        };
        Some(Ok(act))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_list_says_what_narrows_it_and_nothing_else() {
        assert_eq!(Filter::default().path(), "/write?stage=drafts");
        let filter = Filter {
            stage: "published".to_owned(),
            whose: "all".to_owned(),
            q: " a&b ".to_owned(),
            tag: "Rust".to_owned(),
            kind: "odd".to_owned(),
            ticked: "all".to_owned(),
        };
        assert_eq!(filter.path(), "/write?stage=published&whose=all&q=a%26b&tag=Rust");
        assert_eq!(filter.pattern().as_deref(), Some("%a&b%"));
        assert!(filter.narrows() && !Filter::default().narrows());
    }

    #[test]
    fn an_action_names_what_it_needs() {
        let form = |action: &str| BulkForm { action: action.to_owned(), ..BulkForm::default() };
        assert_eq!(form("publish").parse(), Some(Ok(Act::Publish)));
        assert_eq!(form("add-tag").parse(), Some(Err("Write a tag first.")));
        assert_eq!(form("set-author").parse(), Some(Err("Choose an author first.")));
        assert_eq!(form("explode").parse(), None);
        let tag = BulkForm { new_tag: " Slow  food ".to_owned(), ..form("remove-tag") };
        let slow = Slug::propose("slow food");
        assert_eq!(tag.parse(), Some(Ok(Act::RemoveTag(slow, "Slow food".to_owned()))));
    }
}
