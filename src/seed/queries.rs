//! SQL that fills the tables in bulk.

use sqlx::{PgConnection, PgExecutor, PgPool};

pub(super) async fn is_sown(db: impl PgExecutor<'_>, seed: u32) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from posts where slug like 'seed-' || $1 || '-%') as "sown!""#,
        seed.to_string()
    )
    .fetch_one(db)
    .await
}

/// Copies posts in; their ids, the oldest first.
pub(super) async fn copy_posts(db: &mut PgConnection, seed: u32, rows: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query!(
        r#"
        create temporary table seed_posts (
            author_id bigint, slug text, title text, body_md text, body_html text, toc jsonb, excerpt text,
            reading_minutes integer, renderer_version integer, search_text text, age text
        ) on commit drop
        "#
    )
    .execute(&mut *db)
    .await?;
    copy(&mut *db, "copy seed_posts from stdin", rows).await?;
    sqlx::query(
        r"
        insert into posts (author_id, slug, title, body_md, body_html, toc, excerpt, reading_minutes,
            renderer_version, search_text, status, publish_at, created_at, updated_at)
        select author_id, slug, title, body_md, body_html, toc, excerpt, reading_minutes, renderer_version,
            search_text, 'published', at, at, at
        from (select *, now() - replace(age, ' ago', '')::interval as at from seed_posts) as aged
        order by at
        ",
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        "select id from posts where slug like 'seed-' || $1 || '-%' order by id",
        seed.to_string()
    )
    .fetch_all(db)
    .await
}

/// Gives each post its by-line and one to three tags.
pub(super) async fn link_posts(db: &mut PgConnection, posts: &[i64], tags: usize) -> sqlx::Result<()> {
    let tags = i32::try_from(tags).unwrap_or(30);
    sqlx::query!(
        "insert into post_authors (post_id, user_id) select id, author_id from posts where id = any($1)",
        posts
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into tags (slug, name)
        select 'topic-' || n, 'Topic ' || n from generate_series(1, $1::int) as n
        on conflict (slug) do nothing
        "#,
        tags
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into post_tags (post_id, tag_id)
        select distinct p.id, t.id
        from unnest($1::bigint[]) as p (id)
        cross join generate_series(0, 2) as n
        join tags t on t.slug = 'topic-' || (1 + (p.id * (n + 1) * 7) % $2)
        where n <= p.id % 3
        "#,
        posts,
        i64::from(tags)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes as many ids as are needed; the first of them.
pub(super) async fn reserve_comment_ids(db: impl PgExecutor<'_>, n: u32) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select setval(s.name, nextval(s.name) + $1) - $1 as "first!"
        from (select pg_get_serial_sequence('comments', 'id') as name) as s
        "#,
        i64::from(n)
    )
    .fetch_one(db)
    .await
}

/// Copies comments in.
pub(super) async fn copy_comments(db: &mut PgConnection, rows: &str) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        create temporary table seed_comments (
            id bigint, post_id bigint, parent_id bigint, path bigint[], guest_name text, person_key bytea,
            body_md text, body_html text, state text, age text
        ) on commit drop
        "#
    )
    .execute(&mut *db)
    .await?;
    copy(&mut *db, "copy seed_comments from stdin", rows).await?;
    sqlx::query(
        r"
        insert into comments (id, post_id, parent_id, path, guest_name, person_key, body_md, body_html, state,
            renderer_version, created_at, held_reason)
        overriding system value
        select id, post_id, parent_id, path, guest_name, person_key, body_md, body_html, state, 1,
            now() - replace(age, ' ago', '')::interval, case when state = 'held' then 'policy' end
        from seed_comments
        order by id
        ",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the planner know what there is.
pub(super) async fn analyze(db: &PgPool) -> sqlx::Result<()> {
    sqlx::query("analyze").execute(db).await?;
    Ok(())
}

async fn copy(db: &mut PgConnection, statement: &'static str, rows: &str) -> sqlx::Result<()> {
    let mut sink = db.copy_in_raw(statement).await?;
    for chunk in rows.as_bytes().chunks(1 << 20) {
        sink.send(chunk).await?;
    }
    sink.finish().await?;
    Ok(())
}
