//! Random tokens, keyed hashes, signatures, sealed texts: the only place that knows how secrets are made and compared.

mod keys;
mod line;
mod passphrase;
mod passwords;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;
use sha2::{Digest, Sha256};

pub use keys::{KeyId, Keys};
pub use line::Busy;
pub use passphrase::passphrase;
pub use passwords::{PasswordCost, Passwords, Verdict};

/// A fresh 256-bit secret for a link, a cookie or a key, safe in URLs (43 characters).
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a token: whoever reads the database cannot use it. Tokens are random, so a fast hash is enough
/// (OWASP Forgot Password Cheat Sheet).
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// SHA-256 of some bytes, for telling contents apart.
pub fn content_hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The same of what is read piece by piece.
///
/// # Errors
/// It cannot be read to its end.
pub fn content_hash_of(mut content: impl std::io::Read) -> std::io::Result<[u8; 32]> {
    let (mut hash, mut piece) = (Sha256::new(), [0; 16 * 1024]);
    loop {
        match content.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&piece[..n]),
        }
    }
}

/// Two small letters or digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_equal() {
        let (a, b) = (random_token(), random_token());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_ne!(token_hash(&a), token_hash(&b));
    }
}
