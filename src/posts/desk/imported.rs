//! Posts that an import brings: saved like those of the form, with the dates and people that the source names.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    forms::Change,
    queries::{self, ImportedDates},
};
use crate::{
    posts::{
        model::{PostId, PostKind},
        rendering::Derived,
    },
    session::UserId,
    text::Slug,
};

/// A post of another blog.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    /// Its address here; must be free, unless it updates the post that has it.
    pub slug: Slug,
    /// As the source says.
    pub title: String,
    /// Markdown, with pictures already at their new addresses.
    pub body: String,
    /// The author's own summary.
    pub summary: String,
    /// Name by name.
    pub tags: Vec<String>,
    /// In order, at least one.
    pub authors: Vec<UserId>,
    /// `None`: a draft.
    pub publish_at: Option<DateTime<Utc>>,
    /// When the source says it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Old paths that lead here from now on.
    pub aliases: Vec<String>,
}

/// Adds a post (or writes over the one that an earlier run made) in the caller's transaction; its key and version.
///
/// # Errors
/// The database is away, or the slug is taken.
pub async fn save_imported(
    db: &mut PgConnection,
    known: Option<PostId>,
    post: &ImportedPost,
    derived: &Derived,
) -> sqlx::Result<(PostId, i32)> {
    let owner = post.authors.first().copied().unwrap_or_default();
    let change = Change {
        kind: PostKind::Post,
        title: post.title.clone(),
        slug: post.slug.clone(),
        slug_chosen: true,
        body: post.body.clone(),
        summary: post.summary.clone(),
        tags: post.tags.iter().map(|name| (Slug::propose(name), name.clone())).collect(),
        cover_id: None,
        cover_alt: String::new(),
        comments_open: true,
        publish_at: post.publish_at,
        publish: post.publish_at.is_some(),
    };
    let id = match known {
        Some(id) => {
            queries::update(&mut *db, id, &change, derived).await?;
            id
        }
        None => queries::insert(&mut *db, owner, &change, derived).await?,
    };
    queries::set_tags(&mut *db, id, &change.tags).await?;
    queries::set_authors(&mut *db, id, &post.authors).await?;
    queries::add_revision(&mut *db, id, Some(owner), "import").await?;
    queries::add_redirects(&mut *db, id, &post.aliases).await?;
    let dates = ImportedDates { publish_at: post.publish_at, updated_at: post.updated_at };
    Ok((id, queries::set_dates(db, id, &dates).await?))
}
