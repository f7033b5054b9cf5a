//! Random tokens, keyed hashes and signatures: the only place that knows how secrets are made and compared.

mod passwords;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

pub use passwords::Passwords;

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

/// Two small letters or digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}

/// The key of keyed hashes and signatures, derived from `QUIRE_SECRET_KEY`. Each use names its purpose, so that a
/// value made for one can never pass for another.
#[derive(Clone)]
pub struct Keys {
    secret: SecretString,
}

impl Keys {
    /// Takes the configured secret key.
    pub fn new(secret: SecretString) -> Self {
        Self { secret }
    }

    /// A keyed hash: equal for equal text, and of no use to anybody without the key.
    pub fn hash(&self, purpose: &str, text: &str) -> [u8; 32] {
        self.mac(purpose, text).finalize().into_bytes().into()
    }

    /// `text` with its signature, safe in cookies and hidden fields.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(self.hash(purpose, text)))
    }

    /// The text of a value made by [`Keys::sign`] for the same purpose; `None` for anything else.
    pub fn verify(&self, purpose: &str, signed: &str) -> Option<String> {
        let (text, signature) = signed.split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let genuine: bool = self.hash(purpose, &text).as_slice().ct_eq(&signature).into();
        genuine.then_some(text)
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(SecretString::from("0123456789abcdef0123456789abcdef"))
    }

    #[test]
    fn a_signed_text_comes_back_and_a_changed_one_does_not() {
        let signed = keys().sign("flash", "Saved. ✓");
        assert_eq!(keys().verify("flash", &signed).as_deref(), Some("Saved. ✓"));
        assert_eq!(keys().verify("other", &signed), None);
        let mut changed = signed.clone().into_bytes();
        changed[0] ^= 1;
        assert_eq!(keys().verify("flash", &String::from_utf8(changed).expect("ascii")), None);
        assert_eq!(keys().verify("flash", "nonsense"), None);
    }

    #[test]
    fn tokens_are_long_and_never_equal() {
        let (a, b) = (random_token(), random_token());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert_ne!(token_hash(&a), token_hash(&b));
    }
}
