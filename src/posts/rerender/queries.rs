//! SQL of rendering again.

use sqlx::{PgExecutor, types::Json};

use crate::posts::{model::PostId, rendering::Derived};

/// Posts that were rendered by an older version, oldest first.
pub(super) async fn outdated(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<(PostId, String)>> {
    let rows = sqlx::query!(
        "select id, body_md from posts where renderer_version < $1 order by id limit $2",
        crate::text::RENDERER_VERSION,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.body_md)).collect())
}

/// Saves what was rendered again; neither version nor date of the text changes.
pub(super) async fn set_derived(db: impl PgExecutor<'_>, id: PostId, derived: &Derived) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update posts
        set body_html = $2, toc = $3, excerpt = $4, reading_minutes = $5, renderer_version = $6, search_text = $7
        where id = $1
        "#,
        id,
        derived.body_html.as_str(),
        Json(&derived.toc) as _,
        derived.excerpt,
        derived.reading_minutes,
        derived.renderer_version,
        derived.search_text
    )
    .execute(db)
    .await?;
    Ok(())
}
