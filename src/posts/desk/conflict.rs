//! Two people changed the same lines: a person decides, and both texts stay in sight until then.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::post};
use chrono_tz::Tz;
use serde_json::Value;

use super::{
    autosave,
    diff::{Bit, words},
    fields::FieldClash,
    forms::{Change, PostForm},
    merge::{Clash, Piece},
    pictures, queries, review,
    save::{self, Conflict, Saved},
    views,
};
use crate::{
    error::{Error, OrNotFound, Result},
    extract::{Path, Upload, from_pairs},
    html::{self, Page, invalid, render},
    posts::model::PostId,
    session::Author,
    state::AppState,
    text::{clean, dates},
};

pub(super) fn authors() -> Router<AppState> {
    Router::new().route("/write/{id}/conflict", post(decide))
}

/// What was chosen for a stretch or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Mine,
    Theirs,
    Both,
}

/// The form with which somebody decides: that of the post, and a choice for each clash.
struct Decision {
    mine: PostForm,
    /// The version that was compared with.
    head_version: i32,
    /// Look at the result before it is saved.
    edit: bool,
    pairs: Vec<(String, String)>,
}

impl Decision {
    fn of(pairs: Vec<(String, String)>) -> Result<Self> {
        let value =
            |name: &str| pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        Ok(Self {
            // what was pressed before is pressed again, when the result has been looked at
            mine: PostForm { action: String::new(), ..from_pairs(&pairs)? },
            head_version: value("head_version").and_then(|version| version.parse().ok()).unwrap_or(0),
            edit: value("decide") == Some("edit"),
            pairs,
        })
    }

    fn choice(&self, name: &str) -> Option<Choice> {
        let (_, value) = self.pairs.iter().find(|(field, _)| field == name)?;
        match value.as_str() {
            "mine" => Some(Choice::Mine),
            "theirs" => Some(Choice::Theirs),
            "both" => Some(Choice::Both),
            _ => None,
        }
    }

    /// What comes out of it; where nothing was chosen, no word is left out.
    fn result(&self, conflict: &Conflict) -> Change {
        let mut change = conflict.merged.clone();
        change.body = text(&conflict.pieces, |n| self.choice(&piece_name(n)).unwrap_or(Choice::Both));
        for clash in &conflict.clashes {
            if self.choice(&field_name(&clash.name)) != Some(Choice::Theirs) {
                continue;
            }
            if clash.name == "title" {
                change.title.clone_from(&conflict.head.title);
            } else {
                change.fields = change.fields.with(&clash.name, &conflict.head.fields);
            }
        }
        change
    }
}

fn text(pieces: &[Piece], choice: impl Fn(usize) -> Choice) -> String {
    let mut text = String::new();
    let mut n = 0;
    for piece in pieces {
        match piece {
            Piece::Agreed(agreed) => text.push_str(agreed),
            Piece::Clash(clash) => {
                text.push_str(&decided(clash, choice(n)));
                n += 1;
            }
        }
    }
    text.trim_end_matches('\n').to_owned()
}

fn decided(clash: &Clash, choice: Choice) -> String {
    match choice {
        Choice::Mine => clash.mine.clone(),
        Choice::Theirs => clash.theirs.clone(),
        // paragraphs of their own, so that Markdown does not make one of the two
        Choice::Both if clash.mine.is_empty() || clash.theirs.is_empty() => {
            format!("{}{}", clash.theirs, clash.mine)
        }
        Choice::Both => format!("{}\n{}", clash.theirs, clash.mine),
    }
}

async fn decide(
    State(app): State<AppState>,
    author: Author,
    page: Page,
    Path(id): Path<PostId>,
    upload: Upload<Vec<(String, String)>>,
) -> Result<Response> {
    let draft = queries::editable(&app.db, &author, id).await?.or_not_found()?;
    let decision = Decision::of(upload.form)?;
    let parsed = decision.mine.parse(Some(&draft.fields), &page.site.time_zone);
    let mine = match parsed {
        Ok(mine) => mine,
        Err(errors) => {
            let view = views::Edit::new(page, Some(draft), decision.mine);
            return invalid(&pictures::show(&app, views::Edit { errors, ..view }).await?);
        }
    };

    let version = decision.mine.text_version();
    let change = match save::compare(&app, id, version, mine).await? {
        Ok(change) => change,
        Err(conflict) if conflict.head.text_version != decision.head_version => {
            return show(page, &decision.mine, id, &conflict, true);
        }
        Err(conflict) => decision.result(&conflict),
    };
    if decision.edit {
        let form = PostForm {
            text_version: decision.head_version.to_string(),
            tab: decision.mine.tab.clone(),
            review_note: decision.mine.review_note.clone(),
            ..PostForm::showing(&change.title, &change.body, &change.fields, &page.site.time_zone)
        };
        autosave::keep(&app.db, author.id, Some(id), &form).await?;
        let notice = "This is the result. Change what you like, and save it.".to_owned();
        let view = views::Edit { notice, ..views::Edit::new(page, Some(draft), form) };
        return render(&pictures::show(&app, view).await?);
    }

    let from = (id, decision.head_version);
    match save::update(&app, &author, from, decision.mine.tab(), &change).await? {
        Saved::Done { .. } => Ok(page.redirect(
            &review::form_path(&app, &author, id, &decision.mine).await?,
            "Saved. All three texts are in the history: both of yours, and the result.",
        )),
        Saved::Clash(conflict) => show(page, &decision.mine, id, &conflict, true),
        Saved::SlugTaken | Saved::NoSuchAuthor(_) | Saved::NeedsEditor => Err(Error::Conflict),
    }
}

/// A stretch as the page shows it.
enum Shown {
    /// What both have: how it begins and ends.
    Agreed { head: String, left_out: usize, tail: String },
    /// What one of them has to be chosen of.
    Clash { name: String, mine: Vec<Bit>, theirs: Vec<Bit> },
}

/// A field as the page shows it.
struct ShownField {
    name: String,
    label: String,
    mine: String,
    theirs: String,
}

#[derive(Template)]
#[template(path = "desk/conflict.html")]
struct ConflictPage {
    page: Page,
    post: PostId,
    head_version: i32,
    /// It changed once more since this page was shown.
    again: bool,
    editor: Option<String>,
    pieces: Vec<Shown>,
    fields: Vec<ShownField>,
    /// The form as it was sent, for sending it again.
    hidden: Vec<(String, String)>,
}

/// 409: what both changed, and the buttons to decide.
///
/// # Errors
/// The template fails, which is a bug.
pub(super) fn show(
    page: Page,
    form: &PostForm,
    post: PostId,
    conflict: &Conflict,
    again: bool,
) -> Result<Response> {
    let zone = page.site.time_zone;
    let view = ConflictPage {
        post,
        head_version: conflict.head.text_version,
        again,
        editor: conflict.head.editor.clone(),
        pieces: shown(&conflict.pieces),
        fields: conflict.clashes.iter().map(|clash| shown_field(clash, zone)).collect(),
        hidden: hidden(form)?,
        page,
    };
    html::with_status(StatusCode::CONFLICT, &view)
}

fn shown(pieces: &[Piece]) -> Vec<Shown> {
    let mut clashes = 0;
    let shown = |piece: &Piece| match piece {
        Piece::Agreed(text) => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (head, tail) = (lines.len().min(3), lines.len().saturating_sub(3).min(3));
            Shown::Agreed {
                head: lines[..head].concat(),
                left_out: lines.len() - head - tail,
                tail: lines[lines.len() - tail..].concat(),
            }
        }
        Piece::Clash(clash) => {
            let bits = words(&clash.theirs, &clash.mine);
            clashes += 1;
            Shown::Clash {
                name: piece_name(clashes - 1),
                mine: bits.iter().filter(|bit| !bit.is_removed()).cloned().collect(),
                theirs: bits.into_iter().filter(|bit| !bit.is_added()).collect(),
            }
        }
    };
    pieces.iter().map(shown).collect()
}

fn piece_name(n: usize) -> String {
    format!("piece-{n}")
}

fn field_name(name: &str) -> String {
    format!("field-{name}")
}

fn shown_field(clash: &FieldClash, zone: Tz) -> ShownField {
    let mut label = clash.name.replace('_', " ");
    label[..1].make_ascii_uppercase();
    ShownField {
        name: field_name(&clash.name),
        label,
        mine: in_words(&clash.mine, zone),
        theirs: in_words(&clash.theirs, zone),
    }
}

/// The value of a field, for people.
fn in_words(value: &Value, zone: Tz) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(on) => if *on { "yes" } else { "no" }.to_owned(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => match text.parse() {
            Ok(at) => dates::human_time(at, &zone),
            Err(_) => text.clone(),
        },
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// All fields of the form, as it was sent.
fn hidden(form: &PostForm) -> Result<Vec<(String, String)>> {
    let form = PostForm { body: clean(&form.body), action: String::new(), ..form.clone() };
    let Value::Object(fields) = serde_json::to_value(form).map_err(anyhow::Error::from)? else {
        return Ok(Vec::new());
    };
    let pairs = fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
    Ok(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_gives_its_text_and_none_leaves_no_word_out() {
        let clash =
            Clash { base: "b\n".to_owned(), mine: "mine\n".to_owned(), theirs: "theirs\n".to_owned() };
        let pieces =
            [Piece::Agreed("one\n\n".to_owned()), Piece::Clash(clash), Piece::Agreed("\ntwo\n".to_owned())];
        assert_eq!(text(&pieces, |_| Choice::Mine), "one\n\nmine\n\ntwo");
        assert_eq!(text(&pieces, |_| Choice::Theirs), "one\n\ntheirs\n\ntwo");
        assert_eq!(text(&pieces, |_| Choice::Both), "one\n\ntheirs\n\nmine\n\ntwo");
    }

    #[test]
    fn values_are_said_in_words() {
        let zone = chrono_tz::Europe::Berlin;
        for (value, words) in [
            (serde_json::json!("2026-07-01T10:00:00Z"), "1 July 2026, 12:00"),
            (serde_json::json!(""), "nothing"),
            (serde_json::json!(true), "yes"),
            (serde_json::json!(["a", "b"]), "a, b"),
            (serde_json::json!(3), "3"),
        ] {
            assert_eq!(in_words(&value, zone), words);
        }
    }
}
