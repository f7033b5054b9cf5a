//! Commands about the data.

use anyhow::bail;
use quire::{
    config::{Config, VARIABLES},
    db,
    imports::{self, Program},
    rerender_all, seed as seeding,
};

use super::{ImportArgs, ImportCommand, MediaArgs, ground::Ground};

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
pub(super) async fn migrate(check: bool) -> anyhow::Result<()> {
    let ground = Ground::prepare(true).await?;
    let result = if check { pending(&ground).await } else { db::migrate(&ground.db).await };
    if result.is_ok() {
        println!("the schema is up to date");
    }
    ground.leave().await;
    result
}

async fn pending(ground: &Ground) -> anyhow::Result<()> {
    let pending = db::pending(&ground.db).await?;
    if !pending.is_empty() {
        bail!("not applied yet: {}", pending.join(", "));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
pub(super) async fn seed(posts: u32, comments: u32, seed: u32) -> anyhow::Result<()> {
    let ground = Ground::prepare(true).await?;
    let app = ground.app().await?;
    let result = seeding::fill(&app, &seeding::Volume { posts, comments, seed }).await;
    ground.leave().await;
    result?;
    println!("added {posts} posts and {comments} comments");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
pub(super) async fn rerender() -> anyhow::Result<()> {
    let ground = Ground::prepare(true).await?;
    let app = ground.app().await?;
    let done = rerender_all(&app).await;
    ground.leave().await;
    println!("rendered {} texts again", done?);
    Ok(())
}

/// Everything that a start needs, tried without changing anything but the embedded server.
#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
pub(super) async fn doctor() -> anyhow::Result<()> {
    let ground = Ground::prepare(true).await?;
    println!("configuration: fine");
    let reached = db::ping(&ground.db).await;
    let pending = if reached.is_ok() { db::pending(&ground.db).await } else { Ok(Vec::new()) };
    ground.leave().await;
    reached?;
    println!("database: reached");
    let pending = pending?;
    if pending.is_empty() {
        println!("schema: up to date");
        return Ok(());
    }
    bail!("the schema is behind: run `quire migrate` ({})", pending.join(", "))
}

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
pub(super) fn config() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    for ((name, value), variable) in config.effective().into_iter().zip(VARIABLES) {
        println!("{name}={value}\n    {}", variable.doc);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is what was asked for")]
pub(super) async fn import(command: ImportCommand) -> anyhow::Result<()> {
    let (program, path, options) = match command {
        ImportCommand::Markdown { dir, how } => (Program::Markdown, dir, options(how, None)),
        ImportCommand::Wordpress { file, how, media } => {
            (Program::WordPress, file, options(how, Some(media)))
        }
        ImportCommand::Ghost { file, how, media } => (Program::Ghost, file, options(how, Some(media))),
    };
    let ground = Ground::prepare(true).await?;
    let app = ground.app().await?;
    let report = imports::import(&app, program, &path, &options).await;
    ground.leave().await;
    println!("{}", report?);
    Ok(())
}

fn options(how: ImportArgs, media: Option<MediaArgs>) -> imports::Options {
    let (folder, fetch_media, site) =
        media.map_or((None, false, None), |media| (media.media, media.fetch_media, media.site));
    imports::Options { dry_run: how.dry_run, author: how.author, media: folder, fetch_media, site }
}
