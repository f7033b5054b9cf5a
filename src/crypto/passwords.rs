//! Passwords become argon2id hashes here, and nowhere on an async thread.

use std::sync::Arc;

use anyhow::Context;
use argon2::{
    Algorithm, Argon2, KeyId as ArgonKeyId, Params, ParamsBuilder, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use unicode_normalization::UnicodeNormalization as _;

use super::{Keys, line::Line};

/// What a password hash costs. The default is OWASP's floor (Password Storage Cheat Sheet): 19 MiB, 2 passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Hashes at a time in this process; further ones wait.
    pub parallel: usize,
}

/// What checking a password has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password.
    Wrong,
    /// The password, hashed as one would today.
    Right,
    /// The password, hashed with an older cost or key: time to hash it anew.
    Outdated,
}

/// Hashes and verifies passwords: argon2id, peppered with the secret key, a bounded number at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    line: Line,
    strangers: Line,
    params: Params,
    keys: Keys,
    /// Verified against when no account matches, so that an unknown address takes as long as a wrong password.
    nobody: Arc<str>,
}

impl Passwords {
    /// Hashes with this cost and the key in force.
    ///
    /// # Errors
    /// The cost is none that argon2 knows.
    pub fn new(cost: PasswordCost, keys: Keys) -> anyhow::Result<Self> {
        let keyid = ArgonKeyId::new(&keys.current()).map_err(|error| anyhow::anyhow!("{error}"))?;
        let params = ParamsBuilder::new()
            .m_cost(cost.memory)
            .t_cost(cost.passes)
            .p_cost(1)
            .keyid(keyid)
            .build()
            .map_err(|error| anyhow::anyhow!("the cost of passwords: {error}"))?;
        let nobody = hash(&keys, &params, "nobody's password")?.into();
        let (line, strangers) = Line::pair(cost.parallel.max(1));
        Ok(Self { line, strangers, params, keys, nobody })
    }

    /// The same for somebody whom we have not met: they wait in a line of their own, so that a flood of them holds up
    /// nobody whom we know.
    #[must_use]
    pub fn for_strangers(&self) -> Self {
        Self { line: self.strangers.clone(), ..self.clone() }
    }

    /// A hash in PHC string format, with a salt of its own and the id of the key that peppers it.
    ///
    /// # Errors
    /// [`Busy`](super::Busy), or the process is shutting down.
    pub async fn hash(&self, password: &str) -> anyhow::Result<String> {
        let (keys, params, password) = (self.keys.clone(), self.params.clone(), normalized(password));
        self.line.run(move || hash(&keys, &params, &password)).await
    }

    /// Whether `password` is the one that `known` was made of. `None` (no such account, or one without a password)
    /// takes the same time and is wrong.
    ///
    /// # Errors
    /// [`Busy`](super::Busy), a stored hash that is none, or the process is shutting down.
    pub async fn verify(&self, password: &str, known: Option<&str>) -> anyhow::Result<Verdict> {
        let (keys, params, password) = (self.keys.clone(), self.params.clone(), normalized(password));
        let exists = known.is_some();
        let known = known.unwrap_or(&self.nobody).to_owned();
        self.line
            .run(move || {
                let verdict = verify(&keys, &params, &password, &known)?;
                Ok(if exists { verdict } else { Verdict::Wrong })
            })
            .await
    }
}

/// The same characters always give the same bytes, on whatever keyboard they were typed (RFC 8265, OpaqueString).
fn normalized(password: &str) -> String {
    password.nfc().collect()
}

fn hash(keys: &Keys, params: &Params, password: &str) -> anyhow::Result<String> {
    let pepper = keys.pepper(params.keyid()).context("the key in force is configured")?;
    let hash: PasswordHash = argon2(&pepper, params)?.hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

fn verify(keys: &Keys, params: &Params, password: &str, known: &str) -> anyhow::Result<Verdict> {
    let known = PasswordHash::new(known).context("a stored password hash")?;
    let used = Params::try_from(&known).context("the cost of a stored password hash")?;
    let fits = if used.keyid().is_empty() {
        // made before there was a pepper
        Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
    } else {
        let pepper = keys.pepper(used.keyid());
        let pepper = pepper.context("a password was hashed with a key that is not configured any more")?;
        argon2(&pepper, params)?.verify_password(password.as_bytes(), &known).is_ok()
    };
    let today = (params.m_cost(), params.t_cost(), params.keyid());
    Ok(match fits {
        false => Verdict::Wrong,
        true if (used.m_cost(), used.t_cost(), used.keyid()) == today => Verdict::Right,
        true => Verdict::Outdated,
    })
}

fn argon2<'a>(pepper: &'a [u8], params: &Params) -> anyhow::Result<Argon2<'a>> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone())
        .map_err(|error| anyhow::anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Busy, line};

    const COST: PasswordCost = PasswordCost { memory: 19_456, passes: 2, parallel: 2 };
    const PASSWORD: &str = "correct horse battery";

    fn keys(current: &str, previous: &[&str]) -> Keys {
        Keys::new(current.repeat(32).into(), previous.iter().map(|key| key.repeat(32).into()))
    }

    fn passwords(cost: PasswordCost, keys: Keys) -> Passwords {
        Passwords::new(cost, keys).expect("a cost")
    }

    #[tokio::test]
    async fn p6_the_right_password_is_known_and_others_are_not() {
        let passwords = passwords(COST, keys("a", &[]));
        let hash = passwords.hash(PASSWORD).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{hash}");
        for (typed, known, verdict) in [
            (PASSWORD, Some(&hash), Verdict::Right),
            ("correct horse batterz", Some(&hash), Verdict::Wrong),
            (PASSWORD, None, Verdict::Wrong),
            ("nobody's password", None, Verdict::Wrong),
        ] {
            let known = known.map(String::as_str);
            assert_eq!(passwords.verify(typed, known).await.expect("verified"), verdict, "{typed}");
        }
    }

    #[tokio::test]
    async fn p6_a_hash_of_another_cost_or_key_is_good_once_more_and_outdated() {
        let old = passwords(COST, keys("a", &[])).hash(PASSWORD).await.expect("hashed");
        let plain: PasswordHash = Argon2::default().hash_password(PASSWORD.as_bytes()).expect("hashed");
        let dearer = passwords(PasswordCost { passes: 3, ..COST }, keys("a", &[]));
        let rotated = passwords(COST, keys("b", &["a"]));
        let forgotten = passwords(COST, keys("b", &[]));
        for (passwords, hash) in
            [(&dearer, old.clone()), (&rotated, old.clone()), (&rotated, plain.to_string())]
        {
            assert_eq!(passwords.verify(PASSWORD, Some(&hash)).await.expect("verified"), Verdict::Outdated);
        }
        assert!(forgotten.verify(PASSWORD, Some(&old)).await.is_err());
        let copied = passwords(COST, keys("c", &["a"])).verify("other", Some(&old)).await;
        assert_eq!(copied.expect("verified"), Verdict::Wrong);
    }

    #[tokio::test]
    async fn p9_a_flood_of_passwords_is_turned_away_before_it_fills_the_memory() {
        let passwords = passwords(COST, keys("a", &[]));
        let flood = (0..line::LONGEST + 40).map(|_| passwords.hash(PASSWORD));
        let done = futures_util::future::join_all(flood).await;
        let refused = done.iter().filter(|hash| hash.as_ref().is_err_and(anyhow::Error::is::<Busy>));
        assert_eq!(refused.count(), 40);
        assert!(passwords.hash(PASSWORD).await.is_ok(), "the places are given back");
    }

    #[tokio::test]
    async fn p9_a_flood_of_strangers_does_not_hold_up_those_we_know() {
        let passwords = passwords(PasswordCost { parallel: 1, ..COST }, keys("a", &[]));
        let strangers = passwords.for_strangers();
        let flood: Vec<_> = (0..2 * line::STRANGERS)
            .map(|_| {
                let strangers = strangers.clone();
                tokio::spawn(async move { strangers.verify(PASSWORD, None).await })
            })
            .collect();
        tokio::task::yield_now().await;
        passwords.hash(PASSWORD).await.expect("hashed");
        let waiting = flood.iter().filter(|guess| !guess.is_finished()).count();
        assert!(waiting > line::STRANGERS / 2, "{waiting} still wait");
    }
}
