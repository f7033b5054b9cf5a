//! SQL of forms that failed.

use sqlx::PgPool;

use super::Row;

/// Keeps a form in place of the last one of its browser and address; of a browser that has too many, the oldest go.
pub(super) async fn keep(db: &PgPool, row: &Row, most: i64) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into rescue_drafts (browser_hash, path_hash, sealed)
        values ($1, $2, $3)
        on conflict (browser_hash, path_hash) do update set sealed = excluded.sealed, created_at = now()
        "#,
        row.browser_hash,
        row.path_hash,
        row.sealed
    )
    .execute(db)
    .await?;
    sqlx::query!(
        r#"
        delete from rescue_drafts
        where id in (
            select id from rescue_drafts where browser_hash = $1 order by created_at desc, id desc offset $2
        )
        "#,
        row.browser_hash,
        most
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn list(db: &PgPool, browser_hash: &[u8]) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"
        select id, sealed
        from rescue_drafts
        where browser_hash = $1 and created_at > now() - interval '7 days'
        order by created_at desc, id desc
        "#,
        browser_hash
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.sealed)).collect())
}

pub(super) async fn delete_of_path(db: &PgPool, browser_hash: &[u8], path_hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from rescue_drafts where browser_hash = $1 and path_hash = $2",
        browser_hash,
        path_hash
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete_one(db: &PgPool, browser_hash: &[u8], id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from rescue_drafts where browser_hash = $1 and id = $2", browser_hash, id)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn delete_old(db: &PgPool) -> sqlx::Result<()> {
    sqlx::query!("delete from rescue_drafts where created_at < now() - interval '7 days'")
        .execute(db)
        .await?;
    Ok(())
}
