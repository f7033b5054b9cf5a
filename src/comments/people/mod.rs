//! Who wrote, told apart without telling who it is; and what remains when they leave.

mod queries;

use sqlx::PgPool;

use super::{
    decisions,
    model::{Actor, Decision, Pick},
};
use crate::{crypto::Keys, error::Result, mail::Address, session::UserId};

/// What the keyed hash of a person is for.
pub(in crate::comments) const PERSON: &str = "person";

pub(in crate::comments) fn account_person(user: UserId) -> String {
    format!("user:{user}")
}

pub(in crate::comments) fn address_person(email: &Address) -> String {
    format!("mail:{email}")
}

/// Seals the addresses of guests that are not sealed with the key in force, and makes the keys of people anew that can
/// be made anew (of accounts and addresses; those of a name and a network are found by the older keys); how many.
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
        let person = address.as_ref().map(|address| keys.hash(PERSON, &address_person(address)).to_vec());
        queries::set_address(db, row.id, address.map(|address| address.kept(keys)), person).await?;
        done += 1;
    }
    for user in queries::writers(db).await? {
        let person = keys.hash(PERSON, &account_person(user));
        queries::set_person(db, user, &person).await?;
    }
    Ok(done)
}

/// Takes back everything that somebody wrote, and erases the words. Answers of others stay where they are.
///
/// # Errors
/// The database is away; what is done is done, and doing it again goes on from there.
pub async fn take_back_all(db: &PgPool, user: UserId) -> Result<()> {
    loop {
        let standing = queries::standing_of(db, user, 500).await?;
        if standing.is_empty() {
            break;
        }
        let picks: Vec<Pick> = standing.into_iter().map(|(id, version)| Pick { id, version }).collect();
        decisions::decide(db, (user, Actor::Writer), Decision::Withdraw, &picks).await?;
    }
    Ok(queries::erase_words_of(db, user).await?)
}
