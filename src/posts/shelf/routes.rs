//! The routes of the list of the desk.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    bulk::{self, Outcome},
    forms::{Act, BulkForm, Filter},
    model::{Line, Wanted},
    queries, views,
};
use crate::{
    error::{Error, Result},
    extract::{Form, Query},
    html::{Before, Page, Paging, invalid, render},
    posts::model::{PostId, Stage},
    session::{Author, Capability},
    state::AppState,
};

const PER_PAGE: i64 = 50;

/// For everybody with a desk.
pub fn authors() -> Router<AppState> {
    Router::new().route("/write", get(index)).route("/write/bulk", post(update))
}

async fn index(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Query(mut filter): Query<Filter>,
    Query(before): Query<Before>,
) -> Result<Response> {
    if !author.can(Capability::EditAny) {
        filter.whose = String::new();
    }
    let (words, pattern, tag) = (filter.words(), filter.pattern(), filter.tag());
    let wanted = Wanted {
        author: (!filter.everybody()).then_some(author.id),
        words: words.as_deref(),
        pattern: pattern.as_deref(),
        tag: tag.as_ref().map(crate::text::Slug::as_str),
        kind: filter.kind(),
    };
    let stage = filter.stage();
    let mut lines = queries::lines(&db, stage, &wanted, before.key(), PER_PAGE + 1).await?;
    let counts = queries::counts(&db, &wanted).await?;
    let choices = queries::choices(&db, &author).await?;

    let paging = Paging::cut(&mut lines, PER_PAGE, &filter.path(), &before, Line::key);
    let (tags, writers, waiting) = (choices.tags.0, choices.writers.0, choices.waiting);
    render(&views::Index { page, stage, filter, counts, lines, tags, writers, waiting, paging })
}

async fn update(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Form(form): Form<BulkForm>,
) -> Result<Response> {
    let act = form.parse().ok_or(Error::BadRequest("This is not something that can be done with posts."))?;
    let (posts, back) = (form.posts(), form.filter().path());
    let act = match act {
        Ok(act) => act,
        Err(sentence) => return Ok(page.redirect(&back, sentence)),
    };
    if posts.is_empty() {
        return Ok(page.redirect(&back, "Nothing was chosen: tick the posts first."));
    }
    if act == Act::Delete && !form.is_sure() {
        return confirm(&app.db, &author, page, (form.filter(), &posts)).await;
    }

    let outcome = bulk::change(&app, &author, &act, &posts).await?;

    let sentence = format!("{} {}.", counted(outcome.done), act.done(outcome.done));
    if outcome.left.is_empty() && outcome.missing == 0 {
        return Ok(page.redirect(&back, sentence));
    }
    let Outcome { done, left, missing } = outcome;
    let view = views::NotAll { page, sentence, left, missing, back };
    if done == 0 { invalid(&view) } else { render(&view) }
}

/// What is deleted for good is named before it is.
async fn confirm(
    db: &PgPool,
    author: &Author,
    page: Page,
    (filter, posts): (Filter, &[PostId]),
) -> Result<Response> {
    let chosen = queries::lock(db, author, posts, None).await?;
    let doomed = chosen.into_iter().filter(|post| post.stage == Stage::Trashed);
    let posts: Vec<_> = doomed.map(|post| views::Doomed { id: post.id, title: post.title }).collect();
    if posts.is_empty() {
        return Ok(page.redirect(&filter.path(), "Only what is in the trash can be deleted for good."));
    }

    render(&views::Delete { page, filter, posts })
}

fn counted(n: usize) -> String {
    if n == 1 { "1 post".to_owned() } else { format!("{n} posts") }
}
