//! Whether anything at all has changed.

use std::collections::BTreeMap;

use sqlx::PgPool;

/// A checksum of every table.
pub(super) async fn everything(db: &PgPool) -> BTreeMap<String, String> {
    everything_but(db, &[]).await
}

/// What a browser could not send is kept for it, and who has a form open is noted: that changes nothing of the blog.
const ALSO: [&str; 2] = ["rescue_drafts", "presence"];

/// A checksum of every table but these.
pub(super) async fn everything_but(db: &PgPool, others: &[&str]) -> BTreeMap<String, String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
    )
    .fetch_all(db)
    .await
    .expect("tables");
    assert!(tables.len() > 20, "{tables:?}");
    let sums: Vec<String> = tables
        .iter()
        .filter(|table| !others.contains(&table.as_str()) && !ALSO.contains(&table.as_str()))
        .map(|table| {
            format!("select '{table}', coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t")
        })
        .collect();
    let rows: Vec<(String, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(sums.join(" union all "))).fetch_all(db).await.expect("checksums");
    rows.into_iter().collect()
}
