//! Every SQL statement about comments, apart from the moderators' lists.

use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::model::{Decision, Pick, State};
use crate::{mail::KeptAddress, session::UserId, text::SafeHtml};

/// A line of a thread.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) depth: i32,
    pub(super) name: String,
    pub(super) author_id: Option<UserId>,
    pub(super) body_html: SafeHtml,
    pub(super) state: State,
    pub(super) created_at: DateTime<Utc>,
    pub(super) by_post_author: bool,
}

/// The comments of a post that `viewer` may see, in reading order: published ones, removed ones that still carry
/// published answers (as tombstones), and the viewer's own that wait.
pub(super) async fn thread(
    db: impl PgExecutor<'_>,
    post_id: i64,
    viewer: Option<UserId>,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select c.id, array_length(c.path, 1) as "depth!", coalesce(u.name, c.guest_name, 'Somebody') as "name!",
            c.author_id, c.body_html as "body_html: SafeHtml", c.state as "state: State", c.created_at,
            c.author_id is not null and exists (
                select from post_authors a where a.post_id = c.post_id and a.user_id = c.author_id
            ) as "by_post_author!"
        from comments c
        left join users u on u.id = c.author_id
        where c.post_id = $1
            and (
                c.state = 'published'
                or (c.state = 'held' and c.author_id = $2)
                or c.id = any(array(
                    select distinct unnest(d.path) from comments d where d.post_id = $1 and d.state = 'published'
                ))
            )
            and c.path > coalesce((select a.path from comments a where a.id = $3), '{}')
        order by c.path
        limit $4
        "#,
        post_id,
        viewer,
        after,
        limit
    )
    .fetch_all(db)
    .await
}

/// The post that a comment is for, and the comment that it answers.
pub(super) struct Target {
    pub(super) post_id: i64,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) comments_open: bool,
    pub(super) by_viewer: bool,
    pub(super) parent_id: Option<i64>,
    pub(super) parent_name: Option<String>,
    pub(super) parent_html: Option<SafeHtml>,
}

pub(super) async fn target(
    db: impl PgExecutor<'_>,
    slug: &str,
    parent: Option<i64>,
    viewer: Option<UserId>,
) -> sqlx::Result<Option<Target>> {
    sqlx::query_as!(
        Target,
        r#"
        select p.id as post_id, p.slug, p.title,
            p.comments_open and (p.comments_close_at is null or p.comments_close_at > now()) as "comments_open!",
            exists (select from post_authors a where a.post_id = p.id and a.user_id = $3) as "by_viewer!",
            c.id as "parent_id?", coalesce(u.name, c.guest_name) as parent_name,
            c.body_html as "parent_html?: SafeHtml"
        from posts p
        left join comments c on c.id = $2 and c.post_id = p.id and c.state = 'published'
        left join users u on u.id = c.author_id
        where p.slug = $1 and p.kind = 'post' and live(p)
        "#,
        slug,
        parent,
        viewer
    )
    .fetch_optional(db)
    .await
}

/// What is inserted.
pub(super) struct Insert<'a> {
    pub(super) post_id: i64,
    pub(super) parent_id: Option<i64>,
    pub(super) author_id: Option<UserId>,
    pub(super) guest_name: Option<&'a str>,
    pub(super) guest_email: Option<KeptAddress>,
    pub(super) person_key: &'a [u8],
    pub(super) body_md: &'a str,
    pub(super) body_html: &'a str,
    pub(super) state: State,
    pub(super) held_reason: Option<&'a str>,
    pub(super) ip_prefix: Option<IpNetwork>,
}

/// Adds a comment and the first line of its history.
pub(super) async fn insert(db: &mut PgConnection, new: &Insert<'_>) -> sqlx::Result<i64> {
    let id = sqlx::query_scalar!(
        r#"
        insert into comments (id, post_id, parent_id, path, author_id, guest_name, guest_email_sealed, guest_email_key,
            person_key, body_md, body_html, renderer_version, state, held_reason, ip_prefix)
        overriding system value
        select n.id, $1, $2, coalesce((select c.path from comments c where c.id = $2), '{}') || n.id,
            $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        from (select nextval(pg_get_serial_sequence('comments', 'id')) as id) as n
        returning id
        "#,
        new.post_id,
        new.parent_id,
        new.author_id,
        new.guest_name,
        new.guest_email.as_ref().map(|kept| kept.sealed.as_slice()),
        new.guest_email.as_ref().map(|kept| kept.key.as_slice()),
        new.person_key,
        new.body_md,
        new.body_html,
        crate::text::RENDERER_VERSION,
        new.state.as_str(),
        new.held_reason,
        new.ip_prefix
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        insert into moderation_log (actor_id, action, comment_id, to_state, to_version, reason_code, bulk_id)
        values ($1, 'submit', $2, $3, 1, $4, $5)
        "#,
        new.author_id,
        id,
        new.state.as_str(),
        new.held_reason,
        Uuid::new_v4()
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// Dates a comment as its source does.
pub(super) async fn set_imported(db: impl PgExecutor<'_>, id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update comments set source = 'import', created_at = $2 where id = $1", id, at)
        .execute(db)
        .await?;
    Ok(())
}

/// Makes two submits of one person wait for each other, until the transaction ends.
pub(super) async fn lock_person(db: impl PgExecutor<'_>, person_key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 7))", person_key)
        .execute(db)
        .await?;
    Ok(())
}

/// The same text from the same person under the same post within ten minutes: a form sent twice.
pub(super) async fn same_again(
    db: impl PgExecutor<'_>,
    new: &Insert<'_>,
) -> sqlx::Result<Option<(i64, State)>> {
    let row = sqlx::query!(
        r#"
        select id, state as "state: State"
        from comments
        where person_key = $1 and post_id = $2 and body_md = $3 and parent_id is not distinct from $4
            and created_at > now() - interval '10 minutes'
        order by id desc
        limit 1
        "#,
        new.person_key,
        new.post_id,
        new.body_md,
        new.parent_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.state)))
}

/// True when this person has a published comment and nothing that was spam.
pub(super) async fn is_known(db: impl PgExecutor<'_>, person_keys: &[Vec<u8>]) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from comments where person_key = any($1) and state = 'published')
            and not exists (select from comments where person_key = any($1) and state in ('spam', 'rejected')) as "known!"
        "#,
        person_keys
    )
    .fetch_one(db)
    .await
}

/// Where a comment is read.
pub(super) struct Place {
    pub(super) slug: String,
    /// The visible comment before it, when it lies beyond the first page of a very long thread.
    pub(super) after: Option<i64>,
}

/// Comments are counted through, so the address of one says nothing of a post that is not listed.
pub(super) async fn place(db: impl PgExecutor<'_>, id: i64, page: i64) -> sqlx::Result<Option<Place>> {
    sqlx::query_as!(
        Place,
        r#"
        select p.slug, case when earlier.n >= $2 then earlier.last end as after
        from comments c
        join posts p on p.id = c.post_id
        cross join lateral (
            select count(*) as n, (array_agg(e.id order by e.path desc))[1] as last
            from comments e
            where e.post_id = c.post_id and e.state = 'published' and e.path < c.path
        ) as earlier
        where c.id = $1 and c.state = 'published' and listed(p)
        "#,
        id,
        page
    )
    .fetch_optional(db)
    .await
}

/// A comment of one's own.
pub(super) struct Own {
    pub(super) id: i64,
    pub(super) version: i32,
    pub(super) slug: String,
    pub(super) body_html: SafeHtml,
}

/// A comment that `writer` may still take back.
pub(super) async fn withdrawable(
    db: impl PgExecutor<'_>,
    id: i64,
    writer: UserId,
) -> sqlx::Result<Option<Own>> {
    sqlx::query_as!(
        Own,
        r#"
        select c.id, c.version, p.slug, c.body_html as "body_html: SafeHtml"
        from comments c
        join posts p on p.id = c.post_id
        where c.id = $1 and c.author_id = $2 and c.state in ('held', 'published')
        "#,
        id,
        writer
    )
    .fetch_optional(db)
    .await
}

/// A comment whose row is locked until the transaction ends.
pub(super) struct Locked {
    pub(super) id: i64,
    pub(super) state: State,
    pub(super) version: i32,
}

/// Locks comments in the order of their ids, so that two bulk decisions never wait for each other in a circle.
pub(super) async fn lock(db: impl PgExecutor<'_>, ids: &[i64]) -> sqlx::Result<Vec<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"select id, state as "state: State", version from comments where id = any($1) order by id for update"#,
        ids
    )
    .fetch_all(db)
    .await
}

/// Moves locked comments to one state.
pub(super) async fn set_state(
    db: impl PgExecutor<'_>,
    ids: &[i64],
    to: State,
    decider: UserId,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update comments
        set state = $2, version = version + 1, decided_at = now(), decided_by = $3
        where id = any($1)
        "#,
        ids,
        to.as_str(),
        decider
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One decision over some comments.
pub(super) struct LogEntry {
    pub(super) actor: UserId,
    pub(super) action: Decision,
    pub(super) to: State,
    pub(super) bulk_id: Uuid,
}

/// Writes the history of a decision: a row for each comment.
pub(super) async fn log(db: impl PgExecutor<'_>, entry: &LogEntry, moved: &[Locked]) -> sqlx::Result<()> {
    let ids: Vec<i64> = moved.iter().map(|row| row.id).collect();
    let from: Vec<String> = moved.iter().map(|row| row.state.as_str().to_owned()).collect();
    let versions: Vec<i32> = moved.iter().map(|row| row.version + 1).collect();
    sqlx::query!(
        r#"
        insert into moderation_log (actor_id, action, comment_id, from_state, to_state, to_version, bulk_id)
        select $1, $2, m.id, m.from_state, $3, m.version, $4
        from unnest($5::bigint[], $6::text[], $7::int[]) as m (id, from_state, version)
        "#,
        entry.actor,
        entry.action.as_str(),
        entry.to.as_str(),
        entry.bulk_id,
        &ids,
        &from,
        &versions
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts the comments of a decision back where they were, unless something has happened to them since; the number put
/// back and the number left. Decisions older than 30 days stay.
pub(super) async fn undo(db: &mut PgConnection, bulk_id: Uuid, actor: UserId) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"
        with decided as (
            select l.comment_id, l.from_state, l.to_state, l.to_version
            from moderation_log l
            where l.bulk_id = $1 and l.from_state is not null and l.action <> 'undo'
                and l.at > now() - interval '30 days'
        ),
        undone as (
            update comments c
            set state = d.from_state, version = c.version + 1, decided_at = now(), decided_by = $2
            from decided d
            where c.id = d.comment_id and c.version = d.to_version
            returning c.id, c.version, d.from_state, d.to_state
        ),
        logged as (
            insert into moderation_log (actor_id, action, comment_id, from_state, to_state, to_version, bulk_id, undoes)
            select $2, 'undo', u.id, u.to_state, u.from_state, u.version, $3, $1
            from undone u
            returning 1
        )
        select (select count(*) from undone) as "undone!", (select count(*) from decided) as "decided!",
            (select count(*) from logged) as "logged!"
        "#,
        bulk_id,
        actor,
        Uuid::new_v4()
    )
    .fetch_one(db)
    .await?;
    Ok((row.undone, row.decided - row.undone))
}

/// Erases network addresses that are older than 30 days.
pub async fn forget_addresses(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "update comments set ip_prefix = null where ip_prefix is not null and created_at < now() - interval '30 days'"
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Comments that were rendered by an older version, oldest first.
pub(super) async fn outdated(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        "select id, body_md from comments where renderer_version < $1 order by id limit $2",
        crate::text::RENDERER_VERSION,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.body_md)).collect())
}

/// Saves the HTML of comments that were rendered again.
pub(super) async fn set_html(db: impl PgExecutor<'_>, ids: &[i64], html: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update comments c
        set body_html = n.html, renderer_version = $3
        from unnest($1::bigint[], $2::text[]) as n (id, html)
        where c.id = n.id
        "#,
        ids,
        html,
        crate::text::RENDERER_VERSION
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The ids of some picks.
pub(super) fn ids(picks: &[Pick]) -> Vec<i64> {
    picks.iter().map(|pick| pick.id).collect()
}
