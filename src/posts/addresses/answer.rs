//! What answers at an old address.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    model::{keys, named},
    queries::{self, Place},
};
use crate::{
    error::{Error, Result},
    state::AppState,
};

/// The layer: where nothing else is, perhaps something was.
pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let uri = request.uri().clone();
    // the one old address that is a page of ours as well: other systems number their posts behind it
    if uri.path() == "/" && uri.query().is_some_and(is_number_of_post) {
        return match redirected(&app, &uri).await {
            Ok(None) => next.run(request).await,
            Ok(Some(found)) => found,
            Err(error) => error.into_response(),
        };
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    match elsewhere(&app, &uri).await {
        Ok(None) => response,
        Ok(Some(found)) => found,
        Err(error) => error.into_response(),
    }
}

/// Writes the counts of redirects that are still in memory.
///
/// # Errors
/// The database is away; these counts are lost, which hurts nobody.
pub async fn write_hits(app: &AppState) -> sqlx::Result<()> {
    let counts = app.hits.take();
    if counts.is_empty() { Ok(()) } else { queries::add_hits(&app.db, &counts).await }
}

fn is_number_of_post(query: &str) -> bool {
    let (name, number) = query.split_once('=').unwrap_or_default();
    matches!(name, "p" | "page_id") && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What the table says goes first: somebody has put it there.
async fn elsewhere(app: &AppState, uri: &Uri) -> Result<Option<Response>> {
    if let Some(found) = redirected(app, uri).await? {
        return Ok(Some(found));
    }
    let Some(path) = keys(uri.path(), None).into_iter().next() else { return Ok(None) };
    let Some((kind, slug)) = named(&path) else { return Ok(None) };
    match queries::moved(&app.db, kind, slug).await? {
        None => Ok(None),
        Some(None) => Err(Error::Gone),
        Some(Some(place)) => at(&place, uri),
    }
}

async fn redirected(app: &AppState, uri: &Uri) -> Result<Option<Response>> {
    let keys = keys(uri.path(), uri.query());
    if keys.is_empty() {
        return Ok(None);
    }
    let Some(found) = queries::redirect(&app.db, &keys).await? else { return Ok(None) };
    if app.hits.count(found.id) {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = write_hits(&app).await {
                tracing::warn!(%error, "the counts of redirects could not be written");
            }
        });
    }
    match (found.post, found.target) {
        (Some(place), _) => at(&place, uri),
        (None, Some(target)) => permanently(&target).map(Some),
        (None, None) => Err(Error::Gone),
    }
}

/// To where a post is now; nothing of what readers may not see.
fn at(place: &Place, uri: &Uri) -> Result<Option<Response>> {
    let path = place.kind.path(&place.slug);
    match (place.visible, place.expired) {
        (true, _) if path != uri.path() => permanently(&path).map(Some),
        (_, true) => Err(Error::Expired),
        _ => Ok(None),
    }
}

fn permanently(target: &str) -> Result<Response> {
    let location = HeaderValue::from_str(target).map_err(anyhow::Error::from)?;
    Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response())
}
