//! The two ceremonies: adding a passkey, and signing in with one. What a ceremony must remember is sealed into its page,
//! and good once.

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
        RegisterPublicKeyCredential,
    },
};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::queries;
use crate::{
    crypto::{Keys, token_hash},
    error::Result,
    session::{User, UserId},
    state::AppState,
};

const SIGNING_IN: &str = "passkey to sign in";
/// A page may be open for so long.
const SECONDS: i64 = 600;

/// What a page needs for its button.
#[derive(Debug)]
pub(in crate::accounts) struct Challenge {
    /// What the browser is asked, as JSON.
    pub(in crate::accounts) options: String,
    /// What we have to remember, sealed.
    pub(in crate::accounts) state: String,
}

#[derive(Serialize, Deserialize)]
struct Remembered<T> {
    ceremony: T,
    expires_at: i64,
}

impl Challenge {
    fn new(
        keys: &Keys,
        purpose: &str,
        options: &impl Serialize,
        ceremony: impl Serialize,
    ) -> anyhow::Result<Self> {
        let remembered = Remembered { ceremony, expires_at: Utc::now().timestamp() + SECONDS };
        let sealed = keys.seal(purpose, &serde_json::to_string(&remembered)?);
        Ok(Self { options: serde_json::to_string(options)?, state: URL_SAFE_NO_PAD.encode(sealed) })
    }
}

/// For signing in: whoever holds a passkey of this blog. `None`: the blog has no name that passkeys can be bound to.
pub(in crate::accounts) fn challenge(app: &AppState) -> Result<Option<Challenge>> {
    let Some(webauthn) = webauthn(app) else { return Ok(None) };
    let (mut options, state) =
        webauthn.start_discoverable_authentication().context("starting to ask for a passkey")?;
    // a button asks, not the field of the address
    options.mediation = None;
    Ok(Some(Challenge::new(&app.keys, SIGNING_IN, &options, state)?))
}

/// Who has answered the challenge; `None` when nobody did, not in time, or a second time.
pub(in crate::accounts) async fn check(
    app: &AppState,
    challenge: &str,
    credential: &str,
) -> Result<Option<UserId>> {
    let Some(webauthn) = webauthn(app) else { return Ok(None) };
    let Some(state) = remembered::<DiscoverableAuthentication>(app, SIGNING_IN, challenge).await? else {
        return Ok(None);
    };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(credential) else { return Ok(None) };
    let Ok((handle, credential_id)) = webauthn.identify_discoverable_authentication(&answer) else {
        return Ok(None);
    };
    let Some(kept) = queries::find(&app.db, handle, credential_id).await? else { return Ok(None) };

    let mut passkey: Passkey =
        serde_json::from_value(kept.credential).context("a passkey in the database")?;
    let Ok(result) = webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey) else {
        return Ok(None);
    };
    passkey.update_credential(&result);
    let credential = serde_json::to_value(&passkey).map_err(anyhow::Error::from)?;
    queries::used(&app.db, kept.id, &credential).await?;
    Ok(Some(kept.user_id))
}

/// For adding a passkey to an account; `None` as for [`challenge`].
pub(super) async fn challenge_for(app: &AppState, user: &User) -> Result<Option<Challenge>> {
    let Some(webauthn) = webauthn(app) else { return Ok(None) };
    let Some((handle, known)) = queries::known(&app.db, user.id).await? else { return Ok(None) };
    let (mut options, state) = webauthn
        .start_passkey_registration(handle, &user.handle, &user.name, Some(known))
        .context("starting to add a passkey")?;
    // the device has to know the account: nobody types an address when signing in with it
    let selection = options.public_key.authenticator_selection.get_or_insert_default();
    selection.resident_key = Some(ResidentKeyRequirement::Required);
    selection.require_resident_key = true;
    Ok(Some(Challenge::new(&app.keys, &adding(user.id), &options, state)?))
}

/// The passkey that answers the challenge, and its name among all; `None` when it does not.
pub(super) async fn answered(
    app: &AppState,
    user: UserId,
    challenge: &str,
    credential: &str,
) -> Result<Option<(Vec<u8>, serde_json::Value)>> {
    let Some(webauthn) = webauthn(app) else { return Ok(None) };
    let Some(state) = remembered::<PasskeyRegistration>(app, &adding(user), challenge).await? else {
        return Ok(None);
    };
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(credential) else {
        return Ok(None);
    };
    let Ok(passkey) = webauthn.finish_passkey_registration(&answer, &state) else { return Ok(None) };
    let json = serde_json::to_value(&passkey).map_err(anyhow::Error::from)?;
    Ok(Some((passkey.cred_id().clone(), json)))
}

async fn remembered<T: DeserializeOwned>(app: &AppState, purpose: &str, sealed: &str) -> Result<Option<T>> {
    let opened = URL_SAFE_NO_PAD.decode(sealed).ok().and_then(|sealed| app.keys.open(purpose, &sealed).ok());
    let remembered = opened.and_then(|json| serde_json::from_str::<Remembered<T>>(&json).ok());
    let Some(remembered) = remembered else { return Ok(None) };
    let good = queries::spend(&app.db, &token_hash(sealed), remembered.expires_at).await?;
    Ok(good.then_some(remembered.ceremony))
}

fn adding(user: UserId) -> String {
    format!("passkey to add to {user}")
}

/// Passkeys are bound to a name: not to a bare address of the network.
fn webauthn(app: &AppState) -> Option<Webauthn> {
    let base = &app.config.base_url;
    let site = app.site.get();
    WebauthnBuilder::new(base.domain()?, base).ok()?.rp_name(&site.title).build().ok()
}
