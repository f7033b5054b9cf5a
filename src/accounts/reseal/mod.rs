//! Sealing what lies open, and sealing anew what an older key sealed.

mod queries;

use sqlx::PgPool;

use super::second_factor;

use crate::{crypto::Keys, error::Result, mail::Address};

/// Seals the addresses, pending addresses and second factors that are not sealed with the key in force; how many.
/// Links under way end, because they are bound to addresses by the key.
///
/// # Errors
/// The database is away, or something is sealed with a key that is not configured.
pub async fn reseal(db: &PgPool, keys: &Keys) -> Result<usize> {
    let mut done = 0;
    for row in queries::addresses_to_seal(db, &keys.current()).await? {
        let address = match (&row.open, &row.sealed) {
            (Some(open), _) => Address::parse(open),
            (None, Some(sealed)) => Some(Address::open(keys, sealed)?),
            (None, None) => None,
        };
        // what is no address was refused by every form so far; nobody could be reached there
        let kept = address.map(|address| address.kept(keys));
        queries::set_address(db, row.id, kept).await?;
        done += 1;
    }
    for (user, sealed) in queries::second_factors_to_seal(db, &keys.current()).await? {
        let secret = keys.open(second_factor::SEALED, &sealed)?;
        queries::reseal_second_factor(db, user, &keys.seal(second_factor::SEALED, &secret)).await?;
        done += 1;
    }
    if done > 0 {
        queries::delete_links(db).await?;
    }
    Ok(done)
}

/// Password hashes that still need a key that is not in force: who logs in gets a new one.
///
/// # Errors
/// The database is away.
pub async fn hashes_with_older_keys(db: &PgPool, keys: &Keys) -> Result<i64> {
    Ok(queries::hashes_with_older_keys(db, &keys.current_in_hashes()).await?)
}

/// Mails in the queue: their addresses may be sealed with an older key until they are sent.
///
/// # Errors
/// The database is away.
pub async fn mails_waiting(db: &PgPool) -> Result<i64> {
    Ok(queries::mails_waiting(db).await?)
}
