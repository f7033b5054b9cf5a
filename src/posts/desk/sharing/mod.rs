//! Links with which somebody without an account reads a draft: they end by themselves, and can be ended before.

mod queries;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::PgPool;

use super::{model::Draft, queries as desk};
use crate::{
    crypto::{random_token, token_hash},
    error::{Error, OrNotFound, Result},
    extract::{Form, Path},
    form::Errors,
    html::{Page, filters, invalid, render, secret},
    posts::model::PostId,
    session::Author,
    state::AppState,
    text::{SafeHtml, single_line},
};

/// For everybody who has a link.
pub fn public() -> Router<AppState> {
    Router::new().route("/p/{token}", get(read))
}

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/{id}/share", get(index).post(change))
}

/// Links of a post that work at the same time.
const MOST: usize = 50;
const DAYS: [i64; 4] = [1, 7, 30, 90];

/// A link to a draft; the link itself is known only to whoever has it.
struct Share {
    id: i64,
    note: String,
    maker: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    opened: i32,
    opened_at: Option<DateTime<Utc>>,
}

/// A draft as its guests see it.
struct Shared {
    title: String,
    body_html: SafeHtml,
    updated_at: DateTime<Utc>,
    authors: String,
    language: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ShareForm {
    note: String,
    days: String,
    /// Ends the link with this key.
    revoke: String,
}

#[derive(Template)]
#[template(path = "desk/share.html")]
struct SharePage {
    page: Page,
    draft: Draft,
    shares: Vec<Share>,
    form: ShareForm,
    errors: Errors,
    /// The link that was just made: it is shown once.
    link: Option<String>,
}

impl SharePage {
    fn is_chosen(&self, days: &i64) -> bool {
        self.form.days == days.to_string()
    }
}

#[derive(Template)]
#[template(path = "desk/shared.html")]
struct SharedPage {
    page: Page,
    post: Shared,
}

async fn index(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
) -> Result<Response> {
    let draft = desk::editable(&db, &author, id).await?.or_not_found()?;

    let shares = queries::open(&db, id).await?;
    let form = ShareForm { days: "7".to_owned(), ..ShareForm::default() };
    render(&SharePage { page, draft, shares, form, errors: Errors::default(), link: None })
}

async fn change(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Form(form): Form<ShareForm>,
) -> Result<Response> {
    let draft = desk::editable(&db, &author, id).await?.or_not_found()?;
    if let Ok(share) = form.revoke.parse() {
        queries::revoke(&db, id, share).await?;
        return Ok(
            page.redirect(&format!("/write/{id}/share"), "The link is ended: it opens nothing any more.")
        );
    }
    let shares = queries::open(&db, id).await?;
    let note = single_line(&form.note);
    let days = form.days.parse().ok().filter(|days| DAYS.contains(days));
    let mut errors = Errors::default();
    errors.require(note.chars().count() <= 200, "note", "At most 200 characters, please.");
    errors.require(days.is_some(), "days", "Please choose one of these.");
    errors.require(shares.len() < MOST, "note", "This post has 50 links. Please end one of them first.");
    let (Some(days), true) = (days, errors.is_empty()) else {
        return invalid(&SharePage { page, draft, shares, form, errors, link: None });
    };

    let token = random_token();
    let until = Utc::now() + TimeDelta::days(days);
    queries::insert(&db, id, author.id, &token_hash(&token), &note, until).await?;

    let shares = queries::open(&db, id).await?;
    let link = Some(page.absolute(format!("/p/{token}")));
    let form = ShareForm { days: days.to_string(), ..ShareForm::default() };
    render(&SharePage { page, draft, shares, form, errors, link }).map(secret)
}

async fn read(State(db): State<PgPool>, page: Page, Path(token): Path<String>) -> Result<Response> {
    let post = queries::read(&db, &token_hash(&token)).await?;
    let post = post.ok_or(Error::NotFound)?;

    render(&SharedPage { page, post }).map(secret)
}

/// # Errors
/// The database is away.
pub(super) async fn forget_old(db: &PgPool) -> sqlx::Result<()> {
    queries::delete_old(db).await
}
