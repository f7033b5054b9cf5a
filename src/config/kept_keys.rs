//! The secret key beside an embedded database: made by itself, readable by its owner only. The first line is the key in
//! force, further ones are those before it.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use secrecy::SecretString;

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("secret-key")
}

/// The key in force and those before it; makes the first one.
///
/// # Errors
/// The file cannot be read or written, or holds no key.
pub fn read(data_dir: &Path) -> anyhow::Result<(SecretString, Vec<SecretString>)> {
    let path = path(data_dir);
    if !path.exists() {
        std::fs::create_dir_all(data_dir)
            .with_context(|| format!("making the folder {}", data_dir.display()))?;
        let fresh = crate::crypto::random_token();
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        match made {
            Ok(mut file) => file.write_all(fresh.as_bytes()).context("writing the secret key")?,
            // another process was first: its key is ours too
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("making {}", path.display())),
        }
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut keys = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match keys.next() {
        Some(current) if current.len() >= 32 => Ok((current.into(), keys.map(SecretString::from).collect())),
        _ => bail!(
            "{} holds no key of 32 characters or more: put the one from your backup there",
            path.display()
        ),
    }
}

/// Puts these keys into the file, the one in force first. Either all of it is there afterwards, or nothing changed.
///
/// # Errors
/// The file cannot be written.
pub fn write(data_dir: &Path, keys: &[&str]) -> anyhow::Result<()> {
    let (path, fresh) = (path(data_dir), data_dir.join("secret-key.new"));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .with_context(|| format!("making {}", fresh.display()))?;
    file.write_all(keys.join("\n").as_bytes()).context("writing the secret key")?;
    file.sync_all().context("writing the secret key")?;
    std::fs::rename(&fresh, &path).with_context(|| format!("replacing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_older_ones_are_kept_behind_a_new_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (made, none) = read(folder.path()).expect("made");
        let (again, _) = read(folder.path()).expect("read");
        assert_eq!(made.expose_secret(), again.expose_secret());
        assert!(none.is_empty());
        let fresh = "f".repeat(40);
        write(folder.path(), &[&fresh, made.expose_secret()]).expect("written");
        let (current, previous) = read(folder.path()).expect("read");
        assert_eq!(current.expose_secret(), fresh);
        assert_eq!(previous[0].expose_secret(), made.expose_secret());
    }
}
