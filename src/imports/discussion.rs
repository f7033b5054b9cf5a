//! Comments of another blog, one after the other, below the post that they are about.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    model::{Fate, Note, SourceComment},
    queries,
};
use crate::{
    comments::{self, ImportedComment},
    crypto::Keys,
    session::UserId,
    text::{
        from_html::{self, Source},
        truncate,
    },
};

/// What the column holds.
const LONGEST: usize = 10_000;
const NOBODY: &str = "Anonymous";

/// A comment, ready to be saved.
pub(super) struct Prepared<'a> {
    pub(super) comment: &'a SourceComment,
    /// `None`: nothing is in it that could be shown.
    pub(super) body: Option<String>,
}

/// Converts comments; tells what is cut.
pub(super) fn prepare<'a>(
    comments: impl Iterator<Item = &'a SourceComment>,
    item: &str,
    notes: &mut Vec<Note>,
) -> Vec<Prepared<'a>> {
    let addresses = HashMap::new();
    comments
        .map(|comment| {
            let source =
                Source { html: &comment.html, line_breaks: true, keeps_html: false, addresses: &addresses };
            let text = crate::text::clean(&from_html::convert(&source).markdown);
            let text = text.trim().to_owned();
            if text.chars().count() > LONGEST {
                let words = format!("the {} is cut at 10,000 characters", comment.key);
                notes.push(Note::on(item, Fate::Changed, words));
            }
            if text.is_empty() {
                notes.push(Note::on(item, Fate::Left, format!("the {} says nothing", comment.key)));
            }
            let body = Some(truncate(&text, LONGEST)).filter(|body| !body.is_empty());
            Prepared { comment, body }
        })
        .collect()
}

/// Where comments go.
pub(super) struct Place<'a> {
    pub(super) source: &'a str,
    pub(super) post_id: i64,
    /// For comments without a date.
    pub(super) published_at: DateTime<Utc>,
    pub(super) keys: &'a Keys,
    /// Those who write on the old blog.
    pub(super) people: &'a HashMap<String, UserId>,
}

/// Saves them in the caller's transaction; their keys here.
pub(super) async fn save(
    db: &mut PgConnection,
    place: &Place<'_>,
    comments: &[Prepared<'_>],
    known: &HashMap<String, Option<i64>>,
) -> sqlx::Result<HashMap<String, Option<i64>>> {
    let mut saved: HashMap<String, Option<i64>> = HashMap::new();
    for Prepared { comment, body } in comments {
        let Some(body) = body else { continue };
        let parent = comment.parent.as_ref();
        let parent_id = parent.and_then(|parent| *saved.get(parent).or(known.get(parent))?);
        let name = if comment.name.is_empty() { NOBODY } else { &comment.name };
        let imported = ImportedComment {
            post_id: place.post_id,
            parent_id,
            author_id: comment.author.as_ref().and_then(|author| place.people.get(author).copied()),
            guest_name: name,
            body,
            state: comment.state,
            created_at: comment.created_at.unwrap_or(place.published_at),
        };
        let id = comments::save_imported(db, place.keys, &imported).await?;
        queries::remember_comment(db, (place.source, &comment.key), id).await?;
        saved.insert(comment.key.clone(), Some(id));
    }
    Ok(saved)
}
