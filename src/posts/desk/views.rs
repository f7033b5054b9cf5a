//! The page with the form.

use askama::Template;

use super::{autosave::UnsavedLine, forms::PostForm, model::Draft};
use crate::{
    form::Errors,
    html::{Page, filters},
    posts::{
        desk::review,
        model::{Stage, Visibility},
    },
    session::Capability,
    text::SafeHtml,
};

/// The form, new or filled, with what belongs around it.
#[derive(Template)]
#[template(path = "desk/edit.html")]
pub(super) struct Edit {
    pub(super) page: Page,
    pub(super) draft: Option<Draft>,
    pub(super) form: PostForm,
    pub(super) errors: Errors,
    pub(super) cover: Option<String>,
    pub(super) share_image: Option<String>,
    pub(super) preview: Option<Preview>,
    /// What was typed here before and not saved.
    pub(super) unsaved: Vec<UnsavedLine>,
    /// Who else has it open.
    pub(super) others: String,
    /// What is said above the form.
    pub(super) notice: String,
}

impl Edit {
    /// With nothing around it.
    pub(super) fn new(page: Page, draft: Option<Draft>, form: PostForm) -> Self {
        Self {
            page,
            draft,
            form,
            errors: Errors::default(),
            cover: None,
            share_image: None,
            preview: None,
            unsaved: Vec::new(),
            others: String::new(),
            notice: String::new(),
        }
    }

    fn action(&self) -> String {
        self.draft.as_ref().map_or_else(|| "/write/new".to_owned(), Draft::desk_path)
    }

    fn is_editor(&self) -> bool {
        self.page.visitor.as_ref().is_some_and(|user| user.can(Capability::EditAny))
    }

    fn may_publish(&self) -> bool {
        let user = self.page.visitor.as_ref();
        user.is_some_and(|user| review::may_publish(&self.page.site, user, self.stage()))
    }

    fn may_submit(&self) -> bool {
        self.stage() == Stage::Draft && !self.is_editor()
    }

    fn is_waiting(&self) -> bool {
        self.stage() == Stage::Review
    }

    /// Also when it does not wait any more: what was typed stays in sight.
    fn has_note_field(&self) -> bool {
        self.is_editor() && (self.is_waiting() || !self.form.review_note.is_empty())
    }

    pub(super) fn stage(&self) -> Stage {
        self.draft.as_ref().map_or(Stage::Draft, Draft::stage)
    }

    fn is_out(&self) -> bool {
        matches!(self.stage(), Stage::Published | Stage::Scheduled | Stage::Expired)
    }

    fn is_wrong(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.errors.get(name).is_some())
    }

    fn visibilities(&self) -> [(Visibility, bool); 3] {
        Visibility::ALL.map(|visibility| (visibility, self.form.visibility() == visibility))
    }
}

/// What readers would see.
#[derive(Template)]
#[template(path = "desk/_preview.html")]
pub(super) struct Preview {
    pub(super) title: String,
    pub(super) html: SafeHtml,
}

impl askama::filters::HtmlSafe for Preview {}
