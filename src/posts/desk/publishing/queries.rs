//! SQL of the checks before publishing.

use sqlx::PgExecutor;

use crate::posts::model::PostId;

/// Of these paths, those at which readers find nothing. Only addresses that name something in the database are judged.
pub(super) async fn dead_paths(db: impl PgExecutor<'_>, paths: &[String]) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select distinct path as "path!"
        from unnest($1::text[]) as path
        cross join lateral (
            select split_part(path, '/', 2) as room, split_part(path, '/', 3) as name
        ) as part
        where not exists (
                select from redirects r where r.path = path and (r.post_id is not null or r.target is not null)
            )
            and case
                when part.room = 'posts' and part.name <> '' then
                    not exists (select from posts p where p.slug = part.name and p.kind = 'post' and live(p))
                    and not exists (
                        select from post_slugs s join posts p on p.id = s.post_id where s.slug = part.name and live(p)
                    )
                when part.room = 'tags' and part.name <> '' then
                    not exists (select from tags t where t.slug = part.name)
                when part.room = 'authors' and part.name <> '' then
                    not exists (select from users u where u.handle = part.name)
                when part.room = 'series' and part.name <> '' then
                    not exists (select from series s where s.slug = part.name)
                when part.room = 'media' and part.name <> '' then
                    not exists (select from media m where m.file_key = substr(path, 8))
                    and not exists (
                        select from media m
                        where starts_with(substr(path, 8), split_part(m.file_key, '.', 1))
                    )
                else false
            end
        order by 1
        "#,
        paths
    )
    .fetch_all(db)
    .await
}

/// Of these pictures, those that are not there for decoration only.
pub(super) async fn not_decorative(db: impl PgExecutor<'_>, paths: &[String]) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select distinct path as "path!"
        from unnest($1::text[]) as path
        where not exists (
            select from media m where starts_with(path, '/media/') and m.file_key = substr(path, 8) and m.decorative
        )
        order by 1
        "#,
        paths
    )
    .fetch_all(db)
    .await
}

/// Addresses of other posts with this title that everybody can find: those of others that are not out are nobody's business.
pub(super) async fn with_title(
    db: impl PgExecutor<'_>,
    title: &str,
    except: Option<PostId>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select slug
        from posts
        where lower(title) = lower($1) and title <> '' and listed(posts) and id is distinct from $2
        order by id
        limit 3
        "#,
        title,
        except
    )
    .fetch_all(db)
    .await
}
