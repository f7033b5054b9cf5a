//! A copy of somebody's data: a zip with JSON for machines and Markdown for people, written to disk piece by piece so
//! that a long life here does not fill the memory.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
};

use anyhow::Context;
use chrono::SecondsFormat;
use serde::Serialize;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::queries;
use crate::{
    audit,
    error::Result,
    mail::Address,
    session::{self, User},
    state::AppState,
};

const BATCH: i64 = 200;

#[derive(Serialize)]
struct Account<'a> {
    #[serde(flatten)]
    profile: &'a queries::Profile,
    email: Option<String>,
}

#[derive(Serialize)]
struct Device {
    device: String,
    network: String,
    created_at: String,
    last_used_at: String,
}

#[derive(Serialize)]
struct Event {
    at: String,
    by: String,
    action: String,
    detail: String,
    network: Option<String>,
}

/// Writes the copy into a file without a name, which goes when it is closed; it stands at its beginning.
///
/// # Errors
/// The database is away, or the disk is full.
pub(super) async fn write(app: &AppState, user: &User) -> Result<(File, u64)> {
    let file = tempfile::tempfile().context("making a file for a copy of data")?;
    let mut zip = Archive(ZipWriter::new(file));

    let profile = queries::profile(&app.db, user.id).await?;
    let email = profile.email_sealed.as_deref().map(|sealed| Address::open(&app.keys, sealed)).transpose()?;
    let email = email.map(|email| email.to_string());
    zip.json("account.json", &Account { profile: &profile, email })?;
    if let Some(picture) = profile.avatar.as_deref().and_then(|path| path.strip_prefix("/media/"))
        && let Some(bytes) = app.files.get(picture).await?
    {
        zip.add(&format!("picture{}", &picture[picture.rfind('.').unwrap_or(picture.len())..]), &bytes)?;
    }
    zip.json("devices.json", &devices(app, user).await?)?;
    zip.json("log.json", &events(app, user).await?)?;
    add_posts(app, user, &mut zip).await?;
    zip.json("notes.json", &queries::notes(&app.db, user.id).await?)?;
    zip.json("comments.json", &comments(app, user).await?)?;

    let mut file = zip.0.finish().context("closing a copy of data")?;
    let length = file.seek(SeekFrom::End(0)).context("measuring a copy of data")?;
    file.seek(SeekFrom::Start(0)).context("rewinding a copy of data")?;
    Ok((file, length))
}

async fn devices(app: &AppState, user: &User) -> Result<Vec<Device>> {
    let sessions = session::list(&app.db, user.id).await?;
    Ok(sessions
        .into_iter()
        .map(|session| Device {
            device: session.device,
            network: session.network,
            created_at: session.created_at.to_rfc3339(),
            last_used_at: session.last_used_at.to_rfc3339(),
        })
        .collect())
}

async fn events(app: &AppState, user: &User) -> Result<Vec<Event>> {
    let entries = audit::of_user(&app.db, user.id, &user.handle).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            // where an admin sat is not this person's to know
            let own = entry.actor == user.handle;
            Event {
                at: entry.at.to_rfc3339(),
                network: entry.network.filter(|_| own).map(|network| network.to_string()),
                by: entry.actor,
                action: entry.action,
                detail: entry.detail,
            }
        })
        .collect())
}

async fn add_posts(app: &AppState, user: &User, zip: &mut Archive) -> Result<()> {
    let mut after = 0;
    loop {
        let posts = queries::posts(&app.db, user.id, after, BATCH).await?;
        let Some((last, _)) = posts.last() else { return Ok(()) };
        after = *last;
        for (id, post) in posts {
            zip.add(&format!("posts/{id}-{}.md", post.slug), markdown(&post)?.as_bytes())?;
        }
    }
}

fn markdown(post: &queries::Post) -> anyhow::Result<String> {
    #[derive(Serialize)]
    struct Front<'a> {
        title: &'a str,
        slug: &'a str,
        status: &'a str,
        created: String,
        date: Option<String>,
    }

    let moment = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let front = toml::to_string(&Front {
        title: &post.title,
        slug: &post.slug,
        status: &post.status,
        created: moment(post.created_at),
        date: post.publish_at.map(moment),
    })?;
    Ok(format!("+++\n{front}+++\n\n{}\n", post.body_md))
}

async fn comments(app: &AppState, user: &User) -> Result<Vec<queries::Comment>> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |comment: &queries::Comment| comment.id);
        let batch = queries::comments(&app.db, user.id, after, BATCH).await?;
        if batch.is_empty() {
            return Ok(all);
        }
        all.extend(batch);
    }
}

struct Archive(ZipWriter<File>);

impl Archive {
    fn json(&mut self, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
        self.add(name, &serde_json::to_vec_pretty(value)?)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.0
            .start_file(name, SimpleFileOptions::default())
            .context("beginning a file of a copy of data")?;
        self.0.write_all(bytes).context("writing a copy of data")
    }
}
