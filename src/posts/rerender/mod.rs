//! A new renderer version: everything is made again from its Markdown.

mod queries;

use super::rendering::render_body;
use crate::state::AppState;

/// Renders all posts again that an older version rendered; how many. The text itself stays untouched.
///
/// # Errors
/// The database is away; what is done is done, and the next run goes on from there.
pub async fn rerender_outdated(app: &AppState) -> anyhow::Result<usize> {
    let mut done = 0;
    loop {
        let batch = queries::outdated(&app.db, 50).await?;
        if batch.is_empty() {
            return Ok(done);
        }
        done += batch.len();
        for (id, source) in batch {
            let derived = render_body(app, &source).await.map_err(anyhow::Error::from)?;
            queries::set_derived(&app.db, id, &derived).await?;
        }
    }
}
