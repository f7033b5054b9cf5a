//! The routes of the form.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    autosave, conflict,
    forms::{Action, Aim, MoveForm, PostForm},
    model::{Draft, desk_path},
    pictures, presence, publishing,
    queries::{self, Move},
    review::{self, Reviewed},
    save::{self, Saved},
    views::{self, Preview},
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Query, Upload},
    form::Errors,
    html::{Page, invalid, render},
    posts::{
        model::{PostId, Stage},
        rendering::render_body,
    },
    session::{Author, Capability},
    state::AppState,
};

pub(super) fn authors() -> Router<AppState> {
    Router::new()
        .route("/write/new", get(new).post(create))
        .route("/write/{id}", get(edit).post(update))
        .route("/write/{id}/publication", post(move_post))
}

/// Which text that was not saved the form goes on from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    from: Option<Uuid>,
}

const GOES_ON: &str = "This is what you typed and did not save. It is not in the post before you save it.";
const NOTE_GOES_ON: &str = "Your note to the author is still here. Nobody has got it yet.";
const MERGED: &str = "Somebody else had saved meanwhile; both changes are in the text now. The history shows what each of you did.";

async fn new(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Query(From { from }): Query<From>,
) -> Result<Response> {
    let mut view = views::Edit::new(page, None, PostForm::blank());
    match goes_on(&app.db, &author, None, from).await? {
        Some(form) => {
            view.form = form;
            GOES_ON.clone_into(&mut view.notice);
        }
        None => view.unsaved = autosave::offered(&app.db, author.id, None).await?,
    }
    render(&pictures::show(&app, view).await?)
}

async fn create(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    upload: Upload<PostForm>,
) -> Result<Response> {
    let (form, errors) = pictures::take(&app, &author, upload).await?;
    let view = views::Edit::new(page, None, form);

    save_or_show(&app, &author, view, errors).await
}

async fn edit(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Query(From { from }): Query<From>,
) -> Result<Response> {
    let draft = queries::editable(&app.db, &author, id).await?.or_not_found()?;

    let form = PostForm::of(&draft, &page.site.time_zone);
    let mut view = views::Edit::new(page, Some(draft), form);
    match goes_on(&app.db, &author, Some(id), from).await? {
        Some(form) => {
            let only_note = form.title == view.form.title && form.body == view.form.body;
            let sentence = if only_note && !form.review_note.is_empty() { NOTE_GOES_ON } else { GOES_ON };
            view.form = form;
            sentence.clone_into(&mut view.notice);
        }
        None => view.unsaved = autosave::offered(&app.db, author.id, Some(id)).await?,
    }
    view.others = presence::open(&app.db, id, &author, view.form.tab()).await?;
    render(&pictures::show(&app, view).await?)
}

async fn update(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    upload: Upload<PostForm>,
) -> Result<Response> {
    let draft = queries::editable(&app.db, &author, id).await?.or_not_found()?;
    let (form, errors) = pictures::take(&app, &author, upload).await?;
    let view = views::Edit::new(page, Some(draft), form);

    save_or_show(&app, &author, view, errors).await
}

async fn move_post(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Form(form): Form<MoveForm>,
) -> Result<Response> {
    let draft = queries::editable(&db, &author, id).await?.or_not_found()?;
    if form.action == "take-back" {
        let taken = review::take_back(&db, id).await?;
        let sentence = "Taken back: no editor is waited for any more.";
        return if taken { Ok(page.redirect(&draft.desk_path(), sentence)) } else { Err(Error::Conflict) };
    }
    let (step, sentence) = match form.action.as_str() {
        "unpublish" => (Move::Unpublish, "Unpublished: it is a draft again, and readers no longer see it."),
        "trash" => (Move::Trash, "Moved to the trash. It can be restored from there."),
        "restore" => (Move::Restore, "Restored as a draft."),
        _ => return Err(Error::BadRequest("This is not something that can be done with a post.")),
    };

    if !queries::set_status(&db, draft.id, step).await? {
        return Err(Error::Conflict);
    }

    let path = if step == Move::Trash { "/write".to_owned() } else { draft.desk_path() };
    Ok(page.redirect(&path, sentence))
}

/// The form of a text that was not saved, if it is one of this author's for this post.
async fn goes_on(
    db: &PgPool,
    author: &Author,
    post: Option<PostId>,
    from: Option<Uuid>,
) -> Result<Option<PostForm>> {
    let Some(tab) = from else { return Ok(None) };
    let unsaved = autosave::one(db, author.id, tab).await?.filter(|unsaved| unsaved.post_id == post);
    Ok(Some(unsaved.or_not_found()?.form()))
}

/// What every button of the form comes down to.
async fn save_or_show(
    app: &AppState,
    author: &Author,
    view: views::Edit,
    mut errors: Errors,
) -> Result<Response> {
    let post = view.draft.as_ref().map(|draft| draft.id);
    if view.form.action() == Action::Autosave {
        autosave::keep(&app.db, author.id, post, &view.form).await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let known = view.draft.as_ref().map(|draft| &*draft.fields);
    let parsed = view.form.parse(known, &view.page.site.time_zone);
    match view.form.action() {
        Action::Insert if errors.is_empty() => return show_unsaved(app, author, view).await,
        Action::Preview if errors.is_empty() => return preview(app, author, view).await,
        _ => {}
    }
    if view.form.is_page() && !author.can(Capability::EditAny) {
        errors = Errors::form("Only editors make pages.");
    }
    if view.form.action() == Action::SendBack && !author.can(Capability::EditAny) {
        errors = Errors::form("Only editors send a post back.");
    }
    let mut change = match (parsed, errors.is_empty()) {
        (Ok(change), true) => change,
        (Ok(_), false) => return refused(app, author, views::Edit { errors, ..view }).await,
        (Err(errors), _) => return refused(app, author, views::Edit { errors, ..view }).await,
    };

    if change.publishes() && !review::may_publish(&view.page.site, author, view.stage()) {
        return needs_editor(app, author, view).await;
    }
    let held_back = publishing::holds_back(app, post, &change).await?;
    if held_back.is_some() {
        change.aim = Aim::Keep;
    }
    let saved = match &view.draft {
        None => save::create(app, author, view.form.tab(), &change).await?,
        Some(draft) => {
            let from = (draft.id, view.form.text_version());
            save::update(app, author, from, view.form.tab(), &change).await?
        }
    };

    match saved {
        Saved::Done { id, merged, reviewed } => {
            let form = match reviewed {
                Reviewed::SentBack(_) => desk_path(id),
                _ => review::form_path(app, author, id, &view.form).await?,
            };
            let is_check = view.form.action() == Action::Check;
            let (path, sentence) = match (held_back, merged, reviewed.sentence()) {
                (Some(sentence), _, _) => (publishing::path(id), sentence.to_owned()),
                (None, false, _) if is_check => (publishing::path(id), "Saved.".to_owned()),
                (None, true, sentence) => {
                    (form, format!("{} {MERGED}", sentence.as_deref().unwrap_or("Saved.")))
                }
                (None, false, Some(sentence)) => (form, sentence),
                (None, false, None) => (form, done(change.publishes(), view.draft.as_ref()).to_owned()),
            };
            Ok(view.page.redirect(&path, sentence))
        }
        Saved::NeedsEditor => needs_editor(app, author, view).await,
        Saved::Clash(found) => {
            autosave::keep(&app.db, author.id, post, &view.form).await?;
            conflict::show(view.page, &view.form, post.or_not_found()?, &found, false)
        }
        Saved::SlugTaken => {
            let errors = Errors::on("slug", "Another post already has this address.");
            refused(app, author, views::Edit { errors, ..view }).await
        }
        Saved::NoSuchAuthor(handle) => {
            let errors = Errors::on("authors", format!("Nobody who writes here is called {handle}."));
            refused(app, author, views::Edit { errors, ..view }).await
        }
    }
}

fn done(publish: bool, before: Option<&Draft>) -> &'static str {
    match (publish, before.map_or(Stage::Draft, Draft::stage)) {
        (true, Stage::Published) | (false, Stage::Published | Stage::Scheduled) => "Saved.",
        (true, _) => "Published. Readers see it from the time that is named.",
        (false, Stage::Review) => "Saved. It still waits for an editor.",
        (false, _) => "Draft saved.",
    }
}

/// The form again, with what was typed; it is kept beside the post, too.
async fn show_unsaved(app: &AppState, author: &Author, view: views::Edit) -> Result<Response> {
    let post = view.draft.as_ref().map(|draft| draft.id);
    autosave::keep(&app.db, author.id, post, &view.form).await?;
    render(&pictures::show(app, view).await?)
}

async fn refused(app: &AppState, author: &Author, view: views::Edit) -> Result<Response> {
    let post = view.draft.as_ref().map(|draft| draft.id);
    autosave::keep(&app.db, author.id, post, &view.form).await?;
    invalid(&pictures::show(app, view).await?)
}

async fn needs_editor(app: &AppState, author: &Author, view: views::Edit) -> Result<Response> {
    let errors = Errors::form(review::AN_EDITOR_PUBLISHES);
    refused(app, author, views::Edit { errors, ..view }).await
}

async fn preview(app: &AppState, author: &Author, mut view: views::Edit) -> Result<Response> {
    let derived = render_body(app, &view.form.body).await?;
    let preview = Preview { title: view.form.title.clone(), html: derived.body_html };
    if !view.form.fragment.is_empty() {
        // the script asks for no more than this, and keeps what was typed by itself
        return render(&preview);
    }
    view.preview = Some(preview);
    show_unsaved(app, author, view).await
}
