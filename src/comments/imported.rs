//! Comments that come from elsewhere: another blog, or the demo.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    model::State,
    people::{PERSON, account_person},
    queries::{self, Insert},
};
use crate::{crypto::Keys, session::UserId, text::markdown};

/// A comment with its date and state as the source has them.
#[derive(Debug, Clone)]
pub struct ImportedComment<'a> {
    /// The post here.
    pub post_id: i64,
    /// The comment here that it answers.
    pub parent_id: Option<i64>,
    /// The account that wrote it; or else a guest's name.
    pub author_id: Option<UserId>,
    /// Of a guest.
    pub guest_name: &'a str,
    /// Markdown.
    pub body: &'a str,
    /// Where it stands.
    pub state: State,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Adds it in the caller's transaction; its key.
///
/// # Errors
/// The database is away.
pub async fn save_imported(
    db: &mut PgConnection,
    keys: &Keys,
    comment: &ImportedComment<'_>,
) -> sqlx::Result<i64> {
    let person = match comment.author_id {
        Some(id) => account_person(id),
        None => format!("import:{}", comment.guest_name.to_lowercase()),
    };
    let body_html = markdown::comment(comment.body);
    let insert = Insert {
        post_id: comment.post_id,
        parent_id: comment.parent_id,
        author_id: comment.author_id,
        guest_name: comment.author_id.is_none().then_some(comment.guest_name),
        guest_email: None,
        person_key: &keys.hash(PERSON, &person),
        body_md: comment.body,
        body_html: body_html.as_str(),
        state: comment.state,
        held_reason: (comment.state == State::Held).then_some("policy"),
        ip_prefix: None,
    };
    let id = queries::insert(db, &insert).await?;
    queries::set_imported(db, id, comment.created_at).await?;
    Ok(id)
}
