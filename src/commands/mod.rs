//! The commands. Exit codes: 0 done, 1 failed with one clear line, 2 wrong usage.

mod data;
mod ground;
mod keys;
mod serve;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use url::Url;

/// A blog engine: one binary and PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "quire", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the blog, and work the queue in the same process
    Serve {
        /// Leave the queue to `quire work`
        #[arg(long)]
        no_worker: bool,
        /// Fill an empty database with a small blog to look at
        #[arg(long)]
        demo: bool,
    },
    /// Only work the queue
    Work,
    /// Bring the database's schema up to date
    Migrate {
        /// Change nothing; fail when something is to be done
        #[arg(long)]
        check: bool,
    },
    /// Accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Take over the posts of another blog
    #[command(subcommand)]
    Import(ImportCommand),
    /// Fill the database with made-up posts and comments, for measuring
    Seed {
        #[arg(long, default_value_t = 1000)]
        posts: u32,
        #[arg(long, default_value_t = 10_000)]
        comments: u32,
        /// The same number gives the same blog
        #[arg(long, default_value_t = 1)]
        seed: u32,
    },
    /// Render everything again that an older version of Quire rendered
    Rerender,
    /// Say whether the blog could run here
    Doctor,
    /// The keys that seal what is secret in the database
    #[command(subcommand)]
    Keys(KeysCommand),
    /// What the program gives to itself: see `quire::open_picture`
    #[command(hide = true)]
    OpenPicture { task: String },
    /// Print every variable with the value that is in force
    Config,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account; without --password-stdin, a link to choose a password is printed
    Create {
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// reader, author, editor, moderator or admin
        #[arg(long, default_value = "reader")]
        role: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change a role
    Role { email: String, role: String },
    /// Print a link that sets a new password
    ResetPassword { email: String },
    /// Change an address, without mails
    Email { old: String, new: String },
    /// Remove the second factor of somebody who has lost it
    ForgetSecondFactor { email: String },
    /// Sessions
    #[command(subcommand)]
    Sessions(SessionsCommand),
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Seal everything with a new key. With the embedded database the key is made; else set it as QUIRE_SECRET_KEY
    /// first, and the one until now as QUIRE_SECRET_KEY_PREVIOUS
    Rotate,
}

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// Log an account out everywhere
    Revoke { email: String },
}

/// Where the posts come from.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// A folder of Markdown files: Zola, Hugo, Jekyll
    Markdown {
        /// The blog's folder
        dir: PathBuf,
        #[command(flatten)]
        how: ImportArgs,
    },
    /// An export of WordPress: Tools, Export, All content (WXR)
    Wordpress {
        /// The file, *.xml
        file: PathBuf,
        #[command(flatten)]
        how: ImportArgs,
        #[command(flatten)]
        media: MediaArgs,
    },
    /// An export of Ghost: Settings, Labs, Export your content
    Ghost {
        /// The file, *.json
        file: PathBuf,
        #[command(flatten)]
        how: ImportArgs,
        #[command(flatten)]
        media: MediaArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Read and report, but change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Whose posts those without an author are
    #[arg(long)]
    pub(crate) author: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MediaArgs {
    /// The folder in which the pictures of the old blog lie, such as wp-content/uploads
    #[arg(long, value_name = "FOLDER", alias = "media-dir")]
    pub(crate) media: Option<PathBuf>,
    /// Ask the old blog for the pictures that are in no folder
    #[arg(long)]
    pub(crate) fetch_media: bool,
    /// Where the old blog is, if its export does not say so
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) site: Option<Url>,
}

impl Command {
    /// Does it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Serve { no_worker, demo } => serve::serve(no_worker, demo).await,
            Self::Work => serve::work().await,
            Self::Migrate { check } => data::migrate(check).await,
            Self::User(command) => user::run(command).await,
            Self::Import(command) => data::import(command).await,
            Self::Seed { posts, comments, seed } => data::seed(posts, comments, seed).await,
            Self::Rerender => data::rerender().await,
            Self::Doctor => data::doctor().await,
            Self::Keys(KeysCommand::Rotate) => keys::rotate().await,
            Self::OpenPicture { task } => quire::open_picture(&task),
            Self::Config => data::config(),
        }
    }
}
