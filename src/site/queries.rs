//! Every SQL statement about the settings.

use sqlx::{PgExecutor, PgPool, types::Json};

use super::{
    checks::Checks,
    model::{CommentPolicy, MenuLink, Registration, Site, parse_time_zone},
};
use crate::role::Role;

/// The settings now, with the menu.
pub async fn load(db: &PgPool) -> sqlx::Result<Site> {
    let row = sqlx::query!(
        r#"
        select title, description, language, time_zone, comment_policy, registration, posts_per_page,
            second_factor_roles, foreign_pictures, security_contact, smtp_sealed,
            publish_checks as "checks: Json<Checks>", review_first,
            not exists (select from users where role = 'admin') as "needs_setup!"
        from settings
        "#
    )
    .fetch_one(db)
    .await?;
    let menu = sqlx::query_as!(
        MenuLink,
        r#"
        select title, '/' || slug as "path!"
        from posts
        where kind = 'page' and listed(posts)
        order by title, id
        limit 12
        "#
    )
    .fetch_all(db)
    .await?;

    Ok(Site {
        title: row.title,
        description: row.description,
        language: row.language,
        // the check constraints and the settings form let nothing else in
        time_zone: parse_time_zone(&row.time_zone).unwrap_or(chrono_tz::UTC),
        comment_policy: CommentPolicy::parse(&row.comment_policy).unwrap_or(CommentPolicy::HoldAll),
        registration: Registration::parse(&row.registration).unwrap_or(Registration::Closed),
        second_factor_roles: row.second_factor_roles.iter().filter_map(|role| Role::parse(role)).collect(),
        foreign_pictures: row.foreign_pictures,
        security_contact: row.security_contact,
        smtp_sealed: row.smtp_sealed,
        checks: row.checks.0,
        review_first: row.review_first,
        posts_per_page: i64::from(row.posts_per_page),
        menu,
        needs_setup: row.needs_setup,
    })
}

/// Makes the one row of settings on a new blog.
pub async fn ensure(db: impl PgExecutor<'_>, registration: &str) -> sqlx::Result<()> {
    sqlx::query!("insert into settings (registration) values ($1) on conflict (id) do nothing", registration)
        .execute(db)
        .await?;
    Ok(())
}

/// Saves the settings (the menu and the rest of [`Site`] are not settings).
pub async fn update(db: impl PgExecutor<'_>, site: &Site) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update settings
        set title = $1, description = $2, language = $3, time_zone = $4, comment_policy = $5,
            registration = $6, posts_per_page = $7, second_factor_roles = $8, foreign_pictures = $9,
            security_contact = $10, publish_checks = $11, review_first = $12, updated_at = now()
        "#,
        site.title,
        site.description,
        site.language,
        site.time_zone.name(),
        site.comment_policy.as_str(),
        site.registration.as_str(),
        i32::try_from(site.posts_per_page).unwrap_or(20),
        &site.second_factor_roles.iter().map(|role| role.as_str().to_owned()).collect::<Vec<_>>(),
        site.foreign_pictures,
        site.security_contact,
        Json(&site.checks) as _,
        site.review_first
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets the sealed mail server.
pub async fn set_smtp(db: impl PgExecutor<'_>, sealed: Option<&[u8]>) -> sqlx::Result<()> {
    sqlx::query!("update settings set smtp_sealed = $1, updated_at = now()", sealed).execute(db).await?;
    Ok(())
}
