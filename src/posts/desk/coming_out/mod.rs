//! What happens once because a post comes out. Readers see it by its time alone (`live` in SQL); this is for what has to
//! be sent, and it is sent once, however often the server was down, the post moved, or the job was tried.

mod queries;

use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    accounts,
    jobs::{self, Job},
    mail::{Address, Mail},
    posts::model::PostId,
    state::AppState,
};

/// Runs at the moment in which a post comes out. A post that was moved to another time has another job for that.
#[derive(Debug, Serialize, Deserialize)]
pub struct ComeOut {
    post: PostId,
    at: DateTime<Utc>,
    /// It came out by itself: its author may not be looking.
    by_itself: bool,
}

/// Notes of a post that comes from elsewhere that it has been out already; false when it has not.
pub(super) async fn was_out(db: &mut PgConnection, post: PostId) -> sqlx::Result<bool> {
    queries::came_out(&mut *db, post).await?;
    queries::is_out(db, post).await
}

impl ComeOut {
    /// Of this post, which comes out at this time.
    pub(in crate::posts) fn of(post: PostId, at: DateTime<Utc>) -> Self {
        Self { post, at, by_itself: at > Utc::now() }
    }
}

impl Job for ComeOut {
    const KIND: &'static str = "posts.come_out";

    fn key(&self) -> String {
        format!("{}:{}", self.post, self.at.timestamp_millis())
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        // false: not out (moved, unpublished), or it happened before
        if queries::came_out(&mut *tx, self.post).await? && self.by_itself {
            jobs::enqueue(&mut tx, &SendCameOut { post: self.post }).await.map_err(anyhow::Error::from)?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Tells whose desk a post lies on that it has come out.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendCameOut {
    post: PostId,
}

#[derive(Template)]
#[template(path = "mail/came_out.txt")]
struct CameOut<'a> {
    site: &'a str,
    title: &'a str,
    link: &'a str,
}

impl Job for SendCameOut {
    const KIND: &'static str = "posts.send_came_out";

    fn key(&self) -> String {
        self.post.to_string()
    }

    async fn run(self, app: &AppState) -> anyhow::Result<()> {
        let Some(post) = queries::out(&app.db, self.post).await? else { return Ok(()) };
        let Some(sealed) = accounts::queries::sealed_email(&app.db, post.author_id).await? else {
            return Ok(());
        };
        let to = Address::open(&app.keys, &sealed)?;
        let site = app.site.get();
        let link = app.config.absolute(&post.kind.path(&post.slug));
        let text = CameOut { site: &site.title, title: &post.title, link: &link }.render()?;
        let subject = format!("“{}” is out – {}", post.title, site.title);
        app.send(&Mail { to: to.to_string(), subject, text }).await
    }
}
