//! The routes of the library, but for deleting.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;
use sqlx::PgPool;

use super::{
    forms::{DescriptionForm, LibraryQuery, UploadForm},
    model::{Card, Picture, Scope, Shelf, markdown},
    queries, removal,
    views::{self, list_path},
};
use crate::{
    config::Bounds,
    error::{OrNotFound, Result},
    extract::{Form, Path, Query, Upload},
    form::Errors,
    html::{Before, Page, Paging, invalid, render},
    limit::Limit,
    media::store::{Stored, store},
    session::{Author, User},
    state::AppState,
};

const PER_PAGE: i64 = 48;
/// Files of one form.
const AT_ONCE: usize = 20;
/// More pictures in an hour come from a machine.
const UPLOADS: Limit = Limit { name: "media", max: 200, seconds: 3600 };

/// For everybody with a desk.
pub fn authors(bounds: Bounds) -> Router<AppState> {
    // several files at once; they lie on the disk until it is their turn
    let most = DefaultBodyLimit::max(bounds.upload_bytes.saturating_mul(4) + bounds.form_bytes);
    Router::new()
        .route("/write/media", get(index).post(create))
        .route_layer(most)
        .route("/write/media/{id}", get(show).post(update))
        .merge(removal::authors())
}

async fn index(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Query(query): Query<LibraryQuery>,
    Query(before): Query<Before>,
) -> Result<Response> {
    render(&library(&app, &author, page, (query, before)).await?)
}

async fn create(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    headers: HeaderMap,
    upload: Upload<UploadForm>,
) -> Result<Response> {
    let wants_json =
        headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    let (kept, errors) = take(&app, &author, &upload).await?;

    if wants_json {
        return Ok(answer(&kept, &errors));
    }
    if !errors.is_empty() {
        let view = library(&app, &author, page, (LibraryQuery::default(), Before::default())).await?;
        return invalid(&views::Index { form: upload.form, errors, ..view });
    }
    Ok(match &kept[..] {
        [one] => page.redirect(&format!("/write/media/{}", one.stored.id), "The picture is here."),
        all => page.redirect("/write/media", format!("{} pictures are here.", all.len())),
    })
}

async fn show(State(db): State<PgPool>, author: Author, page: Page, Path(id): Path<i64>) -> Result<Response> {
    let scope = Scope::of(&author);
    let picture = queries::picture(&db, scope, id).await?.or_not_found()?;
    let uses = queries::uses(&db, id, (&author, scope)).await?;

    let form = DescriptionForm {
        alt: picture.alt.clone(),
        decorative: if picture.decorative { "on".to_owned() } else { String::new() },
        focus: picture.focus().class(),
    };
    render(&views::Show { page, picture, uses, form, errors: Errors::default() })
}

async fn update(
    State(db): State<PgPool>,
    author: Author,
    page: Page,
    Path(id): Path<i64>,
    Form(form): Form<DescriptionForm>,
) -> Result<Response> {
    let scope = Scope::of(&author);
    let picture = queries::picture(&db, scope, id).await?.or_not_found()?;

    let description = match form.parse() {
        Ok(description) => description,
        Err(errors) => {
            let uses = queries::uses(&db, id, (&author, scope)).await?;
            return invalid(&views::Show { page, picture, uses, form, errors });
        }
    };

    queries::describe(&db, id, &description).await?;
    Ok(page.redirect(&picture.desk_path(), "Saved."))
}

async fn library(
    app: &AppState,
    user: &User,
    page: Page,
    (query, before): (LibraryQuery, Before),
) -> Result<views::Index> {
    let (shelf, words) = (Shelf::parse(&query.show), query.words());
    let scope = Scope::of(user);
    let mut pictures = queries::cards(&app.db, scope, (shelf, &words), before.key(), PER_PAGE + 1).await?;
    let paging = Paging::cut(&mut pictures, PER_PAGE, &list_path(shelf, &words), &before, Card::key);
    Ok(views::Index {
        page,
        query,
        shelf,
        pictures,
        paging,
        form: UploadForm::default(),
        errors: Errors::default(),
        most: app.config.bounds.upload_bytes >> 20,
    })
}

/// A picture that came, and what goes into a text to show it.
struct Kept {
    stored: Stored,
    markdown: String,
}

/// Keeps what can be kept, one after another, and says of each of the others why not.
async fn take(app: &AppState, user: &User, upload: &Upload<UploadForm>) -> Result<(Vec<Kept>, Errors)> {
    let (alt, decorative) = match upload.form.parse() {
        Ok(description) => description,
        Err(errors) => return Ok((Vec::new(), errors)),
    };
    if upload.files.is_empty() {
        return Ok((Vec::new(), Errors::on("files", "Please choose a picture.")));
    }
    if upload.files.len() > AT_ONCE {
        let sentence = format!("Please send at most {AT_ONCE} pictures at once.");
        return Ok((Vec::new(), Errors::on("files", sentence)));
    }
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for file in &upload.files {
        UPLOADS.count(&app.db, &user.id.to_string()).await?;
        match store(app, file.bytes.clone(), &file.name, Some(user.id)).await? {
            Ok(stored) => {
                let said = queries::describe_first(&app.db, stored.id, (&alt, decorative)).await?;
                let (alt, decorative) = &said;
                let markdown = markdown(if *decorative { "" } else { alt }, &stored.path());
                kept.push(Kept { stored, markdown });
            }
            Err(refusal) if upload.files.len() == 1 => refused.push(refusal.to_string()),
            Err(refusal) => refused.push(format!("{}: {refusal}", file.name)),
        }
    }
    let mut errors = Errors::default();
    if !refused.is_empty() {
        if !kept.is_empty() {
            refused.insert(0, format!("{} of {} pictures are here.", kept.len(), upload.files.len()));
        }
        errors.add("files", refused.join(" "));
    }
    Ok((kept, errors))
}

/// For a script: the Markdown of what was kept, or a sentence.
fn answer(kept: &[Kept], errors: &Errors) -> Response {
    let sentence = errors.get("files").or_else(|| errors.get("alt"));
    match (kept.first(), sentence) {
        (Some(first), None) => {
            let all: Vec<&str> = kept.iter().map(|one| one.markdown.as_str()).collect();
            let id = first.stored.id;
            let body = json!({ "markdown": all.join("\n\n"), "path": first.stored.path(), "id": id });
            Json(body).into_response()
        }
        (_, sentence) => {
            let body = json!({ "error": sentence.unwrap_or("Nothing was sent.") });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
    }
}

/// For deleting: the picture and all that shows it.
pub(super) async fn with_uses(
    db: &PgPool,
    user: &User,
    id: i64,
) -> Result<(Picture, Vec<super::model::Use>)> {
    let scope = Scope::of(user);
    let picture = queries::picture(db, scope, id).await?.or_not_found()?;
    let uses = queries::uses(db, id, (user, scope)).await?;
    Ok((picture, uses))
}
