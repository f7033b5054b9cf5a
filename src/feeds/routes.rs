//! The routes for machines.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use chrono::{TimeDelta, Utc};
use sqlx::PgPool;

use super::{queries, views};
use crate::{
    config::Config,
    error::{OrNotFound, Result},
    extract::Path,
    html::document,
    posts,
    state::AppState,
    text::dates::rfc3339,
};

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// Posts in a feed.
const ENTRIES: i64 = 20;

/// For everybody.
pub fn public() -> Router<AppState> {
    Router::new()
        .route("/feed.xml", get(index))
        .route("/tags/{slug}/feed.xml", get(tag))
        .route("/authors/{name}/feed.xml", get(author))
        .route("/series/{slug}/feed.xml", get(series))
        .route("/sitemap.xml", get(sitemap))
        .route("/robots.txt", get(robots))
        .route("/.well-known/security.txt", get(security))
}

async fn index(State(app): State<AppState>) -> Result<Response> {
    let entries = queries::latest(&app.db, (None, None, None), ENTRIES).await?;

    let title = app.site.get().title.clone();
    document(ATOM, &atom(app, title, "/feed.xml".to_owned(), "/".to_owned(), entries))
}

async fn tag(State(app): State<AppState>, Path(slug): Path<String>) -> Result<Response> {
    let tag = posts::queries::tag(&app.db, &slug).await?.or_not_found()?;
    let entries = queries::latest(&app.db, (Some(tag.id), None, None), ENTRIES).await?;

    let title = format!("{} – {}", tag.name, app.site.get().title);
    let page = format!("/tags/{}", tag.slug);
    document(ATOM, &atom(app, title, format!("{page}/feed.xml"), page, entries))
}

async fn author(State(app): State<AppState>, Path(name): Path<String>) -> Result<Response> {
    let author = posts::queries::author(&app.db, &name).await?.or_not_found()?;
    let entries = queries::latest(&app.db, (None, Some(author.id), None), ENTRIES).await?;

    let title = format!("{} – {}", author.name, app.site.get().title);
    let page = format!("/authors/{}", author.handle);
    document(ATOM, &atom(app, title, format!("{page}/feed.xml"), page, entries))
}

async fn series(State(app): State<AppState>, Path(slug): Path<String>) -> Result<Response> {
    let series = posts::readable_series(&app.db, &slug).await?.or_not_found()?;
    let entries = queries::latest(&app.db, (None, None, Some(series.id)), ENTRIES).await?;

    let title = format!("{} – {}", series.title, app.site.get().title);
    let page = posts::series_path(&series.slug);
    document(ATOM, &atom(app, title, format!("{page}/feed.xml"), page, entries))
}

async fn sitemap(State(db): State<PgPool>, State(config): State<Arc<Config>>) -> Result<Response> {
    let places = queries::places(&db).await?;

    document("application/xml; charset=utf-8", &views::Sitemap { config, places })
}

async fn robots(State(config): State<Arc<Config>>) -> Result<Response> {
    document("text/plain; charset=utf-8", &views::Robots { config })
}

/// RFC 9116; 404 while the settings name nobody.
async fn security(State(app): State<AppState>) -> Result<Response> {
    let contact = app.site.get().security_contact.clone();
    let contact = Some(contact).filter(|contact| !contact.is_empty()).or_not_found()?;
    let contact = if contact.starts_with("https:") { contact } else { format!("mailto:{contact}") };

    // at most a year ahead (section 2.5.5): it is made anew for everybody who asks
    let expires = rfc3339(Utc::now() + TimeDelta::days(180));
    document("text/plain; charset=utf-8", &views::Security { config: app.config, contact, expires })
}

fn atom(
    app: AppState,
    title: String,
    path: String,
    page_path: String,
    entries: Vec<queries::Entry>,
) -> views::Atom {
    let updated_at = entries.iter().map(|entry| entry.updated_at).max().unwrap_or_default();
    views::Atom { site: app.site.get(), config: app.config, title, path, page_path, entries, updated_at }
}
