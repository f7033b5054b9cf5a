//! Every SQL statement about sessions, apart from the store's own.

use sqlx::PgExecutor;

use super::{Role, User, UserId};

pub(super) struct Account {
    id: UserId,
    handle: String,
    name: String,
    email: Option<String>,
    email_verified: bool,
    role: Role,
    pub(super) epoch: i32,
}

impl Account {
    pub(super) fn user(self) -> User {
        let Self { id, handle, name, email, email_verified, role, epoch: _ } = self;
        User { id, handle, name, email, email_verified, role }
    }
}

pub(super) async fn account(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"
        select id, handle, name, email, email_verified_at is not null as "email_verified!",
            role as "role: Role", session_epoch as epoch
        from users
        where id = $1
        "#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Ends all sessions of a user: they fail at the next request, everywhere.
pub async fn delete_others_of_user(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where user_id = $1", user).execute(db).await?;
    Ok(())
}

/// Deletes sessions that are over anyway.
pub async fn delete_expired(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where expires_at < now()").execute(db).await?;
    Ok(())
}
