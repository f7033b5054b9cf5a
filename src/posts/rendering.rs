//! From a text to the columns that are made of it.

use sqlx::{PgExecutor, types::Json};

use crate::{
    error::Result,
    media::pictures_in,
    state::AppState,
    text::{
        RENDERER_VERSION, SafeHtml,
        markdown::{self, Context, Heading},
    },
};

/// The columns of `posts` that are made of `body_md`.
#[derive(Debug)]
pub struct Derived {
    /// The text for a page.
    pub body_html: SafeHtml,
    /// Its headings, when there are three or more.
    pub toc: Json<Vec<Heading>>,
    /// How it begins.
    pub excerpt: String,
    /// At least 1.
    pub reading_minutes: i32,
    /// Its words, for the search.
    pub search_text: String,
    /// Which renderer made it.
    pub renderer_version: i32,
}

/// Renders a text, off the async threads: a long one takes a while.
///
/// # Errors
/// The database is away (it knows the sizes of pictures).
pub async fn render_body(app: &AppState, source: &str) -> Result<Derived> {
    render_body_with(app, &app.db, source).await
}

/// [`render_body`] by the connection that a transaction has already.
///
/// # Errors
/// As [`render_body`].
pub(super) async fn render_body_with(
    app: &AppState,
    db: impl PgExecutor<'_>,
    source: &str,
) -> Result<Derived> {
    let pictures = pictures_in(db, source).await?;
    let base_url = app.config.base_url.clone();
    let source = source.to_owned();
    let rendered = tokio::task::spawn_blocking(move || {
        markdown::post(&source, &Context { base_url: &base_url, pictures: &pictures })
    })
    .await
    .map_err(anyhow::Error::from)?;
    Ok(Derived {
        body_html: rendered.html,
        toc: Json(rendered.toc),
        excerpt: rendered.excerpt,
        reading_minutes: rendered.reading_minutes,
        search_text: rendered.plain,
        renderer_version: RENDERER_VERSION,
    })
}
