//! SQL of the runs.

use sqlx::{PgExecutor, types::Json};

use super::{
    forms::Wanted,
    model::{Line, Run, Said, Stand},
};
use crate::{
    imports::{Program, Report, Tally, model::Note},
    session::UserId,
};

/// The newest runs.
pub(super) async fn newest(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"
        select id, program as "program: Program", file_name, dry_run, state as "state: Stand", created_at
        from import_runs
        order by id desc
        limit $1
        "#,
        limit
    )
    .fetch_all(db)
    .await
}

pub(super) async fn by_id(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Run>> {
    sqlx::query_as!(
        Run,
        r#"
        select id, program as "program: Program", file_name, file_key, fetch_media, site, author, dry_run,
            state as "state: Stand", position, steps, tally as "tally: Json<Vec<Tally>>", pictures, failure, created_at
        from import_runs
        where id = $1
        "#,
        id
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    wanted: &Wanted,
    (file_name, file_key): (&str, &str),
    admin: UserId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into import_runs (program, file_name, file_key, fetch_media, site, author, dry_run, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id
        "#,
        wanted.program.as_str(),
        file_name,
        file_key,
        wanted.fetch_media,
        wanted.site,
        wanted.author,
        wanted.dry_run,
        admin
    )
    .fetch_one(db)
    .await
}

/// Makes a run that was only tried a real one, from the beginning; false when it is not over.
pub(super) async fn restart(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with cleared as (delete from import_notes where run_id = $1)
        update import_runs
        set dry_run = false, state = 'waiting', position = 0, steps = null, tally = '[]', pictures = 0,
            touched_at = now()
        where id = $1 and dry_run and state = 'done' and file_key is not null
        "#,
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a run that is over; the key of its file.
pub(super) async fn delete(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Option<String>>> {
    sqlx::query_scalar!(
        "delete from import_runs where id = $1 and state in ('done', 'failed') returning file_key",
        id
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn set_running(db: impl PgExecutor<'_>, id: i64, steps: Option<i64>) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_runs set state = 'running', steps = $2, touched_at = now() where id = $1 and state in ('waiting', 'running')",
        id,
        steps
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves a run by one step; false when it is not where this process believes it to be.
pub(super) async fn advance(
    db: impl PgExecutor<'_>,
    id: i64,
    position: i64,
    report: &Report,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update import_runs
        set position = $2 + 1, tally = $3, pictures = $4, touched_at = now()
        where id = $1 and position = $2 and state = 'running'
        "#,
        id,
        position,
        Json(&report.tally) as _,
        i64::try_from(report.pictures).unwrap_or(i64::MAX)
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn add_notes(db: impl PgExecutor<'_>, id: i64, notes: &[Note]) -> sqlx::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let items: Vec<String> = notes.iter().map(|note| note.item.clone()).collect();
    let fates: Vec<String> = notes.iter().map(|note| note.fate.word().to_owned()).collect();
    let texts: Vec<String> = notes.iter().map(|note| note.text.clone()).collect();
    sqlx::query!(
        r#"
        insert into import_notes (run_id, item, fate, text)
        select $1, n.item, n.fate, n.text
        from unnest($2::text[], $3::text[], $4::text[]) with ordinality as n (item, fate, text, place)
        order by n.place
        "#,
        id,
        &items,
        &fates,
        &texts
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn finish(db: impl PgExecutor<'_>, id: i64, report: &Report) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_runs set state = 'done', tally = $2, touched_at = now() where id = $1 and state = 'running'",
        id,
        Json(&report.tally) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn fail(db: impl PgExecutor<'_>, id: i64, sentence: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_runs set state = 'failed', failure = $2, touched_at = now() where id = $1",
        id,
        sentence
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The lines of a report, in order, and how many there are in all.
pub(super) async fn notes(db: impl PgExecutor<'_>, id: i64, limit: i64) -> sqlx::Result<(Vec<Said>, i64)> {
    let rows = sqlx::query!(
        r#"
        select item, fate, text, count(*) over () as "all!"
        from import_notes
        where run_id = $1
        order by id
        limit $2
        "#,
        id,
        limit
    )
    .fetch_all(db)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    Ok((rows.into_iter().map(|row| Said { item: row.item, fate: row.fate, text: row.text }).collect(), all))
}

/// Forgets the files of runs that have been over for a week; their keys.
pub(super) async fn forget_old(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<String>> {
    let keys = sqlx::query_scalar!(
        r#"
        with old as (
            select id, file_key from import_runs
            where file_key is not null and touched_at < now() - interval '7 days'
            for update
        )
        update import_runs r set file_key = null from old where old.id = r.id returning old.file_key
        "#
    )
    .fetch_all(db)
    .await?;
    Ok(keys.into_iter().flatten().collect())
}
