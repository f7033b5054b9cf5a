//! A thread as it stands below a post.

use askama::Template;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    model::State,
    queries::{self, Row},
    views::FormView,
};
use crate::{
    crypto::Keys,
    html::{Page, filters},
    session::UserId,
    site::CommentPolicy,
    text::SafeHtml,
};

/// Comments on one page; more are behind a link.
pub(super) const PER_PAGE: i64 = 500;
/// Answers are indented to this depth; deeper ones stay there, so that a phone still has room for the words.
const DEEPEST: i32 = 4;

/// The comments of a post and the form below them. The page of the post prints it as it is.
#[derive(Debug, Template)]
#[template(path = "comments/_thread.html")]
pub struct Thread {
    page: Page,
    /// In reading order.
    comments: Vec<Comment>,
    /// How many readers can see.
    count: i32,
    /// Where the thread goes on, when it is very long.
    more: Option<String>,
    /// Set when readers may comment.
    form: Option<FormView>,
    /// When that ends or has ended, if there is such a time.
    closing: Option<Closing>,
}

impl askama::filters::HtmlSafe for Thread {}

/// The time from which on readers may not comment any more.
#[derive(Debug)]
enum Closing {
    At(DateTime<Utc>),
    Since(DateTime<Utc>),
}

/// One comment of a thread.
#[derive(Debug)]
struct Comment {
    id: i64,
    indent: i32,
    /// `None`: a removed comment that still carries answers.
    content: Option<Content>,
}

#[derive(Debug)]
pub(super) struct Content {
    name: String,
    body_html: SafeHtml,
    created_at: DateTime<Utc>,
    by_post_author: bool,
    waiting: bool,
    is_own: bool,
}

/// The post that a thread belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its key.
    pub id: i64,
    /// For the address.
    pub slug: &'a str,
    /// True when the post itself takes comments.
    pub open: bool,
    /// When it stops to.
    pub closes_at: Option<DateTime<Utc>>,
    /// Comments that readers can see.
    pub count: i32,
}

/// Loads the thread of a post, from `after` on. One query.
///
/// # Errors
/// The database is away.
pub async fn load(
    db: &PgPool,
    keys: &Keys,
    page: &Page,
    post: Subject<'_>,
    after: i64,
) -> sqlx::Result<Thread> {
    let viewer = page.visitor.as_ref().map(|user| user.id);
    let mut rows = if post.count == 0 && viewer.is_none() {
        Vec::new()
    } else {
        queries::thread(db, post.id, viewer, after, PER_PAGE + 1).await?
    };
    let is_long = rows.len() > usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    if is_long {
        rows.pop();
    }
    let more = rows
        .last()
        .filter(|_| is_long)
        .map(|row| format!("/posts/{}?after={}#q-comments", post.slug, row.id));
    let open = post.open && page.site.comment_policy != CommentPolicy::Closed;
    Ok(Thread {
        page: page.clone(),
        comments: rows.into_iter().map(|row| comment(row, viewer)).collect(),
        count: post.count,
        more,
        closing: closing(post, page.site.comment_policy),
        form: open.then(|| FormView::new(keys, post.id, post.slug, page.visitor.as_ref())),
    })
}

/// Where comments are closed for another reason, the time says nothing.
fn closing(post: Subject<'_>, policy: CommentPolicy) -> Option<Closing> {
    let at = post.closes_at.filter(|_| policy != CommentPolicy::Closed)?;
    match (post.open, at <= Utc::now()) {
        (true, _) => Some(Closing::At(at)),
        (false, true) => Some(Closing::Since(at)),
        (false, false) => None,
    }
}

fn comment(row: Row, viewer: Option<UserId>) -> Comment {
    let waiting = row.state == State::Held && row.author_id.is_some() && row.author_id == viewer;
    let shown = row.state == State::Published || waiting;
    Comment {
        id: row.id,
        indent: row.depth.min(DEEPEST),
        content: shown.then(|| Content {
            name: row.name,
            body_html: row.body_html,
            created_at: row.created_at,
            by_post_author: row.by_post_author,
            waiting,
            is_own: row.author_id.is_some() && row.author_id == viewer,
        }),
    }
}
