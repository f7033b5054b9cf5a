//! Posts that an import brings: saved like those of the form, with the dates and people that the source names.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    coming_out::{self, ComeOut},
    fields::Fields,
    forms::{Aim, Change},
    queries::{self, ImportedDates},
};
use crate::{
    error::Result,
    jobs,
    posts::{
        addresses,
        model::{PostId, PostKind, Visibility},
        rendering::Derived,
    },
    session::UserId,
    text::Slug,
};

/// A post of another blog.
#[derive(Debug, Clone)]
pub struct ImportedPost {
    /// A post or a page.
    pub kind: PostKind,
    /// Its address here; must be free, unless it updates the post that has it.
    pub slug: Slug,
    /// As the source says.
    pub title: String,
    /// Markdown, with pictures already at their new addresses.
    pub body: String,
    /// The author's own summary.
    pub summary: String,
    /// For search engines and previews elsewhere.
    pub description: String,
    /// Where the same text was first.
    pub canonical_url: String,
    /// Name by name.
    pub tags: Vec<String>,
    /// In order, at least one.
    pub authors: Vec<UserId>,
    /// The picture above it, and what is on it.
    pub cover: Option<(i64, String)>,
    /// Readers may answer.
    pub comments_open: bool,
    /// Only for those who may edit it.
    pub private: bool,
    /// Thrown away.
    pub trashed: bool,
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
) -> Result<(PostId, i32)> {
    let owner = post.authors.first().copied().unwrap_or_default();
    let fields = Fields {
        kind: post.kind,
        slug: post.slug.to_string(),
        summary: post.summary.clone(),
        description: post.description.clone(),
        canonical_url: post.canonical_url.clone(),
        tags: post.tags.clone(),
        cover_id: post.cover.as_ref().map(|(id, _)| *id),
        cover_alt: post.cover.as_ref().map(|(_, alt)| alt.clone()).unwrap_or_default(),
        comments_open: post.comments_open,
        visibility: if post.private { Visibility::Private } else { Visibility::Public },
        publish_at: post.publish_at,
        ..Fields::default()
    };
    let change = Change {
        title: post.title.clone(),
        body: post.body.clone(),
        fields,
        slug_chosen: true,
        aim: if post.publish_at.is_some() { Aim::Publish } else { Aim::Keep },
    };
    let id = match known {
        Some(id) => id,
        None => queries::insert(&mut *db, owner, post.slug.as_str()).await?,
    };
    let out_at = queries::update(&mut *db, id, &change, derived).await?;
    queries::set_tags(&mut *db, id, &change.fields.tags).await?;
    queries::set_authors(&mut *db, id, &post.authors).await?;
    // what is no longer out there is no longer out here
    if known.is_some() && !change.publishes() {
        queries::set_status(&mut *db, id, queries::Move::Unpublish).await?;
    }
    if post.trashed {
        queries::set_status(&mut *db, id, queries::Move::Trash).await?;
    }
    addresses::lead_to(&mut *db, id, &post.aliases).await?;
    let dates = ImportedDates { publish_at: post.publish_at, updated_at: post.updated_at };
    queries::set_dates(&mut *db, id, &dates).await?;
    // what was out elsewhere is no news; what is still to come is
    if let (false, Some(at)) = (coming_out::was_out(&mut *db, id).await?, out_at) {
        jobs::enqueue_at(&mut *db, &ComeOut::of(id, at), at).await?;
    }
    Ok((id, queries::add_revision(db, id, Some(owner), "import").await?))
}
