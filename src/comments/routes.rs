//! The public routes of the conversation.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    decisions,
    forms::{CommentForm, NewComment},
    model::{self, Actor, Decision, Pick},
    people::{PERSON, account_person, address_person},
    queries::{self, Insert, Target},
    thread::PER_PAGE,
    views::{self, FormView, Pace},
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{ClientAddress, Form, Path, Query},
    form::Errors,
    html::{self, Page, invalid, render},
    limit::Limit,
    session::User,
    site::CommentPolicy,
    state::AppState,
    text::markdown,
};

/// Ten comments in ten minutes from one network are a conversation; more are a machine.
const LIMIT: Limit = Limit { name: "comment", max: 10, seconds: 600 };

/// Reading is for everybody; writing by the rules of the site and the post.
pub fn public() -> Router<AppState> {
    Router::new()
        .route("/posts/{slug}/comments", get(new).post(create))
        .route("/comments/{id}", get(show))
        .route("/comments/{id}/delete", get(confirm_delete).post(delete))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reply {
    parent: String,
}

async fn new(
    State(app): State<AppState>,
    page: Page,
    Path(slug): Path<String>,
    Query(reply): Query<Reply>,
) -> Result<Response> {
    let form = CommentForm { parent: reply.parent, ..CommentForm::default() };
    let target = open_target(&app.db, &page, &slug, &form).await?;

    let view = FormView::new(&app.keys, target.post_id, &target.slug, page.visitor.as_ref());
    render(&views::New { form: view.filled(form, Errors::default()), page, target, preview: None })
}

async fn create(
    State(app): State<AppState>,
    page: Page,
    address: ClientAddress,
    Path(slug): Path<String>,
    Form(form): Form<CommentForm>,
) -> Result<Response> {
    let target = open_target(&app.db, &page, &slug, &form).await?;
    let view = FormView::new(&app.keys, target.post_id, &target.slug, page.visitor.as_ref());

    let new = match form.parse(page.visitor.is_none()) {
        Ok(new) => new,
        Err(errors) => {
            return invalid(&views::New { form: view.filled(form, errors), page, target, preview: None });
        }
    };
    if form.action == "preview" {
        let preview = Some(markdown::comment(&new.body));
        return render(&views::New { form: view.filled(form, Errors::default()), page, target, preview });
    }
    let pace = views::pace(&app.keys, target.post_id, &form.started);
    if pace == Pace::Stale {
        let errors = Errors::form("This page was open for a long time. Please send your comment once more.");
        return invalid(&views::New { form: view.filled(form, errors), page, target, preview: None });
    }
    if let Err(Error::TooMany { .. }) = LIMIT.count(&app.db, &address.network().to_string()).await {
        let errors = Errors::form(
            "Many comments came from your network just now. Please send it again in some minutes.",
        );
        let page = views::New { form: view.filled(form, errors), page, target, preview: None };
        return html::with_status(StatusCode::TOO_MANY_REQUESTS, &page);
    }

    let (state, reason) = verdict(&app, &page, &target, &form, (&new, pace)).await?;
    let (id, state) = save(&app, &page, &target, (&new, state, reason), address).await?;

    let path = format!("/posts/{}", target.slug);
    match state {
        model::State::Published => {
            Ok(page.redirect(&format!("{path}#comment-{id}"), "Your comment is published. Thank you."))
        }
        _ => Ok(page.redirect(
            &format!("{path}#q-comments"),
            "Thank you. Your comment waits for a moderator and will appear here.",
        )),
    }
}

async fn show(State(db): State<PgPool>, Path(id): Path<i64>) -> Result<Response> {
    let place = queries::place(&db, id, PER_PAGE).await?.or_not_found()?;

    let after = place.after.map(|id| format!("?after={id}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/posts/{}{after}#comment-{id}", place.slug)).into_response())
}

async fn confirm_delete(
    State(db): State<PgPool>,
    user: User,
    page: Page,
    Path(id): Path<i64>,
) -> Result<Response> {
    let comment = queries::withdrawable(&db, id, user.id).await?.or_not_found()?;

    render(&views::Delete { page, comment })
}

async fn delete(State(db): State<PgPool>, user: User, page: Page, Path(id): Path<i64>) -> Result<Response> {
    let comment = queries::withdrawable(&db, id, user.id).await?.or_not_found()?;

    let pick = Pick { id: comment.id, version: comment.version };
    let outcome = decisions::decide(&db, (user.id, Actor::Writer), Decision::Withdraw, &[pick]).await?;
    if outcome.moved == 0 {
        return Err(Error::Conflict);
    }

    Ok(page.redirect(&format!("/posts/{}#q-comments", comment.slug), "Your comment is withdrawn."))
}

/// The post, when it takes comments; and the parent, when one was named: it must be there and visible.
async fn open_target(db: &PgPool, page: &Page, slug: &str, form: &CommentForm) -> Result<Target> {
    let viewer = page.visitor.as_ref().map(|user| user.id);
    let target = queries::target(db, slug, form.parent_id(), viewer).await?.or_not_found()?;
    if !target.comments_open || page.site.comment_policy == CommentPolicy::Closed {
        return Err(Error::Refused("Comments are closed here."));
    }
    if !form.parent.is_empty() && target.parent_id.is_none() {
        return Err(Error::NotFound);
    }
    Ok(target)
}

/// Where a new comment begins, and why it waits.
async fn verdict(
    app: &AppState,
    page: &Page,
    target: &Target,
    form: &CommentForm,
    (new, pace): (&NewComment, Pace),
) -> Result<(model::State, Option<&'static str>)> {
    if !form.website.is_empty() {
        return Ok((model::State::Spam, Some("honeypot")));
    }
    if target.by_viewer || page.visitor.as_ref().is_some_and(User::can_moderate) {
        return Ok((model::State::Published, None));
    }
    if pace == Pace::TooFast {
        return Ok((model::State::Held, Some("fast")));
    }
    if page.site.comment_policy == CommentPolicy::HoldAll {
        return Ok((model::State::Held, Some("policy")));
    }
    // a name alone proves nothing: only an account or an address can be known
    let traceable = new.guest.as_ref().is_none_or(|guest| guest.email.is_some());
    let keys = app.keys.hashes(PERSON, &person(page, new, None));
    if traceable && queries::is_known(&app.db, &keys).await? {
        return Ok((model::State::Published, None));
    }
    Ok((model::State::Held, Some("stranger")))
}

async fn save(
    app: &AppState,
    page: &Page,
    target: &Target,
    (new, state, held_reason): (&NewComment, model::State, Option<&'static str>),
    address: ClientAddress,
) -> Result<(i64, model::State)> {
    let network = address.network();
    let body_html = markdown::comment(&new.body);
    let insert = Insert {
        post_id: target.post_id,
        parent_id: target.parent_id,
        author_id: page.visitor.as_ref().map(|user| user.id),
        guest_name: new.guest.as_ref().map(|guest| guest.name.as_str()),
        guest_email: new
            .guest
            .as_ref()
            .and_then(|guest| guest.email.as_ref())
            .map(|email| email.kept(&app.keys)),
        person_key: &app.keys.hash(PERSON, &person(page, new, Some(&network.to_string()))),
        body_md: &new.body,
        body_html: body_html.as_str(),
        state,
        held_reason,
        ip_prefix: Some(network),
    };

    let mut tx = app.db.begin().await?;
    queries::lock_person(&mut *tx, insert.person_key).await?;
    let saved = match queries::same_again(&mut *tx, &insert).await? {
        Some(known) => known,
        None => (queries::insert(&mut tx, &insert).await?, state),
    };
    tx.commit().await?;
    Ok(saved)
}

/// Tells people apart without telling who they are: account, or address, or name and network.
fn person(page: &Page, new: &NewComment, network: Option<&str>) -> String {
    match (&page.visitor, &new.guest) {
        (Some(user), _) => account_person(user.id),
        (None, Some(guest)) => match &guest.email {
            Some(email) => address_person(email),
            None => format!("name:{}|{}", guest.name.to_lowercase(), network.unwrap_or_default()),
        },
        (None, None) => "nobody".to_owned(),
    }
}
