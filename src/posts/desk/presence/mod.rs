//! Who else has the form of a post open: said, and never in anybody's way.

mod queries;

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    error::{OrNotFound, Result},
    extract::{Form, Path},
    posts::model::PostId,
    session::Author,
    state::AppState,
};

/// Who was heard of so many seconds ago is still there; an open form is heard of every 20 s.
const FRESH_SECONDS: f64 = 30.0;

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/{id}/beat", post(beat))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Beat {
    tab: String,
    /// Not empty: the form is closed now.
    gone: String,
}

/// What the script of the form shows.
#[derive(Debug, Serialize)]
struct News {
    /// A sentence about who else is there; empty: nobody.
    others: String,
    /// The version that is saved.
    version: i32,
}

async fn beat(
    State(db): State<PgPool>,
    author: Author,
    Path(id): Path<PostId>,
    Form(form): Form<Beat>,
) -> Result<Response> {
    let version = queries::version(&db, &author, id).await?.or_not_found()?;
    let tab: Option<Uuid> = form.tab.parse().ok();

    match tab {
        Some(tab) if form.gone.is_empty() => queries::note(&db, id, author.id, tab).await?,
        Some(tab) => queries::forget(&db, id, author.id, tab).await?,
        None => {}
    }
    let others = sentence(&queries::others(&db, id, author.id, tab).await?);

    Ok(Json(News { others, version }).into_response())
}

/// Notes that somebody opened the form as `tab`, and says who has it open too.
///
/// # Errors
/// The database is away.
pub(super) async fn open(db: &PgPool, post: PostId, author: &Author, tab: Option<Uuid>) -> Result<String> {
    let mut others = queries::others(db, post, author.id, tab).await?;
    // one's own tab that was closed a moment ago, most likely; the next beat knows
    others.retain(|name| !name.is_empty());
    let others = sentence(&others);
    if let Some(tab) = tab {
        queries::note(db, post, author.id, tab).await?;
    }
    Ok(others)
}

fn sentence(names: &[String]) -> String {
    let own = names.iter().any(String::is_empty);
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let who = match others.as_slice() {
        [] if own => return "You have this open in another tab or on another device, too.".to_owned(),
        [] => return String::new(),
        [one] => format!("{one} has"),
        [first @ .., last] => format!("{} and {last} have", first.join(", ")),
    };
    format!("{who} this open, too. Both of you can save: changes are put together.")
}

/// # Errors
/// The database is away.
pub(super) async fn forget_old(db: &PgPool) -> sqlx::Result<()> {
    queries::delete_old(db).await
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn who_else_is_there_is_said_in_one_sentence() {
        let names =
            |names: &[&str]| sentence(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&[]), "");
        assert!(names(&[""]).starts_with("You have this open"));
        assert!(names(&["", "Ana"]).starts_with("Ana has this open, too."));
        assert!(names(&["Ana", "Ben", "Eve"]).starts_with("Ana, Ben and Eve have this open"));
    }
}
