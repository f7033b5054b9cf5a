//! The comments of an item, in an order in which each can be saved.

use std::collections::HashSet;

use super::{
    convert::date,
    read::{Author, Comment, Item},
};
use crate::{
    comments::State,
    imports::model::{Fate, Note, SourceComment},
    text::{single_line, truncate},
};

/// What could not be taken, and why.
#[derive(Default)]
pub(super) struct Told {
    pub(super) notes: Vec<Note>,
    pub(super) others: Vec<(&'static str, &'static str)>,
}

/// The comments of an item, each after the one that it answers.
pub(super) fn comments(item: &Item, name: &str, authors: &[Author]) -> (Vec<SourceComment>, Told) {
    let mut told = Told::default();
    let mut waiting: Vec<&Comment> = Vec::new();
    for comment in &item.comments {
        match comment.kind.as_str() {
            "" | "comment" => waiting.push(comment),
            kind => {
                let words =
                    format!("the {kind} from “{}” is left: it is no comment", single_line(&comment.author));
                told.notes.push(Note::on(name, Fate::Left, words));
                let kind = match kind {
                    "pingback" => "pingbacks",
                    "trackback" => "trackbacks",
                    _ => "other comments",
                };
                told.others.push((kind, "left"));
            }
        }
    }
    (in_order(waiting, name, authors, &mut told), told)
}

/// Whose answer is not there, or answers itself in a circle, begins a thread.
fn in_order(
    mut waiting: Vec<&Comment>,
    name: &str,
    authors: &[Author],
    told: &mut Told,
) -> Vec<SourceComment> {
    let mut ordered: Vec<SourceComment> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    while !waiting.is_empty() {
        let (ready, rest): (Vec<&Comment>, Vec<&Comment>) = waiting.iter().partition(|comment| {
            matches!(comment.parent.as_str(), "" | "0") || known.contains(&comment.parent)
        });
        let (ready, rest) = if ready.is_empty() {
            let words = format!("what the comment {} answers is not there: it begins a thread", rest[0].id);
            told.notes.push(Note::on(name, Fate::Changed, words));
            (vec![rest[0]], rest[1..].to_vec())
        } else {
            (ready, rest)
        };
        for comment in ready {
            let parent = Some(comment.parent.clone()).filter(|parent| known.contains(parent));
            known.insert(comment.id.clone());
            ordered.push(converted(comment, parent, authors));
        }
        waiting = rest;
    }
    ordered
}

fn converted(comment: &Comment, parent: Option<String>, authors: &[Author]) -> SourceComment {
    let author = authors.iter().find(|author| !author.id.is_empty() && author.id == comment.user_id);
    SourceComment {
        key: key(&comment.id),
        parent: parent.map(|id| key(&id)),
        name: truncate(&single_line(&comment.author), 80),
        author: author.and_then(Author::shown),
        html: comment.content.clone(),
        state: match comment.approved.as_str() {
            "1" | "approve" => State::Published,
            "spam" => State::Spam,
            "trash" | "post-trashed" => State::Trashed,
            _ => State::Held,
        },
        created_at: date(&comment.date_gmt).or_else(|| date(&comment.date)),
    }
}

fn key(id: &str) -> String {
    format!("comment {id}")
}
