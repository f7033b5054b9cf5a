//! The forms of the table of redirects.

use serde::Deserialize;
use url::Url;

use super::model::{Target, is_own, parse_old};
use crate::form::Errors;

/// What of the table is shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    pub(super) q: String,
}

impl Filter {
    /// What is looked for, as a pattern of LIKE; `None` when nothing is.
    pub(super) fn pattern(&self) -> Option<String> {
        let words = self.q.trim();
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        (!words.is_empty()).then(|| format!("%{escaped}%"))
    }

    /// The address of this list.
    pub(super) fn path(&self) -> String {
        if self.q.trim().is_empty() {
            return "/admin/redirects".to_owned();
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("/admin/redirects?{}", query.append_pair("q", self.q.trim()).finish())
    }
}

/// A new redirect, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RedirectForm {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) gone: String,
}

impl RedirectForm {
    pub(super) fn parse(&self, base: &Url) -> Result<(String, Target), Errors> {
        let mut errors = Errors::default();
        let to = if self.gone.is_empty() { self.to.as_str() } else { "gone" };
        let (from, to) = (old(&self.from), target(to, base));
        for (field, sentence) in [("from", from.as_ref().err()), ("to", to.as_ref().err())] {
            if let Some(sentence) = sentence {
                errors.add(field, *sentence);
            }
        }
        match (from, to) {
            (Ok(from), Ok(to)) => Ok((from, to)),
            _ => Err(errors),
        }
    }
}

/// An old address that somebody typed.
pub(super) fn old(text: &str) -> Result<String, &'static str> {
    let path = parse_old(text).ok_or("An old address is a path such as /2019/05/a-walk.html.")?;
    if is_own(&path) { Err("The blog itself answers at this address.") } else { Ok(path) }
}

/// Where it leads.
pub(super) fn target(text: &str, base: &Url) -> Result<Target, &'static str> {
    Target::parse(text, base)
        .ok_or("It leads to a path of this blog such as /posts/a-walk, to an https address, or is gone.")
}

/// Redirects that are ticked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeleteForm {
    redirect: Vec<String>,
    q: String,
}

impl DeleteForm {
    pub(super) fn ids(&self) -> Vec<i64> {
        self.redirect.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// The list that they were ticked in.
    pub(super) fn back(&self) -> String {
        Filter { q: self.q.clone() }.path()
    }
}

/// A file of redirects: nothing but the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImportForm {}
