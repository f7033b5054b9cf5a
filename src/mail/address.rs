//! Addresses: checked when typed, sealed when kept, found by a keyed hash. A copy of the database names nobody.

use serde::{Deserialize, Serialize};

use crate::crypto::{Keys, hex};

const SEALED: &str = "address";
const KEY: &str = "address key";

/// An address that can receive mail, in lower case, at most 254 bytes long (RFC 5321, section 4.5.3.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Tidies what was typed; `None` when it is no address.
    pub fn parse(typed: &str) -> Option<Self> {
        let address = typed.trim().to_lowercase();
        let fine = address.len() <= 254 && address.parse::<lettre::Address>().is_ok();
        fine.then_some(Self(address))
    }

    /// As written in a mail.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn kept(&self, keys: &Keys) -> KeptAddress {
        KeptAddress { sealed: keys.seal(SEALED, &self.0), key: keys.hash(KEY, &self.0).to_vec() }
    }

    /// What to look for in the database: under each key that may have been used.
    pub fn lookup(&self, keys: &Keys) -> Vec<Vec<u8>> {
        keys.hashes(KEY, &self.0)
    }

    /// The address that was kept.
    ///
    /// # Errors
    /// Sealed with a key that is not configured, or changed by somebody.
    pub fn open(keys: &Keys, sealed: &[u8]) -> anyhow::Result<Self> {
        keys.open(SEALED, sealed).map(Self)
    }

    /// A name for counting, which tells nothing.
    pub fn pseudonym(&self, keys: &Keys) -> String {
        hex(&keys.hash(KEY, &self.0)[..12])
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address as it is kept: in two columns, or in a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAddress {
    /// For reading it again.
    #[serde(with = "base64_text")]
    pub sealed: Vec<u8>,
    /// For finding it.
    #[serde(with = "base64_text")]
    pub key: Vec<u8>,
}

mod base64_text {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD_NO_PAD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_unreadable_and_found_again() {
        let keys = Keys::new("0123456789abcdef0123456789abcdef".into(), []);
        let ada = Address::parse(" Ada@Example.org ").expect("an address");
        let kept = ada.kept(&keys);
        assert_eq!(ada.as_str(), "ada@example.org");
        assert_eq!(Address::open(&keys, &kept.sealed).expect("opened"), ada);
        assert!(ada.lookup(&keys).contains(&kept.key));
        let json = serde_json::to_string(&kept).expect("json");
        assert!(!json.contains("ada"));
        assert_eq!(serde_json::from_str::<KeptAddress>(&json).expect("read"), kept);
    }

    #[test]
    fn what_is_no_address_is_none() {
        for typed in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a b@example.org",
            "a@b@c",
            &format!("{}@x.org", "a".repeat(260)),
        ] {
            assert!(Address::parse(typed).is_none(), "{typed}");
        }
    }
}
