//! The pages of the library.

use askama::Template;

use super::{
    forms::{DescriptionForm, LibraryQuery, UploadForm},
    model::{Card, Picture, Shelf, Use},
};
use crate::{
    form::Errors,
    html::{Page, Paging, filters},
    media::model::Focus,
};

/// The grid, with the form for new pictures.
#[derive(Template)]
#[template(path = "media/index.html")]
pub(super) struct Index {
    pub(super) page: Page,
    pub(super) query: LibraryQuery,
    pub(super) shelf: Shelf,
    pub(super) pictures: Vec<Card>,
    pub(super) paging: Paging,
    pub(super) form: UploadForm,
    pub(super) errors: Errors,
    /// Most MB of a file.
    pub(super) most: usize,
}

impl Index {
    fn is_shown(&self, shelf: &Shelf) -> bool {
        *shelf == self.shelf
    }

    fn shelf_path(&self, shelf: &Shelf) -> String {
        list_path(*shelf, &self.query.q)
    }
}

/// The address of a list.
pub(super) fn list_path(shelf: Shelf, words: &str) -> String {
    let pairs = [("show", shelf.as_str()), ("q", words)];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => "/write/media".to_owned(),
        query => format!("/write/media?{query}"),
    }
}

/// One picture.
#[derive(Template)]
#[template(path = "media/show.html")]
pub(super) struct Show {
    pub(super) page: Page,
    pub(super) picture: Picture,
    pub(super) uses: Vec<Use>,
    pub(super) form: DescriptionForm,
    pub(super) errors: Errors,
}

impl Show {
    fn shown(&self) -> impl Iterator<Item = &Use> {
        shown(&self.uses)
    }

    fn hidden(&self) -> usize {
        hidden(&self.uses)
    }

    fn is_focus(&self, focus: &Focus) -> bool {
        *focus == self.form.focus()
    }
}

/// Whether a picture is really to go, or why it cannot.
#[derive(Template)]
#[template(path = "media/delete.html")]
pub(super) struct Delete {
    pub(super) page: Page,
    pub(super) picture: Picture,
    pub(super) uses: Vec<Use>,
}

impl Delete {
    fn is_held(&self) -> bool {
        self.picture.is_face || self.uses.iter().any(Use::holds)
    }

    fn shown(&self) -> impl Iterator<Item = &Use> {
        shown(&self.uses)
    }

    fn hidden(&self) -> usize {
        hidden(&self.uses)
    }
}

/// What others are not to know of is only counted.
fn shown(uses: &[Use]) -> impl Iterator<Item = &Use> {
    uses.iter().filter(|one| !one.is_hidden())
}

fn hidden(uses: &[Use]) -> usize {
    uses.iter().filter(|one| one.is_hidden()).count()
}

/// Whether these pictures are really to go.
#[derive(Template)]
#[template(path = "media/forgotten.html")]
pub(super) struct Forgotten {
    pub(super) page: Page,
    pub(super) pictures: Vec<Card>,
}
