//! The page before a post comes out: what should be looked at, when, and for whom.

mod checks;
mod queries;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use chrono::Utc;
use serde::Deserialize;

use self::checks::Finding;
use super::{
    forms::{Aim, Change, PostForm},
    model::{Draft, desk_path},
    queries as desk, review,
    save::{self, Saved},
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{Form, Path},
    form::Errors,
    html::{self, Page, invalid, render},
    posts::{
        model::{PostId, Stage, Visibility},
        rendering::render_body,
    },
    session::{Author, Capability, User},
    site::{Check, CheckLevel},
    state::AppState,
    text::dates,
};

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/{id}/publish", get(show).post(publish))
}

/// Why a post that was meant to be published is only saved.
const HELD_BACK: &str = "Saved, and not published yet: something has to be mended first.";

/// The same of a post that was meant to be submitted.
const NOT_SUBMITTED: &str = "Saved, and not submitted yet: something has to be mended first.";

/// The page of a post.
pub(super) fn path(id: PostId) -> String {
    format!("/write/{id}/publish")
}

/// Why `change` is only saved: something was found that has to be mended before it is published or submitted.
///
/// # Errors
/// The database is away.
pub(super) async fn holds_back(
    app: &AppState,
    post: Option<PostId>,
    change: &Change,
) -> Result<Option<&'static str>> {
    let sentence = why_held_back(change);
    if sentence.is_none() {
        return Ok(None);
    }
    let derived = render_body(app, &change.body).await?;
    let findings = checks::all(app, post, change, &derived).await?;
    Ok(sentence.filter(|_| findings.iter().any(Finding::blocks)))
}

fn why_held_back(change: &Change) -> Option<&'static str> {
    match change.aim {
        Aim::Publish => Some(HELD_BACK),
        Aim::Submit => Some(NOT_SUBMITTED),
        Aim::Keep | Aim::SendBack(_) => None,
    }
}

/// Of these posts, those in which something has to be mended before they are published.
///
/// # Errors
/// The database is away.
pub(in crate::posts) async fn held_back(
    app: &AppState,
    editor: &User,
    ids: &[PostId],
) -> Result<Vec<PostId>> {
    let checks = app.site.get().checks.clone();
    if !Check::ALL.into_iter().any(|check| checks.level(check) == CheckLevel::Block) {
        return Ok(Vec::new());
    }
    let mut held = Vec::new();
    for id in ids {
        let Some(draft) = desk::editable(&app.db, editor, *id).await? else { continue };
        if findings(app, &draft).await?.iter().any(Finding::blocks) {
            held.push(*id);
        }
    }
    Ok(held)
}

/// When, and for whom.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct PublishForm {
    publish_at: String,
    unpublish_at: String,
    visibility: String,
    text_version: String,
    /// `submit`: let an editor look at it first.
    action: String,
}

impl PublishForm {
    /// The form of the whole post, with these answers in it.
    fn within(&self, draft: &Draft, page: &Page) -> PostForm {
        PostForm {
            publish_at: self.publish_at.clone(),
            unpublish_at: self.unpublish_at.clone(),
            visibility: self.visibility.clone(),
            text_version: self.text_version.clone(),
            action: if self.action == "submit" { "submit" } else { "publish" }.to_owned(),
            ..PostForm::of(draft, &page.site.time_zone)
        }
    }
}

#[derive(Template)]
#[template(path = "desk/publish.html")]
struct PublishPage {
    page: Page,
    draft: Draft,
    form: PublishForm,
    errors: Errors,
    findings: Vec<Finding>,
}

impl PublishPage {
    fn is_held_back(&self) -> bool {
        self.findings.iter().any(Finding::blocks)
    }

    fn may_publish(&self) -> bool {
        let user = self.page.visitor.as_ref();
        user.is_some_and(|user| review::may_publish(&self.page.site, user, self.draft.stage()))
    }

    fn heading(&self) -> &'static str {
        match self.draft.stage() {
            Stage::Published => "Check",
            _ if self.may_publish() => "Publish",
            Stage::Review => "Check",
            _ => "Submit for review",
        }
    }

    /// What its button does, and what it says.
    fn button(&self) -> (&'static str, &'static str) {
        match self.draft.stage() {
            Stage::Published => ("publish", "Save"),
            _ if self.may_publish() => ("publish", "Publish"),
            Stage::Review => ("submit", "Save"),
            _ => ("submit", "Submit for review"),
        }
    }

    fn visibilities(&self) -> [(Visibility, bool); 3] {
        Visibility::ALL.map(|visibility| (visibility, self.form.visibility == visibility.as_str()))
    }

    /// What the clock of the blog shows now.
    fn now(&self) -> String {
        let zone = self.page.site.time_zone;
        format!("{} ({})", dates::human_time(Utc::now(), &zone), dates::clock(Utc::now(), &zone))
    }

    /// What has to be known of the time that was chosen.
    fn about_time(&self) -> Option<String> {
        let zone = self.page.site.time_zone;
        let at = dates::parse_input(&self.form.publish_at, &zone)?;
        let odd = dates::oddity(&self.form.publish_at, &zone);
        let clock = dates::clock(at, &zone);
        let changes = clock != dates::clock(Utc::now(), &zone);
        match (odd, changes) {
            (Some(odd), _) => Some(format!("{odd} ({clock})")),
            (None, true) => Some(format!("The clock is changed before then: on that day it shows {clock}.")),
            (None, false) => None,
        }
    }
}

async fn show(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
) -> Result<Response> {
    let draft = desk::editable(&app.db, &author, id).await?.or_not_found()?;

    let whole = PostForm::of(&draft, &page.site.time_zone);
    let form = PublishForm {
        publish_at: whole.publish_at,
        unpublish_at: whole.unpublish_at,
        visibility: whole.visibility,
        text_version: whole.text_version,
        action: String::new(),
    };
    let findings = findings(&app, &draft).await?;
    render(&PublishPage { page, draft, form, errors: Errors::default(), findings })
}

async fn publish(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    Form(form): Form<PublishForm>,
) -> Result<Response> {
    let draft = desk::editable(&app.db, &author, id).await?.or_not_found()?;
    if draft.stage() == Stage::Trashed
        || draft.fields.kind.as_str() == "page" && !author.can(Capability::EditAny)
    {
        return Err(Error::Conflict);
    }
    let findings = findings(&app, &draft).await?;
    let whole = form.within(&draft, &page);
    if whole.text_version() != draft.text_version {
        return changed_meanwhile(page, draft, form, findings);
    }
    let change = match whole.parse(Some(&draft.fields), &page.site.time_zone) {
        Ok(change) => change,
        Err(errors) => return invalid(&PublishPage { page, draft, form, errors, findings }),
    };
    if findings.iter().any(Finding::blocks) {
        let errors = Errors::form(why_held_back(&change).unwrap_or(HELD_BACK));
        return invalid(&PublishPage { page, draft, form, errors, findings });
    }

    match save::update(&app, &author, (id, whole.text_version()), None, &change).await? {
        Saved::Done { reviewed, .. } => {
            let sentence = reviewed.sentence().unwrap_or_else(|| sentence(&change, &draft, &page));
            Ok(page.redirect(&desk_path(id), sentence))
        }
        Saved::NeedsEditor => {
            let errors = Errors::form(review::AN_EDITOR_PUBLISHES);
            invalid(&PublishPage { page, draft, form, errors, findings })
        }
        Saved::Clash(_) => {
            let draft = desk::editable(&app.db, &author, id).await?.or_not_found()?;
            changed_meanwhile(page, draft, form, findings)
        }
        Saved::SlugTaken | Saved::NoSuchAuthor(_) => Err(Error::Conflict),
    }
}

/// 409: what was looked at is not what would be published.
fn changed_meanwhile(
    page: Page,
    draft: Draft,
    form: PublishForm,
    findings: Vec<Finding>,
) -> Result<Response> {
    let form = PublishForm { text_version: draft.text_version.to_string(), ..form };
    let errors = Errors::form("Somebody changed this meanwhile. Please look once more.");
    html::with_status(StatusCode::CONFLICT, &PublishPage { page, draft, form, errors, findings })
}

async fn findings(app: &AppState, draft: &Draft) -> Result<Vec<Finding>> {
    let derived = render_body(app, &draft.body_md).await?;
    let change = Change {
        title: draft.title.clone(),
        body: draft.body_md.clone(),
        fields: draft.fields.0.clone(),
        slug_chosen: true,
        aim: Aim::Publish,
    };
    checks::all(app, Some(draft.id), &change, &derived).await
}

fn sentence(change: &Change, before: &Draft, page: &Page) -> String {
    let zone = page.site.time_zone;
    match change.fields.publish_at.filter(|at| *at > Utc::now()) {
        Some(at) => {
            format!(
                "Scheduled: it comes out on {} ({}).",
                dates::human_time(at, &zone),
                dates::clock(at, &zone)
            )
        }
        None if before.stage() == Stage::Published => "Saved.".to_owned(),
        None => "Published.".to_owned(),
    }
}
