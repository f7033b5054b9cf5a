//! What should be looked at before readers see a post.

use url::Url;

use super::queries;
use crate::{
    error::Result,
    posts::{desk::forms::Change, model::PostId, rendering::Derived},
    site::{Check, CheckLevel},
    state::AppState,
    text::Outline,
};

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: CheckLevel,
    pub(super) sentence: String,
}

impl Finding {
    /// The post is not published before it is mended.
    pub(super) fn blocks(&self) -> bool {
        self.level == CheckLevel::Block
    }
}

/// So many findings of one kind are named.
const MOST: usize = 10;

/// All that the settings ask for, what blocks first.
///
/// # Errors
/// The database is away.
pub(super) async fn all(
    app: &AppState,
    post: Option<PostId>,
    change: &Change,
    derived: &Derived,
) -> Result<Vec<Finding>> {
    let checks = app.site.get().checks.clone();
    let outline = derived.body_html.outline();
    let mut findings = Vec::new();
    for check in Check::ALL {
        let level = checks.level(check);
        if level == CheckLevel::Off {
            continue;
        }
        let sentences = match check {
            Check::Links => dead_links(app, &outline).await?,
            Check::Alt => undescribed(app, change, &outline).await?,
            Check::Headings => heading_jump(&outline.headings).into_iter().collect(),
            Check::Description => undescribed_post(change),
            Check::Title => same_title(app, post, change).await?,
        };
        findings.extend(sentences.into_iter().take(MOST).map(|sentence| Finding { level, sentence }));
    }
    findings.sort_by_key(|finding| !finding.blocks());
    Ok(findings)
}

async fn dead_links(app: &AppState, outline: &Outline) -> Result<Vec<String>> {
    let (inside, places): (Vec<String>, Vec<String>) = outline
        .links
        .iter()
        .filter_map(|link| own_path(&app.config.base_url, link))
        .partition(|path| path.starts_with('/'));
    let dead = queries::dead_paths(&app.db, &inside).await?;
    let mut sentences: Vec<String> = dead
        .into_iter()
        .map(|path| format!("A link leads to {path}, and nothing is there for readers."))
        .collect();
    let lost = places.into_iter().filter(|place| !outline.ids.contains(&place[1..].to_owned()));
    sentences.extend(lost.map(|place| format!("A link leads to {place}, and this text has no such place.")));
    sentences.dedup();
    Ok(sentences)
}

/// The path (or the place, `#…`) that a link to this site names.
fn own_path(base: &Url, link: &str) -> Option<String> {
    if let Some(place) = link.strip_prefix('#') {
        let place = percent_encoding::percent_decode_str(place).decode_utf8_lossy().into_owned();
        return (!place.is_empty()).then(|| format!("#{place}"));
    }
    let url = base.join(link).ok()?;
    if url.origin() != base.origin() {
        return None;
    }
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
    Some(if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path })
}

async fn undescribed(app: &AppState, change: &Change, outline: &Outline) -> Result<Vec<String>> {
    let silent = outline.pictures.iter().filter(|(_, alt)| alt.trim().is_empty());
    let paths: Vec<String> = silent.map(|(path, _)| path.clone()).collect();
    let mut sentences: Vec<String> = queries::not_decorative(&app.db, &paths)
        .await?
        .into_iter()
        .map(|path| if path.is_empty() { "without an address".to_owned() } else { path })
        .map(|path| format!("The picture {path} has no words for those who cannot see it."))
        .collect();
    if change.fields.cover_id.is_some() && change.fields.cover_alt.is_empty() {
        sentences.push("The cover has no words for those who cannot see it.".to_owned());
    }
    Ok(sentences)
}

/// The title of the page is its first level.
fn heading_jump(levels: &[u8]) -> Option<String> {
    let mut before = 1;
    for level in levels {
        if *level > before + 1 {
            return Some(format!(
                "A heading of level {level} follows one of level {before}: those who listen to the page think that something is missing."
            ));
        }
        before = *level;
    }
    None
}

fn undescribed_post(change: &Change) -> Vec<String> {
    let missing = change.fields.summary.is_empty() && change.fields.description.is_empty();
    missing
        .then(|| {
            "It has no summary and no description: lists and search engines show how it begins.".to_owned()
        })
        .into_iter()
        .collect()
}

async fn same_title(app: &AppState, post: Option<PostId>, change: &Change) -> Result<Vec<String>> {
    let others = queries::with_title(&app.db, &change.title, post).await?;
    Ok(others.into_iter().map(|slug| format!("Another post has the same title: {slug}.")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_this_site_are_told_from_others() {
        let base = Url::parse("https://blog.example/").expect("a URL");
        for (link, path) in [
            ("/posts/a?x#y", Some("/posts/a")),
            ("https://blog.example/tags/b/", Some("/tags/b")),
            ("https://other.example/posts/a", None),
            ("mailto:a@example.org", None),
            ("#caf%C3%A9", Some("#café")),
            ("#", None),
            ("/", Some("/")),
        ] {
            assert_eq!(own_path(&base, link).as_deref(), path, "{link}");
        }
    }

    #[test]
    fn a_level_that_is_left_out_is_found() {
        assert_eq!(heading_jump(&[2, 3, 4, 2, 3]), None);
        assert!(heading_jump(&[2, 4]).is_some_and(|sentence| sentence.contains("level 4")));
        assert!(heading_jump(&[3]).is_some());
    }
}
