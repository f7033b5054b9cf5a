//! Secrets, codes, and checking them.

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use qrcode::{Color, QrCode};
use rand::Rng as _;
use sqlx::PgPool;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::queries;
use crate::{
    accounts::queries as accounts,
    crypto::{Keys, token_hash},
    error::Result,
    session::UserId,
    state::AppState,
};

/// What the secret of an account is sealed for.
pub(in crate::accounts) const SEALED: &str = "second factor";
const RECOVERY_CODES: usize = 10;
/// 20 characters of 32: 100 bits, so that a fast hash is enough.
const RECOVERY_LENGTH: usize = 20;
/// Neither I nor L, O nor U: what is read from paper is typed right (Crockford).
const RECOVERY_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::accounts) enum Proof {
    /// A code of the app.
    Code,
    /// One of the ten.
    RecoveryCode,
}

/// Checks a code of the app, or a recovery code, and uses it up: each is good once (RFC 6238, section 5.2).
pub(in crate::accounts) async fn check(app: &AppState, user: UserId, typed: &str) -> Result<Option<Proof>> {
    let code: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        let Some(kept) = queries::kept(&app.db, user).await? else { return Ok(None) };
        let secret = app.keys.open(SEALED, &kept.sealed)?;
        let Some(step) = step_of(&secret, &code, kept.now)? else { return Ok(None) };
        return Ok(queries::use_step(&app.db, user, step).await?.then_some(Proof::Code));
    }
    let used = queries::use_recovery_code(&app.db, user, &token_hash(&code.to_uppercase())).await?;
    Ok(used.then_some(Proof::RecoveryCode))
}

/// Removes the second factor and ends all sessions: the way back in at the server's command line.
///
/// # Errors
/// The database is away.
pub async fn forget_second_factor(db: &PgPool, user: UserId) -> Result<bool> {
    let mut tx = db.begin().await?;
    let had = queries::turn_off(&mut *tx, user).await?;
    accounts::end_sessions(&mut *tx, user).await?;
    tx.commit().await?;
    Ok(had)
}

/// The time step that `code` belongs to, if it is one of now, or half a minute off.
pub(super) fn step_of(secret: &str, code: &str, now: i64) -> anyhow::Result<Option<i64>> {
    let step = totp(secret, None)?.check(code, u64::try_from(now)?);
    Ok(step.map(i64::try_from).transpose()?)
}

/// A secret that is about to be set up: all of it is in the page, nothing in the database.
#[derive(Debug)]
pub(super) struct Setup {
    /// The secret in groups of four, for typing.
    pub(super) secret: String,
    /// For an app on the same device.
    pub(super) url: String,
    /// The dark modules, as the path of a drawing.
    pub(super) qr: String,
    /// Modules on a side, with the quiet zone.
    pub(super) qr_side: usize,
    /// The secret, sealed for this account: comes back with the first code.
    pub(super) sealed: String,
}

impl Setup {
    pub(super) fn fresh(keys: &Keys, user: UserId, names: (&str, &str)) -> anyhow::Result<Self> {
        let mut bytes = [0_u8; 20];
        rand::rng().fill_bytes(&mut bytes);
        Self::of(keys, user, names, &Secret::from(bytes.to_vec()).to_base32())
    }

    /// The same secret again, after a wrong first code.
    pub(super) fn of(
        keys: &Keys,
        user: UserId,
        (site, handle): (&str, &str),
        secret: &str,
    ) -> anyhow::Result<Self> {
        let url = totp(secret, Some((site, handle)))?.to_url().map_err(|error| anyhow::anyhow!("{error}"))?;
        let (qr, qr_side) = drawn(&url)?;
        let groups: Vec<&str> =
            secret.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        let sealed = URL_SAFE_NO_PAD.encode(keys.seal(&purpose(user), secret));
        Ok(Self { secret: groups.join(" "), url, qr, qr_side, sealed })
    }
}

/// The secret that a page of setting up brought back; `None` when it is not ours, or another account's.
pub(super) fn opened(keys: &Keys, user: UserId, sealed: &str) -> Option<String> {
    keys.open(&purpose(user), &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()
}

fn purpose(user: UserId) -> String {
    format!("second factor of {user} to be")
}

fn totp(secret: &str, names: Option<(&str, &str)>) -> anyhow::Result<Totp> {
    let (site, handle) = names.unwrap_or_default();
    let secret = Secret::try_from_base32(secret).map_err(|error| anyhow::anyhow!("{error}"))?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .with_account_name(handle)
        // a colon would end the name
        .with_issuer((!site.is_empty()).then(|| site.replace(':', " ")))
        .build()
        .map_err(|error| anyhow::anyhow!("{error}"))
}

fn drawn(text: &str) -> anyhow::Result<(String, usize)> {
    use std::fmt::Write as _;

    const QUIET: usize = 4;
    let code = QrCode::new(text).context("drawing a QR code")?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path = dark.fold(String::new(), |mut path, (at, _)| {
        write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET)
            .expect("writing to a String cannot fail");
        path
    });
    Ok((path, width + 2 * QUIET))
}

/// Ten fresh recovery codes, as they are shown once, and what is kept of them.
pub(super) fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let mut random = rand::rng();
    (0..RECOVERY_CODES)
        .map(|_| {
            let mut bytes = [0_u8; RECOVERY_LENGTH];
            random.fill_bytes(&mut bytes);
            let code: String =
                bytes.iter().map(|byte| char::from(RECOVERY_ALPHABET[usize::from(byte % 32)])).collect();
            let groups: Vec<&str> =
                code.as_bytes().chunks(5).filter_map(|group| std::str::from_utf8(group).ok()).collect();
            (groups.join("-"), token_hash(&code).to_vec())
        })
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test secret of RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard_and_half_a_minute_of_wrong_clocks_is_forgiven() {
        // appendix B, the last six digits
        for (now, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(step_of(SECRET, code, now).expect("a secret"), Some(now / 30), "{now}");
        }
        assert_eq!(step_of(SECRET, "287082", 59 + 30).expect("a secret"), Some(1));
        assert_eq!(step_of(SECRET, "287082", 59 + 90).expect("a secret"), None);
    }

    #[test]
    fn a_secret_to_be_comes_back_for_its_own_account_only() {
        let keys = Keys::new("0123456789abcdef0123456789abcdef".into(), []);
        let setup = Setup::fresh(&keys, 7, ("A: blog", "ada")).expect("a setup");
        let secret = opened(&keys, 7, &setup.sealed).expect("ours");
        assert_eq!(secret, setup.secret.replace(' ', ""));
        assert!(setup.url.starts_with("otpauth://totp/") && setup.url.contains(&secret), "{}", setup.url);
        assert!(setup.qr.starts_with("M4 4h1") && setup.qr_side > 29);
        assert_eq!(opened(&keys, 8, &setup.sealed), None);
        assert_eq!(opened(&keys, 7, "nonsense"), None);
    }

    #[test]
    fn recovery_codes_are_ten_long_and_kept_as_hashes() {
        let (codes, hashes) = recovery_codes();
        assert_eq!((codes.len(), hashes.len()), (10, 10));
        for (code, hash) in codes.iter().zip(hashes) {
            assert_eq!(code.len(), 23, "{code}");
            assert_eq!(token_hash(&code.replace('-', "")).to_vec(), hash);
        }
    }
}
