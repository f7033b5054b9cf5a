//! The keys made of `QUIRE_SECRET_KEY`: keyed hashes, signatures, sealed texts, the pepper of passwords.

use std::sync::Arc;

use anyhow::{Context, bail};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Which key something was made with; says nothing about the key.
pub type KeyId = [u8; 4];

/// Layout of a sealed text: this byte, the key's id, a nonce, then ciphertext and tag.
const FORMAT: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 1 + size_of::<KeyId>() + NONCE;

/// The secret keys: the first one is in force, the others still open what was made before a rotation. Each use names
/// its purpose, so that a value made for one can never pass for another.
#[derive(Clone)]
pub struct Keys {
    ring: Arc<[Key]>,
}

struct Key {
    id: KeyId,
    secret: SecretString,
}

impl Keys {
    /// Takes the configured key, and those that were in force before it.
    pub fn new(current: SecretString, previous: impl IntoIterator<Item = SecretString>) -> Self {
        Self { ring: std::iter::once(current).chain(previous).map(Key::new).collect() }
    }

    /// The id of the key in force.
    pub fn current(&self) -> KeyId {
        self.first().id
    }

    /// The id of the key in force, as password hashes name it (PHC string format: base64 without padding).
    pub fn current_in_hashes(&self) -> String {
        STANDARD_NO_PAD.encode(self.current())
    }

    /// A keyed hash: equal for equal text, and of no use to anybody without the key.
    pub fn hash(&self, purpose: &str, text: &str) -> [u8; 32] {
        self.first().hash(purpose, text)
    }

    /// The keyed hash under every key that may have been used: for finding what a rotation has not reached yet.
    pub fn hashes(&self, purpose: &str, text: &str) -> Vec<Vec<u8>> {
        self.ring.iter().map(|key| key.hash(purpose, text).to_vec()).collect()
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
        let genuine = |key: &Key| bool::from(key.hash(purpose, &text).as_slice().ct_eq(&signature));
        self.ring.iter().any(genuine).then_some(text)
    }

    /// `text` so that only a holder of the key can read or make it: XChaCha20-Poly1305 with a random nonce, the
    /// purpose bound to it (draft-irtf-cfrg-xchacha, RFC 8439).
    pub fn seal(&self, purpose: &str, text: &str) -> Vec<u8> {
        let key = self.first();
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: text.as_bytes(), aad: purpose.as_bytes() };
        let sealed = key
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("encryption fails only for texts of 256 GB");
        [&[FORMAT][..], &key.id, &nonce, &sealed].concat()
    }

    /// The text of a value made by [`Keys::seal`] for the same purpose.
    ///
    /// # Errors
    /// Sealed with a key that is not configured any more, for another purpose, or changed by somebody.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> anyhow::Result<String> {
        let Some((head, body)) = sealed.split_at_checked(HEAD) else { bail!("a sealed text is too short") };
        let (id, nonce) = head[1..].split_at(size_of::<KeyId>());
        let key = self.ring.iter().find(|key| head[0] == FORMAT && key.id == id);
        let key = key.context("a text is sealed with a key that is not configured (QUIRE_SECRET_KEY)")?;
        let nonce = XNonce::try_from(nonce).context("a nonce of another length")?;
        let opened = key.cipher().decrypt(&nonce, Payload { msg: body, aad: purpose.as_bytes() });
        let Ok(bytes) = opened else { bail!("a sealed text ({purpose}) cannot be opened: it was changed") };
        String::from_utf8(bytes).context("a sealed text is not text")
    }

    /// True when `sealed` was made with the key in force.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..=size_of::<KeyId>()) == Some(&self.current()[..])
    }

    /// What is mixed into passwords before they are hashed, so that a copy of the database alone cannot be guessed
    /// at (OWASP Password Storage Cheat Sheet, peppering). `None`: that key is not configured any more.
    pub(super) fn pepper(&self, id: &[u8]) -> Option<[u8; 32]> {
        self.ring.iter().find(|key| key.id == id).map(|key| key.hash("pepper", "password"))
    }

    fn first(&self) -> &Key {
        self.ring.first().expect("made with at least one key")
    }
}

impl Key {
    fn new(secret: SecretString) -> Self {
        let mut key = Self { id: KeyId::default(), secret };
        let hash = key.hash("key id", "");
        key.id.copy_from_slice(&hash[..size_of::<KeyId>()]);
        key
    }

    fn hash(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.hash("seal", "").into())
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

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    fn keys() -> Keys {
        Keys::new(OLD.into(), [])
    }

    fn rotated() -> Keys {
        Keys::new(NEW.into(), [OLD.into()])
    }

    #[test]
    fn a_signed_text_comes_back_and_a_changed_one_does_not() {
        let signed = keys().sign("flash", "Saved. ✓");
        assert_eq!(keys().verify("flash", &signed).as_deref(), Some("Saved. ✓"));
        assert_eq!(rotated().verify("flash", &signed).as_deref(), Some("Saved. ✓"));
        assert_eq!(keys().verify("other", &signed), None);
        let mut changed = signed.clone().into_bytes();
        changed[0] ^= 1;
        assert_eq!(keys().verify("flash", &String::from_utf8(changed).expect("ascii")), None);
        assert_eq!(keys().verify("flash", "nonsense"), None);
    }

    #[test]
    fn a_sealed_text_is_opened_by_its_key_for_its_purpose_and_never_when_changed() {
        let sealed = keys().seal("mail", "ada@example.org");
        assert!(!sealed.windows(3).any(|part| part == b"ada"));
        assert_ne!(sealed, keys().seal("mail", "ada@example.org"), "no two are equal");
        assert_eq!(keys().open("mail", &sealed).expect("opened"), "ada@example.org");
        assert!(keys().open("other", &sealed).is_err());
        assert!(Keys::new(NEW.into(), []).open("mail", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys().open("mail", &changed).is_err(), "byte {at}");
            assert!(keys().open("mail", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn after_a_rotation_the_old_is_still_read_and_the_new_is_written() {
        let old = keys().seal("mail", "x");
        assert_eq!(rotated().open("mail", &old).expect("opened"), "x");
        assert!(keys().is_current(&old) && !rotated().is_current(&old));
        assert!(rotated().is_current(&rotated().seal("mail", "x")));
        assert!(rotated().hashes("mail", "x").contains(&keys().hash("mail", "x").to_vec()));
    }
}
