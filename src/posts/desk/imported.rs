//! Posts that an import brings: saved like those of the form, with the dates and people that the source names.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    fields::Fields,
    forms::Change,
    queries::{self, ImportedDates},
};
use crate::{
    posts::{addresses, model::PostId, rendering::Derived},
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
    let fields = Fields {
        slug: post.slug.to_string(),
        summary: post.summary.clone(),
        tags: post.tags.clone(),
        publish_at: post.publish_at,
        ..Fields::default()
    };
    let change = Change {
        title: post.title.clone(),
        body: post.body.clone(),
        fields,
        slug_chosen: true,
        publish: post.publish_at.is_some(),
    };
    let id = match known {
        Some(id) => id,
        None => queries::insert(&mut *db, owner, post.slug.as_str()).await?,
    };
    queries::update(&mut *db, id, &change, derived).await?;
    queries::set_tags(&mut *db, id, &change.fields.tags).await?;
    queries::set_authors(&mut *db, id, &post.authors).await?;
    addresses::lead_to(&mut *db, id, &post.aliases).await?;
    let dates = ImportedDates { publish_at: post.publish_at, updated_at: post.updated_at };
    queries::set_dates(&mut *db, id, &dates).await?;
    Ok((id, queries::add_revision(db, id, Some(owner), "import").await?))
}
