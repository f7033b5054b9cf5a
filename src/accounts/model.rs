//! Making an account.

use sqlx::{PgConnection, PgPool};

use super::queries;
use crate::{
    crypto::{Keys, hex},
    error::{Result, UnlessTaken},
    mail::Address,
    session::{Role, UserId},
    text::Slug,
};

/// An account to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// As people see it.
    pub name: String,
    /// `None` for an author who never logs in.
    pub email: Option<Address>,
    /// True when nobody has to prove it: made by an admin or on the command line.
    pub email_verified: bool,
    /// False: an admin has to let them in.
    pub approved: bool,
    /// PHC string; `None`: to be set by a link.
    pub password_hash: Option<String>,
    /// What they may do.
    pub role: Role,
}

impl NewAccount {
    /// An author who never logs in: the name under imported posts.
    pub fn byline(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: None,
            email_verified: false,
            approved: true,
            password_hash: None,
            role: Role::Author,
        }
    }
}

/// The column holds 64: room for a number.
const LONGEST_HANDLE: usize = 56;
/// A handle that is taken gets a number; after this many something else is wrong.
const MOST_SUFFIXES: usize = 500;

/// Adds an account; `None` when the address has one already. The handle is made from the name.
///
/// # Errors
/// The database is away.
pub async fn create(db: &PgPool, keys: &Keys, new: &NewAccount) -> Result<Option<UserId>> {
    if let Some(email) = &new.email
        && queries::by_email(db, keys, email).await?.is_some()
    {
        return Ok(None);
    }
    let proposed = Slug::propose(&new.name).shortened(LONGEST_HANDLE);
    let mut handle = proposed.clone();
    for n in 2..MOST_SUFFIXES {
        let inserted = queries::insert(db, keys, new, handle.as_str()).await;
        match inserted.unless_taken("users_handle_key") {
            Ok(Some(id)) => return Ok(Some(id)),
            Ok(None) => handle = proposed.with_suffix(n),
            Err(error) => return Err::<UserId, _>(error).unless_taken("users_email_key_key"),
        }
    }
    Err(anyhow::anyhow!("no free handle for a new account").into())
}

/// The first admin: only while there is none, however many ask at once.
pub(super) async fn create_first_admin(
    db: &PgPool,
    keys: &Keys,
    new: &NewAccount,
) -> Result<Option<(UserId, String)>> {
    let mut tx = db.begin().await?;
    queries::lock_setup(&mut *tx).await?;
    if queries::has_admin(&mut *tx).await? {
        return Ok(None);
    }
    let handle = free_handle(&mut tx, &new.name).await?;
    let id = queries::insert(&mut *tx, keys, new, handle.as_str()).await?;
    tx.commit().await?;
    Ok(Some((id, handle.to_string())))
}

async fn free_handle(db: &mut PgConnection, name: &str) -> Result<Slug> {
    let proposed = Slug::propose(name).shortened(LONGEST_HANDLE);
    let taken = queries::handles_like(&mut *db, proposed.as_str()).await?;
    let numbered = (2..MOST_SUFFIXES).map(|n| proposed.with_suffix(n));
    let free =
        std::iter::once(proposed.clone()).chain(numbered).find(|handle| !taken.contains(&handle.to_string()));
    Ok(free.ok_or_else(|| anyhow::anyhow!("no free handle for a new account"))?)
}

/// The address where the first admin is made. Only who reads the server's log (or has its key) knows it.
pub fn setup_path(keys: &Keys) -> String {
    format!("/setup?token={}", setup_token(keys))
}

pub(super) fn setup_token(keys: &Keys) -> String {
    hex(&keys.hash("setup", "first admin")[..12])
}
