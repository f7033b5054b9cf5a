//! Changes of the table of redirects: one at a time, so that no two of them make a circle together.

use sqlx::PgConnection;

use super::{
    model::{Problem, Target, keys, named, settle},
    queries,
};
use crate::{
    error::{Error, Result},
    posts::model::PostKind,
};

/// Which of the new redirects cannot be, by their place, and why.
pub(super) type Problems = Vec<(usize, Problem)>;

/// Adds redirects, or writes over those that have the same old address; all of them or none. Where one leads to a path at
/// which a post is, it leads to that post from now on, wherever it goes.
pub(super) async fn save(
    db: &mut PgConnection,
    mut new: Vec<(String, Target)>,
) -> Result<std::result::Result<(), Problems>> {
    queries::lock(&mut *db).await?;
    let known = queries::all(&mut *db).await?;
    lead_to_posts(db, &mut new).await?;
    let posts: Vec<i64> =
        known.values().chain(new.iter().map(|(_, target)| target)).filter_map(post_of).collect();
    let own = queries::paths_of(&mut *db, &posts).await?;

    match settle(&known, &new, &own) {
        Ok(settled) => {
            queries::upsert(db, settled.iter()).await?;
            Ok(Ok(()))
        }
        Err(problems) => Ok(Err(problems)),
    }
}

/// Something of this blog has moved: its old path leads to the new one, which leads nowhere else.
///
/// # Errors
/// The database is away.
pub(in crate::posts) async fn move_path(db: &mut PgConnection, from: &str, to: Target) -> Result<()> {
    if let Target::Path(path) = &to {
        queries::forget(&mut *db, path).await?;
    }
    match save(db, vec![(from.to_owned(), to)]).await? {
        Ok(()) => Ok(()),
        Err(_) => Err(Error::Conflict),
    }
}

fn post_of(target: &Target) -> Option<i64> {
    match target {
        Target::Post(post) => Some(*post),
        _ => None,
    }
}

async fn lead_to_posts(db: &mut PgConnection, new: &mut [(String, Target)]) -> Result<()> {
    let place = |target: &Target| match target {
        // a query or a fragment says more than the post
        Target::Path(path) if !path.contains(['?', '#']) => {
            let key = keys(path, None).into_iter().next()?;
            named(&key).map(|(kind, slug)| (kind, slug.to_owned()))
        }
        _ => None,
    };
    let places: Vec<(PostKind, String)> = new.iter().filter_map(|(_, target)| place(target)).collect();
    let (kinds, slugs): (Vec<String>, Vec<String>) =
        places.into_iter().map(|(kind, slug)| (kind.as_str().to_owned(), slug)).unzip();
    let posts = queries::posts_at(db, (&kinds, &slugs)).await?;
    for (_, target) in new {
        if let Some(post) = place(target).and_then(|place| posts.get(&place)) {
            *target = Target::Post(*post);
        }
    }
    Ok(())
}
