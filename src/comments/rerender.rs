//! A new renderer version: the stored HTML of comments is made again from their Markdown.

use sqlx::PgPool;

use super::queries;
use crate::text::markdown;

/// Renders all comments again that an older version rendered; how many.
///
/// # Errors
/// The database is away; what is done is done, and the next run goes on from there.
pub async fn rerender_outdated(db: &PgPool) -> anyhow::Result<usize> {
    let mut done = 0;
    loop {
        let batch = queries::outdated(db, 200).await?;
        if batch.is_empty() {
            return Ok(done);
        }
        done += batch.len();
        let (ids, sources): (Vec<i64>, Vec<String>) = batch.into_iter().unzip();
        let html: Vec<String> = tokio::task::spawn_blocking(move || {
            sources.iter().map(|source| markdown::comment(source).to_string()).collect()
        })
        .await?;
        queries::set_html(db, &ids, &html).await?;
    }
}
