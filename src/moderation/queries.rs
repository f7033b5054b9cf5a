//! Every SQL statement of the desk.

use sqlx::PgExecutor;

use super::model::{History, Item, LogLine, Total};
use crate::{comments::State, text::SafeHtml};

/// How many comments are in each state.
pub(super) async fn totals(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Total>> {
    sqlx::query_as!(Total, r#"select state as "state: State", n from comment_totals"#).fetch_all(db).await
}

/// What narrows a list.
pub(super) struct Wanted<'a> {
    pub(super) state: State,
    pub(super) pattern: Option<&'a str>,
    pub(super) post: Option<&'a str>,
    pub(super) person: Option<&'a [u8]>,
    /// The keys of the address that was searched for.
    pub(super) email_keys: &'a [Vec<u8>],
    pub(super) before: i64,
    pub(super) limit: i64,
}

/// The ids of a list, the newest first.
pub(super) async fn ids(db: impl PgExecutor<'_>, wanted: &Wanted<'_>) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        select c.id
        from comments c
        where c.state = $1 and c.id < $2
            and ($3::text is null or c.body_md ilike $3 or c.guest_name ilike $3 or c.guest_email_key = any($7)
                or exists (select from users u where u.id = c.author_id and u.name ilike $3))
            and ($4::text is null or c.post_id = (select p.id from posts p where p.slug = $4))
            and ($5::bytea is null or c.person_key = $5)
        order by c.id desc
        limit $6
        "#,
        wanted.state.as_str(),
        wanted.before,
        wanted.pattern,
        wanted.post,
        wanted.person,
        wanted.limit,
        wanted.email_keys
    )
    .fetch_all(db)
    .await
}

/// Some comments with their surroundings, the newest first.
pub(super) async fn items(db: impl PgExecutor<'_>, ids: &[i64]) -> sqlx::Result<Vec<Item>> {
    sqlx::query_as!(
        Item,
        r#"
        select c.id, c.version, c.state as "state: State", coalesce(u.name, c.guest_name, 'Somebody') as "name!",
            c.author_id, c.guest_email_sealed, c.person_key, c.body_html as "body_html: SafeHtml", c.held_reason,
            c.created_at, c.decided_at, d.name as "decided_by?", p.slug as post_slug, p.title as post_title,
            coalesce(pu.name, parent.guest_name) as parent_name, left(parent.body_md, 400) as parent_text
        from comments c
        join posts p on p.id = c.post_id
        left join users u on u.id = c.author_id
        left join users d on d.id = c.decided_by
        left join comments parent on parent.id = c.parent_id
        left join users pu on pu.id = parent.author_id
        where c.id = any($1)
        order by c.id desc
        "#,
        ids
    )
    .fetch_all(db)
    .await
}

/// What became of the comments of some people.
pub(super) async fn histories(db: impl PgExecutor<'_>, people: &[Vec<u8>]) -> sqlx::Result<Vec<History>> {
    sqlx::query_as!(
        History,
        r#"
        select person_key,
            count(*) filter (where state = 'published') as "published!",
            count(*) filter (where state = 'held') as "held!",
            count(*) filter (where state in ('rejected', 'trashed')) as "turned_down!",
            count(*) filter (where state = 'spam') as "spam!"
        from comments
        where person_key = any($1)
        group by person_key
        "#,
        people
    )
    .fetch_all(db)
    .await
}

/// The comment that this one answers, the one that that one answers, and so on, the first one first.
pub(super) async fn ancestors(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Vec<i64>> {
    let path = sqlx::query_scalar!("select path from comments where id = $1", id).fetch_optional(db).await?;
    Ok(path.unwrap_or_default().into_iter().filter(|ancestor| *ancestor != id).collect())
}

/// What happened to a comment, the newest first.
pub(super) async fn log(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Vec<LogLine>> {
    sqlx::query_as!(
        LogLine,
        r#"
        select l.at, u.name as "actor?", l.action, l.from_state, l.to_state
        from moderation_log l
        left join users u on u.id = l.actor_id
        where l.comment_id = $1
        order by l.seq desc
        limit 200
        "#,
        id
    )
    .fetch_all(db)
    .await
}
