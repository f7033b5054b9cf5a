//! Where PostgreSQL's server programs are.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::Command,
};

/// Debian, Homebrew (both processors), Postgres.app, source builds: each with a folder per version, or none.
const PLACES: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ("/usr", "bin"),
    ("/usr/local/pgsql", ""),
];

/// A folder with `initdb`, `pg_ctl` and `postgres`.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) major: u32,
}

/// All installed versions, the newest first.
pub(super) fn installed() -> Vec<Programs> {
    let mut seen = HashSet::new();
    let mut found: Vec<Programs> = folders()
        .iter()
        .filter_map(|folder| probe(folder))
        // a link in one folder may lead into another: count it once
        .filter(|programs| seen.insert(programs.folder.join("initdb").canonicalize().ok()))
        .collect();
    found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    found
}

fn folders() -> Vec<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where programs are is no configuration of ours")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for (root, tail) in PLACES {
        let versions = std::fs::read_dir(root).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join(tail)));
    }
    folders
}

fn probe(folder: &Path) -> Option<Programs> {
    if !["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file()) {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    Some(Programs { folder: folder.to_owned(), major: major(&String::from_utf8_lossy(&output.stdout))? })
}

/// From `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_all_kinds_of_builds() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("nonsense"), None);
    }
}
