//! Passwords become argon2id hashes here, and nowhere on an async thread.

use std::sync::Arc;

use anyhow::Context;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Hashes and verifies passwords: argon2id with 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet), at
/// most as many at a time as there are cores, so that a flood of logins cannot take all memory or starve readers.
#[derive(Debug, Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
}

/// Verified against when no account matches, so that an unknown address takes as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXJhbmRvbXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Passwords {
    /// One slot per core.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { slots: Arc::new(Semaphore::new(cores)) }
    }

    /// A hash in PHC string format, with a salt of its own.
    ///
    /// # Errors
    /// Only when the process is shutting down.
    pub async fn hash(&self, password: &str) -> anyhow::Result<String> {
        let password = password.to_owned();
        self.run(move || {
            let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes())?;
            Ok(hash.to_string())
        })
        .await
    }

    /// True when `password` is the one that `hash` was made of. `None` (no such account, or one without a password)
    /// takes the same time and is false.
    ///
    /// # Errors
    /// A stored hash that is none, or the process is shutting down.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> anyhow::Result<bool> {
        let password = password.to_owned();
        let exists = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&hash).context("a stored password hash")?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && exists)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let _slot = self.slots.acquire().await.context("hashing is shut down")?;
        tokio::task::spawn_blocking(work).await.context("hashing was cut off")?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_known_and_others_are_not() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse battery").await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse battery", Some(&hash)).await.expect("verified"));
        assert!(!passwords.verify("correct horse batterz", Some(&hash)).await.expect("verified"));
        assert!(!passwords.verify("correct horse battery", None).await.expect("verified"));
    }
}
