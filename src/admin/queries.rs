//! SQL of this room.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::session::{Role, UserId};

/// The numbers of the overview.
pub(super) struct Overview {
    pub(super) published: i64,
    pub(super) drafts: i64,
    pub(super) people: i64,
    pub(super) held: i64,
    /// People who wait to be let in.
    pub(super) waiting: i64,
    pub(super) jobs_waiting: i64,
    pub(super) jobs_dead: i64,
    pub(super) oldest_held: Option<DateTime<Utc>>,
}

pub(super) async fn overview(db: impl PgExecutor<'_>) -> sqlx::Result<Overview> {
    sqlx::query_as!(
        Overview,
        r#"
        select (select count(*) from posts p where due(p)) as "published!",
            (select count(*) from posts where status = 'draft') as "drafts!",
            (select count(*) from users where email_key is not null) as "people!",
            (select n from comment_totals where state = 'held') as "held!",
            (select count(*) from users where approved_at is null and email_verified_at is not null) as "waiting!",
            (select count(*) from jobs where dead_at is null) as "jobs_waiting!",
            (select count(*) from jobs where dead_at is not null) as "jobs_dead!",
            (select created_at from comments where state = 'held' order by id limit 1) as oldest_held
        "#
    )
    .fetch_one(db)
    .await
}

/// Somebody in the list of people.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) email_sealed: Option<Vec<u8>>,
    pub(super) verified: bool,
    pub(super) approved: bool,
    pub(super) second_factor: bool,
    pub(super) role: Role,
    pub(super) created_at: DateTime<Utc>,
    pub(super) posts: i64,
}

impl Person {
    pub(super) fn key(&self) -> (DateTime<Utc>, UserId) {
        (self.created_at, self.id)
    }

    pub(super) fn has_role(&self, role: &Role) -> bool {
        self.role == *role
    }
}

/// People, the newest first.
pub(super) async fn people(
    db: impl PgExecutor<'_>,
    (pattern, email_keys): (Option<&str>, &[Vec<u8>]),
    role: Option<&str>,
    after: (DateTime<Utc>, UserId),
    limit: i64,
) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"
        select u.id, u.handle, u.name, u.email_sealed, u.email_verified_at is not null as "verified!",
            u.approved_at is not null as "approved!",
            u.totp_sealed is not null or exists (select from passkeys k where k.user_id = u.id) as "second_factor!",
            u.role as "role: Role", u.created_at,
            (select count(*) from post_authors a where a.user_id = u.id) as "posts!"
        from users u
        where u.deleted_at is null
            and ($1::text is null or u.name ilike $1 or u.handle ilike $1 or u.email_key = any($6))
            and ($2::text is null or u.role = $2)
            and (u.created_at, u.id) < ($3, $4)
        order by u.created_at desc, u.id desc
        limit $5
        "#,
        pattern,
        role,
        after.0,
        after.1,
        limit,
        email_keys
    )
    .fetch_all(db)
    .await
}

/// Somebody who is to be changed.
pub(super) struct Subject {
    pub(super) handle: String,
    pub(super) role: Role,
    pub(super) email_sealed: Option<Vec<u8>>,
}

pub(super) async fn subject(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<Subject>> {
    sqlx::query_as!(
        Subject,
        r#"select handle, role as "role: Role", email_sealed from users where id = $1 and deleted_at is null"#,
        id
    )
    .fetch_optional(db)
    .await
}
