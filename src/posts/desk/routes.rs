//! The routes of the writing desk.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    forms::{Action, MoveForm, PostForm, ShelfQuery},
    model::{DeskLine, Draft, Shelf, desk_path},
    queries::{self, Move},
    save::{self, Saved},
    views::{self, Conflict, Preview},
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Query, Upload, UploadedFile},
    form::Errors,
    html::{self, Before, Page, Paging, invalid, render},
    media,
    posts::{
        model::{PostId, Stage},
        rendering::render_body,
    },
    session::{Author, Capability},
    state::AppState,
};

const PER_PAGE: i64 = 50;

/// For everybody with a desk.
pub fn authors() -> Router<AppState> {
    Router::new()
        .route("/write", get(index))
        .route("/write/new", get(new).post(create))
        .route("/write/{id}", get(edit).post(update))
        .route("/write/{id}/publication", post(move_post))
}

async fn index(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Query(shelf): Query<ShelfQuery>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let stage = Stage::parse(&shelf.stage).unwrap_or(Stage::Draft);
    let everybody = shelf.whose == "all" && author.can(Capability::EditAny);
    let whose = (!everybody).then_some(author.id);
    let mut posts = queries::shelf(&db, Shelf { author: whose, stage }, before.key(), PER_PAGE + 1).await?;
    let counts = queries::counts(&db, whose).await?;

    let path = views::shelf_path(stage, everybody);
    let paging = Paging::cut(&mut posts, PER_PAGE, &path, &before, DeskLine::key);
    render(&views::Index { page, stage, everybody, counts, posts, paging })
}

async fn new(_: Author, page: Page) -> Result<Response> {
    render(&blank(page, PostForm::blank()))
}

async fn create(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    upload: Upload<PostForm>,
) -> Result<Response> {
    let (form, errors) = take_pictures(&app, &author, upload).await?;
    let view = with_cover(&app, blank(page, form)).await?;

    save_or_show(&app, &author, view, errors).await
}

async fn edit(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
) -> Result<Response> {
    let draft = queries::editable(&app.db, &author, id).await?.or_not_found()?;

    let form = PostForm::of(&draft, &page.site.time_zone);
    render(&with_cover(&app, views::Edit { draft: Some(draft), ..blank(page, form) }).await?)
}

async fn update(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    upload: Upload<PostForm>,
) -> Result<Response> {
    let draft = queries::editable(&app.db, &author, id).await?.or_not_found()?;
    let (form, errors) = take_pictures(&app, &author, upload).await?;
    let view = with_cover(&app, views::Edit { draft: Some(draft), ..blank(page, form) }).await?;

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
    let (step, sentence) = match form.action.as_str() {
        "unpublish" => (Move::Unpublish, "Unpublished: it is a draft again, and readers no longer see it."),
        "trash" => (Move::Trash, "Moved to the trash. It can be restored from there."),
        "restore" => (Move::Restore, "Restored as a draft."),
        _ => return Err(Error::BadRequest("This is not something that can be done with a post.")),
    };

    if !queries::set_status(&db, draft.id, step).await? {
        return Err(Error::Conflict);
    }

    let path = if step == Move::Trash { views::shelf_path(Stage::Draft, false) } else { draft.desk_path() };
    Ok(page.redirect(&path, sentence))
}

/// What every button of the form comes down to.
async fn save_or_show(
    app: &AppState,
    author: &Author,
    mut view: views::Edit,
    mut errors: Errors,
) -> Result<Response> {
    let parsed = view.form.parse(&view.page.site.time_zone);
    match view.form.action() {
        Action::Insert if errors.is_empty() => return render(&view),
        Action::Preview if errors.is_empty() => return preview(app, view).await,
        _ => {}
    }
    if view.form.is_page() && !author.can(Capability::EditAny) {
        errors = Errors::form("Only editors make pages.");
    }
    let change = match (parsed, errors.is_empty()) {
        (Ok(change), true) => change,
        (Ok(_), false) => return invalid(&views::Edit { errors, ..view }),
        (Err(more), _) => return invalid(&views::Edit { errors: more, ..view }),
    };

    let publish = change.publish;
    let saved = match &view.draft {
        None => save::create(app, author.id, change).await?,
        Some(draft) => save::update(app, author, draft.id, view.form.text_version(), change).await?,
    };

    match saved {
        Saved::Done(id) => Ok(view.page.redirect(&desk_path(id), done(publish, view.draft.as_ref()))),
        Saved::Stale => conflict(app, author, view).await,
        Saved::SlugTaken => {
            view.errors = Errors::on("slug", "Another post already has this address.");
            invalid(&view)
        }
    }
}

fn done(publish: bool, before: Option<&Draft>) -> &'static str {
    match (publish, before.map_or(Stage::Draft, Draft::stage)) {
        (true, Stage::Published) | (false, Stage::Published | Stage::Scheduled) => "Saved.",
        (true, _) => "Published. Readers see it from the time that is named.",
        (false, _) => "Draft saved.",
    }
}

async fn preview(app: &AppState, mut view: views::Edit) -> Result<Response> {
    let derived = render_body(app, &view.form.body).await?;

    view.preview = Some(Preview { title: view.form.title.clone(), html: derived.body_html });
    render(&view)
}

/// 409: both texts, and the form ready to save over the newer one on purpose.
async fn conflict(app: &AppState, author: &Author, mut view: views::Edit) -> Result<Response> {
    let id = view.draft.as_ref().map(|draft| draft.id).or_not_found()?;
    let theirs = queries::editable(&app.db, author, id).await?.or_not_found()?;

    view.conflict = Some(Conflict::between(&view.form, &theirs));
    view.form.text_version = theirs.text_version.to_string();
    view.draft = Some(theirs);
    html::with_status(StatusCode::CONFLICT, &view)
}

/// Keeps the pictures that came with the form, so that a refused form does not ask for them again.
async fn take_pictures(
    app: &AppState,
    author: &Author,
    upload: Upload<PostForm>,
) -> Result<(PostForm, Errors)> {
    let cover = store(app, author, upload.file("cover")).await?;
    let picture = store(app, author, upload.file("picture")).await?;
    let mut form = upload.form;
    let mut errors = Errors::default();
    match cover {
        Some(Ok(stored)) => {
            form.cover_id = stored.id.to_string();
            form.remove_cover = String::new();
        }
        Some(Err(refusal)) => errors.add("cover", refusal.to_string()),
        None => {}
    }
    match picture {
        Some(Ok(stored)) => form.body = format!("{}\n\n![]({})\n", form.body.trim_end(), stored.path()),
        Some(Err(refusal)) => errors.add("picture", refusal.to_string()),
        None => {}
    }
    Ok((form, errors))
}

async fn store(
    app: &AppState,
    author: &Author,
    file: Option<&UploadedFile>,
) -> Result<Option<std::result::Result<media::Stored, media::Refusal>>> {
    match file {
        None => Ok(None),
        Some(file) => media::store(app, file.bytes.clone(), &file.name, Some(author.id)).await.map(Some),
    }
}

async fn with_cover(app: &AppState, mut view: views::Edit) -> Result<views::Edit> {
    if let (Ok(id), true) = (view.form.cover_id.parse(), view.form.remove_cover.is_empty()) {
        view.cover = media::queries::file_key(&app.db, id).await?.map(|key| media::path(&key));
        if view.cover.is_none() {
            view.form.cover_id = String::new();
        }
    }
    Ok(view)
}

fn blank(page: Page, form: PostForm) -> views::Edit {
    views::Edit {
        page,
        draft: None,
        form,
        errors: Errors::default(),
        cover: None,
        preview: None,
        conflict: None,
    }
}
