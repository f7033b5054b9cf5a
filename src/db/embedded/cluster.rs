//! One PostgreSQL cluster in a folder: made, started, stopped. Everything here blocks.

use std::{
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use sqlx::postgres::PgConnectOptions;

use super::discover::{Programs, installed};

/// Only names the socket file: nothing listens on a port.
const PORT: u16 = 5432;
const ROLE: &str = "postgres";
/// A socket's path holds at most 107 bytes.
const LONGEST_SOCKET: usize = 100;

/// See the module.
#[derive(Debug)]
pub(super) struct Cluster {
    programs: Programs,
    folder: PathBuf,
    socket: PathBuf,
    account: Option<Account>,
}

/// Whom the server runs as when we are root: PostgreSQL refuses to be root.
#[derive(Debug, Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Cluster {
    /// Starts the server, making the cluster first if there is none; false when it was running already.
    pub(super) fn start(folder: &Path) -> anyhow::Result<(Self, bool)> {
        let account = account()?;
        let mut folder = std::path::absolute(folder)?;
        if account.is_some() && !others_can_enter(&folder) {
            let fallback = PathBuf::from("/var/lib/quire/postgres");
            tracing::warn!(
                wanted = %folder.display(), using = %fallback.display(),
                "the unprivileged account of PostgreSQL cannot enter the wanted folder"
            );
            folder = fallback;
        }
        let cluster =
            Self { programs: programs_for(&folder)?, socket: socket_folder(&folder), folder, account };

        let parent = cluster.folder.parent().context("the database needs a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        // two commands at once: one makes and starts the cluster, the other waits and joins
        let lock = fs::File::create(cluster.folder.with_extension("lock")).context("making the lock file")?;
        lock.lock().context("waiting for another process that starts the database")?;
        cluster.make_folders()?;
        if !cluster.folder.join("PG_VERSION").is_file() {
            cluster.initdb()?;
        }
        let started = !cluster.is_running()?;
        if started {
            cluster.launch()?;
        }
        Ok((cluster, started))
    }

    pub(super) fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(PORT)
            .username(ROLE)
            .database(database)
    }

    pub(super) fn stop(&self) -> anyhow::Result<()> {
        let status = self
            .command("pg_ctl")
            .args(["stop", "-w", "-m", "fast", "-D"])
            .arg(&self.folder)
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "pg_ctl stop: {status}");
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.folder.join(program));
        command.stdin(Stdio::null()).current_dir("/");
        for variable in ["PGDATA", "PGPORT", "PGHOST"] {
            command.env_remove(variable);
        }
        if let Some(account) = self.account {
            command.gid(account.gid).uid(account.uid);
        }
        command
    }

    /// Both folders are readable by the server's account only: inside, everybody is trusted.
    fn make_folders(&self) -> anyhow::Result<()> {
        for folder in [&self.folder, &self.socket] {
            if !folder.exists() {
                fs::DirBuilder::new()
                    .mode(0o700)
                    .create(folder)
                    .with_context(|| format!("making the folder {}", folder.display()))?;
            }
            let owner = fs::symlink_metadata(folder)?.uid();
            let wanted = self.account.map_or_else(|| nix::unistd::geteuid().as_raw(), |account| account.uid);
            if owner != wanted {
                let ours =
                    self.account.with_context(|| format!("{} belongs to somebody else", folder.display()))?;
                ensure!(
                    fs::read_dir(folder)?.next().is_none(),
                    "{} belongs to somebody else",
                    folder.display()
                );
                std::os::unix::fs::chown(folder, Some(ours.uid), Some(ours.gid))?;
            }
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    fn initdb(&self) -> anyhow::Result<()> {
        let mut said = String::new();
        for locale in ["C.UTF-8", "C"] {
            let output = self
                .command("initdb")
                .arg("-D")
                .arg(&self.folder)
                .args([
                    "-U",
                    ROLE,
                    "-E",
                    "UTF8",
                    "--auth-local=trust",
                    "--auth-host=reject",
                    "--data-checksums",
                ])
                .arg(format!("--locale={locale}"))
                .output()?;
            if output.status.success() {
                return Ok(());
            }
            said = String::from_utf8_lossy(&output.stderr).into_owned();
        }
        bail!("the database could not be made: {}", said.trim())
    }

    fn launch(&self) -> anyhow::Result<()> {
        let log = self.folder.join("server.log");
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c unix_socket_permissions=0700 -p {PORT}",
            self.socket.display()
        );
        let output = self
            .command("pg_ctl")
            .args(["start", "-w", "-t", "60", "-D"])
            .arg(&self.folder)
            .arg("-l")
            .arg(&log)
            .arg("-o")
            .arg(&options)
            .output()?;
        if !output.status.success() && !self.is_running()? {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let last = said.lines().last().unwrap_or_default();
            bail!("the embedded PostgreSQL did not start: {last} (see {})", log.display());
        }
        Ok(())
    }

    fn is_running(&self) -> anyhow::Result<bool> {
        let status = self
            .command("pg_ctl")
            .args(["status", "-D"])
            .arg(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        match status.code() {
            Some(0) => self.is_really_running(),
            Some(3) => Ok(false),
            other => bail!("pg_ctl status said {other:?} about {}", self.folder.display()),
        }
    }

    /// A killed server that nobody reaps (a container without init) stays a zombie, and pg_ctl takes it for alive. It
    /// holds nothing: its pid and socket files are stale.
    fn is_really_running(&self) -> anyhow::Result<bool> {
        let pid_file = self.folder.join("postmaster.pid");
        let pid = fs::read_to_string(&pid_file).unwrap_or_default();
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.lines().next().unwrap_or_default()));
        let is_zombie = stat.is_ok_and(|stat| {
            stat.rsplit_once(')').is_some_and(|(_, state)| state.trim_start().starts_with('Z'))
        });
        if is_zombie {
            fs::remove_file(&pid_file)?;
            for name in [format!(".s.PGSQL.{PORT}.lock"), format!(".s.PGSQL.{PORT}")] {
                // gone already is as good
                drop(fs::remove_file(self.socket.join(name)));
            }
        }
        Ok(!is_zombie)
    }
}

/// The version that made the cluster; the newest for a new one.
fn programs_for(folder: &Path) -> anyhow::Result<Programs> {
    let made_by =
        fs::read_to_string(folder.join("PG_VERSION")).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let found = installed();
    match made_by {
        Some(major) => found.into_iter().find(|programs| programs.major == major).with_context(|| {
            format!("{} was made by PostgreSQL {major}, which is not installed any more", folder.display())
        }),
        None => found.into_iter().next().context(
            "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql; macOS: brew install \
             postgresql). Install it, or set DATABASE_URL to a server that runs",
        ),
    }
}

fn account() -> anyhow::Result<Option<Account>> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = nix::unistd::User::from_name(name)? {
            return Ok(Some(Account { uid: user.uid.as_raw(), gid: user.gid.as_raw() }));
        }
    }
    bail!("PostgreSQL refuses to run as root, and there is neither a 'postgres' nor a 'nobody' account")
}

/// True when every folder above can be entered by an account that is neither its owner nor in its group.
fn others_can_enter(path: &Path) -> bool {
    path.ancestors().skip(1).all(|folder| match fs::metadata(folder) {
        Ok(metadata) => metadata.permissions().mode() & 0o001 != 0,
        // not there yet: we make it, and let others in
        Err(_) => true,
    })
}

/// Beside the data, or in a short place when that path would be too long for a socket.
fn socket_folder(folder: &Path) -> PathBuf {
    let beside = folder.with_extension("run");
    let plain = !beside.as_os_str().as_bytes().contains(&b'\'');
    if plain && beside.as_os_str().len() + ".s.PGSQL.5432".len() < LONGEST_SOCKET {
        return beside;
    }
    let hash = crate::crypto::content_hash(folder.as_os_str().as_bytes());
    PathBuf::from(format!("/tmp/quire-{}", crate::crypto::hex(&hash[..8])))
}
