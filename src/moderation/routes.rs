//! The routes of the desk.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    forms::{DecisionForm, Filter, UndoForm},
    queries::{self, Wanted},
    views,
};
use crate::{
    comments::{self, Actor},
    crypto::Keys,
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Query},
    html::{Page, render},
    session::{Flash, Moderator},
    state::AppState,
};

const PER_PAGE: i64 = 30;
const UNKNOWN: Error = Error::BadRequest("This is not a decision that can be made here.");

/// For moderators and admins.
pub fn moderators() -> Router<AppState> {
    Router::new()
        .route("/admin/comments", get(index))
        .route("/admin/comments/{id}", get(show))
        .route("/admin/comments/decisions", post(decide))
        .route("/admin/comments/undo", post(undo))
}

async fn index(
    State(db): State<PgPool>,
    State(keys): State<Keys>,
    _: Moderator,
    page: Page,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (pattern, person) = (filter.pattern(), filter.person());
    let wanted = Wanted {
        state: filter.state(),
        pattern: pattern.as_deref(),
        post: filter.post(),
        person: person.as_deref(),
        email_keys: &filter.email_keys(&keys),
        before: filter.before(),
        limit: PER_PAGE + 1,
    };
    let mut ids = queries::ids(&db, &wanted).await?;
    let more = i64::try_from(ids.len()).is_ok_and(|n| n > PER_PAGE);
    ids.truncate(usize::try_from(PER_PAGE).unwrap_or(usize::MAX));
    let items = queries::items(&db, &ids).await?;
    let people: Vec<Vec<u8>> = items.iter().map(|item| item.person_key.clone()).collect();
    let histories = queries::histories(&db, &people).await?;
    let totals = queries::totals(&db).await?;

    let state = filter.state();
    render(&views::Index {
        page,
        totals,
        items,
        histories,
        older: ids.last().filter(|_| more).map(|id| filter.path(state, Some(*id))),
        newest: (filter.before() != i64::MAX).then(|| filter.path(state, None)),
        here: filter.path(state, (filter.before() != i64::MAX).then(|| filter.before())),
        filter,
    })
}

async fn show(State(db): State<PgPool>, _: Moderator, page: Page, Path(id): Path<i64>) -> Result<Response> {
    let item = queries::items(&db, &[id]).await?.pop().or_not_found()?;
    let ancestors = queries::ancestors(&db, id).await?;
    let mut ancestors = queries::items(&db, &ancestors).await?;
    ancestors.reverse();
    let histories = queries::histories(&db, std::slice::from_ref(&item.person_key)).await?;
    let log = queries::log(&db, id).await?;

    render(&views::Show { page, here: format!("/admin/comments/{id}"), item, ancestors, histories, log })
}

async fn decide(
    State(db): State<PgPool>,
    moderator: Moderator,
    page: Page,
    Form(form): Form<DecisionForm>,
) -> Result<Response> {
    let (decision, picks) = form.parse().ok_or(UNKNOWN)?;
    if picks.is_empty() {
        return Ok(page.redirect(form.back(), "Nothing was chosen: tick the comments first."));
    }

    let outcome = comments::decide(&db, (moderator.id, Actor::Moderator), decision, &picks).await?;

    let mut sentence = format!("{} {}.", counted(outcome.moved), decision.done());
    if outcome.skipped > 0 {
        let skipped = counted(outcome.skipped);
        sentence = format!("{sentence} {skipped} had been changed meanwhile and stayed as they are.");
    }
    let undo = (outcome.moved > 0).then(|| outcome.bulk_id.to_string());
    Ok(page.redirect_with(form.back(), &Flash { sentence, undo }))
}

async fn undo(
    State(db): State<PgPool>,
    moderator: Moderator,
    page: Page,
    Form(form): Form<UndoForm>,
) -> Result<Response> {
    let bulk_id = form.parse().ok_or(UNKNOWN)?;

    let (undone, left) = comments::undo(&db, bulk_id, moderator.id).await?;

    let mut sentence = format!("{} put back.", counted(usize::try_from(undone).unwrap_or(0)));
    if left > 0 {
        sentence = format!("{sentence} {left} had been changed since and stayed as they are.");
    }
    Ok(page.redirect("/admin/comments", sentence))
}

fn counted(n: usize) -> String {
    if n == 1 { "1 comment".to_owned() } else { format!("{n} comments") }
}
