//! The mails of review: to editors when a post waits, to its author when it comes back or comes out.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::queries;
use crate::{
    accounts,
    jobs::Job,
    mail::{Address, Mail},
    posts::{desk::model::desk_path, model::PostId},
    session::UserId,
    site::Site,
    state::AppState,
    text::dates,
};

/// Tells somebody what became of a post. When it is no longer true by the time it is sent, nobody gets it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendReview {
    post: PostId,
    to: UserId,
    news: News,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum News {
    /// It waits for an editor, since then.
    Submitted { round: DateTime<Utc> },
    /// It comes back with this note.
    SentBack { review: i64 },
    /// Somebody published what had waited since then.
    Published { by: UserId, round: DateTime<Utc> },
}

impl SendReview {
    pub(super) fn submitted(post: PostId, to: UserId, round: DateTime<Utc>) -> Self {
        Self { post, to, news: News::Submitted { round } }
    }

    pub(super) fn sent_back(post: PostId, to: UserId, review: i64) -> Self {
        Self { post, to, news: News::SentBack { review } }
    }

    pub(super) fn published(post: PostId, to: UserId, (by, round): (UserId, DateTime<Utc>)) -> Self {
        Self { post, to, news: News::Published { by, round } }
    }

    /// What is to be said, if it is still so.
    async fn letter(&self, app: &AppState, site: &Site) -> sqlx::Result<Option<Letter>> {
        let desk = desk_path(self.post);
        let letter = match self.news {
            News::Submitted { .. } => {
                let post = queries::submitted(&app.db, self.post, self.to).await?;
                post.map(|post| Letter::submitted(&post, desk))
            }
            News::SentBack { review } => {
                let back = queries::sent_back(&app.db, review).await?;
                back.map(|back| Letter::sent_back(&back, desk))
            }
            News::Published { by, .. } => {
                let post = queries::published(&app.db, self.post, by).await?;
                post.map(|post| Letter::published(&post, desk, site))
            }
        };
        Ok(letter)
    }
}

/// A mail without its frame.
struct Letter {
    subject: String,
    sentence: String,
    /// What the editor wrote; empty: nothing.
    note: String,
    path: String,
}

impl Letter {
    fn submitted(post: &queries::Submitted, path: String) -> Self {
        let (title, author) = (title(&post.title), name(post.author.as_deref()));
        Self {
            subject: format!("{title} waits for an editor"),
            sentence: format!(
                "{author} has submitted {title} for review. You can publish it, or send it back with a note:"
            ),
            note: String::new(),
            path,
        }
    }

    fn sent_back(back: &queries::SentBack, path: String) -> Self {
        let (title, editor) = (title(&back.title), name(back.editor.as_deref()));
        Self {
            subject: format!("{title} comes back with a note"),
            sentence: format!("{editor} has looked at {title} and asks you to change something:"),
            note: back.note.clone(),
            path,
        }
    }

    fn published(post: &queries::Published, desk: String, site: &Site) -> Self {
        let (title, editor) = (title(&post.title), name(post.editor.as_deref()));
        match post.comes_out_at {
            Some(at) => Self {
                subject: format!("{title} is scheduled"),
                sentence: format!(
                    "{editor} has published {title}. It comes out on {} ({}):",
                    dates::human_time(at, &site.time_zone),
                    dates::clock(at, &site.time_zone)
                ),
                note: String::new(),
                path: desk,
            },
            None => Self {
                subject: format!("{title} is published"),
                sentence: format!("{editor} has published {title}:"),
                note: String::new(),
                path: post.kind.path(&post.slug),
            },
        }
    }
}

fn title(title: &str) -> String {
    format!("“{}”", if title.is_empty() { "Untitled" } else { title })
}

fn name(name: Option<&str>) -> &str {
    name.unwrap_or("Somebody")
}

#[derive(Template)]
#[template(path = "mail/review.txt")]
struct Text<'a> {
    site: &'a str,
    sentence: &'a str,
    note: Vec<&'a str>,
    link: &'a str,
}

impl Job for SendReview {
    const KIND: &'static str = "posts.send_review";

    fn key(&self) -> String {
        let round = match &self.news {
            News::Submitted { round } => format!("submitted:{}", round.timestamp_micros()),
            News::SentBack { review } => format!("sent_back:{review}"),
            News::Published { round, .. } => format!("published:{}", round.timestamp_micros()),
        };
        format!("{}:{}:{round}", self.post, self.to)
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let site = app.site.get();
        let Some(letter) = self.letter(app, &site).await? else { return Ok(()) };
        let Some(sealed) = accounts::queries::sealed_email(&app.db, self.to).await? else {
            return Ok(());
        };
        let to = Address::open(&app.keys, &sealed)?;
        let link = app.config.absolute(&letter.path);
        let text = Text {
            site: &site.title,
            sentence: &letter.sentence,
            note: letter.note.lines().collect(),
            link: &link,
        };
        let subject = format!("{} – {}", letter.subject, site.title);
        app.send(&Mail { to: to.to_string(), subject, text: text.render()? }).await
    }
}
