//! The form of a series.

use serde::Deserialize;

use super::model::{Member, Series};
use crate::{
    form::Errors,
    posts::model::PostId,
    text::{Slug, clean, single_line},
};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SeriesForm {
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) description: String,
    /// The ids of its posts, and the number of each, in the same order.
    pub(super) post: Vec<String>,
    pub(super) part: Vec<String>,
}

/// A series that can be saved.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) title: String,
    pub(super) slug: Slug,
    pub(super) description: String,
    pub(super) parts: Vec<(PostId, Option<i32>)>,
}

impl SeriesForm {
    /// The form of a series as it was saved.
    pub(super) fn of(series: &Series, members: &[Member]) -> Self {
        Self {
            title: series.title.clone(),
            slug: series.slug.clone(),
            description: series.description.clone(),
            post: members.iter().map(|member| member.id.to_string()).collect(),
            part: members.iter().map(Member::position).collect(),
        }
    }

    /// What was typed beside a post.
    pub(super) fn part_of(&self, member: &Member) -> String {
        let id = member.id.to_string();
        let at = self.post.iter().position(|post| *post == id);
        at.and_then(|at| self.part.get(at)).cloned().unwrap_or_default()
    }

    pub(super) fn parse(&self) -> Result<Change, Errors> {
        let mut errors = Errors::default();
        let title = single_line(&self.title);
        let title_fine = (1..=200).contains(&title.chars().count());
        errors.require(title_fine, "title", "A series needs a name of 1 to 200 characters.");
        let description = clean(&self.description).trim().to_owned();
        errors.require(
            description.chars().count() <= 2_000,
            "description",
            "At most 2,000 characters, please.",
        );
        let typed = self.slug.trim();
        let slug = if typed.is_empty() { Some(Slug::propose(&title)) } else { Slug::parse(typed) };
        if slug.is_none() {
            let proposal = Slug::propose(typed);
            let sentence =
                format!("An address is made of small letters, digits and hyphens, such as: {proposal}");
            errors.add("slug", sentence);
        }
        let parts = self.parts(&mut errors);
        errors.or(Change { slug: slug.unwrap_or_else(|| Slug::propose(&title)), title, description, parts })
    }

    fn parts(&self, errors: &mut Errors) -> Vec<(PostId, Option<i32>)> {
        let mut parts = Vec::new();
        for (post, part) in self.post.iter().zip(&self.part) {
            let Ok(post) = post.parse() else { continue };
            let part = part.trim();
            let number = part.parse().ok().filter(|n| (1..=9_999).contains(n));
            errors.require(
                part.is_empty() || number.is_some(),
                "part",
                "A part has a number from 1 to 9,999, or none.",
            );
            parts.push((post, number));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_with_their_posts_and_nonsense_is_refused() {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        let form = SeriesForm {
            title: "Walks  on Ærø".to_owned(),
            post: list(&["7", "8", "x"]),
            part: list(&["2", "", "1"]),
            ..SeriesForm::default()
        };
        let change = form.parse().expect("fine");
        assert_eq!((change.title.as_str(), change.slug.as_str()), ("Walks on Ærø", "walks-on-aero"));
        assert_eq!(change.parts, [(7, Some(2)), (8, None)]);
        let wrong = SeriesForm { part: list(&["0", "-1"]), title: String::new(), ..form };
        let errors = wrong.parse().expect_err("refused");
        assert!(errors.get("part").is_some() && errors.get("title").is_some());
    }
}
