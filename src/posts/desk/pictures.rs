//! Pictures that come with the form of a post.

use super::{forms::PostForm, views};
use crate::{
    error::Result,
    extract::{Upload, UploadedFile},
    form::Errors,
    media,
    session::User,
    state::AppState,
    text::single_line,
};

/// Keeps the pictures that came with the form, so that a refused form does not ask for them again.
pub(super) async fn take(
    app: &AppState,
    author: &User,
    upload: Upload<PostForm>,
) -> Result<(PostForm, Errors)> {
    let cover = store(app, author, upload.file("cover")).await?;
    let share_image = store(app, author, upload.file("share_image")).await?;
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
    match share_image {
        Some(Ok(stored)) => {
            form.share_image_id = stored.id.to_string();
            form.remove_share_image = String::new();
        }
        Some(Err(refusal)) => errors.add("share_image", refusal.to_string()),
        None => {}
    }
    match picture {
        Some(Ok(stored)) => {
            let alt = single_line(&form.picture_alt).replace(['[', ']'], "");
            form.body = format!("{}\n\n![{alt}]({})\n", form.body.trim_end(), stored.path());
            form.picture_alt = String::new();
        }
        Some(Err(refusal)) => errors.add("picture", refusal.to_string()),
        None => {}
    }
    Ok((form, errors))
}

async fn store(
    app: &AppState,
    author: &User,
    file: Option<&UploadedFile>,
) -> Result<Option<std::result::Result<media::Stored, media::Refusal>>> {
    match file {
        None => Ok(None),
        Some(file) => media::store(app, file.bytes.clone(), &file.name, Some(author.id)).await.map(Some),
    }
}

/// Shows the pictures that the form names; one that is not there any more is not named any longer.
pub(super) async fn show(app: &AppState, mut view: views::Edit) -> Result<views::Edit> {
    view.cover = path(app, &mut view.form.cover_id, &view.form.remove_cover).await?;
    view.share_image = path(app, &mut view.form.share_image_id, &view.form.remove_share_image).await?;
    Ok(view)
}

async fn path(app: &AppState, id: &mut String, remove: &str) -> Result<Option<String>> {
    let (Ok(key), true) = (id.parse(), remove.is_empty()) else { return Ok(None) };
    let path = media::queries::file_key(&app.db, key).await?.map(|key| media::path(&key));
    if path.is_none() {
        id.clear();
    }
    Ok(path)
}
