//! Every SQL statement about the people who wrote comments.

use sqlx::PgExecutor;

use crate::{mail::KeptAddress, session::UserId};

/// An address that is to be sealed with the key in force.
pub(super) struct KeptOrOpen {
    pub(super) id: i64,
    pub(super) open: Option<String>,
    pub(super) sealed: Option<Vec<u8>>,
}

pub(super) async fn addresses_to_seal(
    db: impl PgExecutor<'_>,
    current: &[u8],
) -> sqlx::Result<Vec<KeptOrOpen>> {
    sqlx::query_as!(
        KeptOrOpen,
        r#"
        select id, guest_email as open, guest_email_sealed as sealed
        from comments
        where guest_email is not null or substring(guest_email_sealed from 2 for 4) <> $1
        "#,
        current
    )
    .fetch_all(db)
    .await
}

pub(super) async fn set_address(
    db: impl PgExecutor<'_>,
    id: i64,
    kept: Option<KeptAddress>,
    person_key: Option<Vec<u8>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update comments
        set guest_email = null, guest_email_sealed = $2, guest_email_key = $3, person_key = coalesce($4, person_key)
        where id = $1
        "#,
        id,
        kept.as_ref().map(|kept| kept.sealed.as_slice()),
        kept.as_ref().map(|kept| kept.key.as_slice()),
        person_key
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Accounts that have written comments.
pub(super) async fn writers(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(r#"select distinct author_id as "id!" from comments where author_id is not null"#)
        .fetch_all(db)
        .await
}

pub(super) async fn set_person(db: impl PgExecutor<'_>, user: UserId, person_key: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "update comments set person_key = $2 where author_id = $1 and person_key <> $2",
        user,
        person_key
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Comments of somebody that they could still take back.
pub(super) async fn standing_of(
    db: impl PgExecutor<'_>,
    user: UserId,
    limit: i64,
) -> sqlx::Result<Vec<(i64, i32)>> {
    let rows = sqlx::query!(
        r#"
        select id, version
        from comments
        where author_id = $1 and state in ('held', 'published')
        order by id
        limit $2
        "#,
        user,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Erases the words of somebody who has left.
pub(super) async fn erase_words_of(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!("update comments set body_md = '(erased)', body_html = '' where author_id = $1", user)
        .execute(db)
        .await?;
    Ok(())
}
