//! `quire keys`: a new key for everything that is sealed.

use anyhow::bail;
use quire::{
    AppState, accounts,
    audit::{Action, Trail},
    config::{Config, kept_keys},
    crypto, reseal_all,
};
use secrecy::ExposeSecret as _;

use super::ground::Ground;

pub(super) async fn rotate() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    if config.database_url.is_none() {
        // the new one first: what is sealed from now on is sealed with it, and the old one still opens the rest
        let known = std::iter::once(&config.secret_key).chain(&config.previous_keys);
        let keys: Vec<String> = std::iter::once(crypto::random_token())
            .chain(known.map(|key| key.expose_secret().to_owned()))
            .collect();
        kept_keys::write(&config.data_dir, &keys.iter().map(String::as_str).collect::<Vec<_>>())?;
    } else if config.previous_keys.is_empty() {
        bail!(
            "set the new key as QUIRE_SECRET_KEY and the one until now as QUIRE_SECRET_KEY_PREVIOUS, then start this \
             again (make a key with: openssl rand -hex 32)"
        );
    }
    let ground = Ground::prepare(true).await?;
    let app = ground.app().await?;
    let result = rotate_on(&app).await;
    ground.leave().await;
    result
}

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
async fn rotate_on(app: &AppState) -> anyhow::Result<()> {
    let sealed = reseal_all(app).await?;
    Trail::command_line()
        .note(&app.db, Action::KeysRotated, "the keys", &format!("{sealed} sealed anew"))
        .await?;
    let waiting = accounts::hashes_with_older_keys(&app.db, &app.keys).await?;
    println!("{sealed} secrets are sealed with the new key");
    let mails = accounts::mails_waiting(&app.db).await?;
    if mails > 0 {
        println!(
            "{mails} mails in the queue may need the older keys until they are sent: keep them until then"
        );
    }
    if waiting == 0 && mails == 0 {
        println!("nothing needs the older keys any more: they can go");
    } else if waiting > 0 {
        println!(
            "{waiting} passwords need the older keys until their owners log in: keep them (QUIRE_SECRET_KEY_PREVIOUS, \
             or the further lines of the file secret-key)"
        );
    }
    println!("restart all running processes: those with the old key alone cannot read what is new");
    Ok(())
}
