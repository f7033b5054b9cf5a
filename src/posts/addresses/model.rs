//! Where old addresses lead, and what keeps that to one hop.

use std::collections::{BTreeMap, HashMap, HashSet};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::posts::model::{PostId, PostKind};

/// Where an old address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a post or page, wherever it is by then.
    Post(PostId),
    /// To a path of this blog, as it stands in an address: encoded, perhaps with a query and a fragment.
    Path(String),
    /// To an https address of elsewhere.
    Elsewhere(String),
    /// Nowhere: removed for good.
    Gone,
}

impl Target {
    /// From the columns of a row.
    pub(super) fn of(post: Option<PostId>, target: Option<String>) -> Self {
        match (post, target) {
            (Some(post), _) => Self::Post(post),
            (None, Some(target)) if target.starts_with('/') => Self::Path(target),
            (None, Some(target)) => Self::Elsewhere(target),
            (None, None) => Self::Gone,
        }
    }

    /// The columns of a row.
    pub(super) fn columns(&self) -> (Option<PostId>, Option<String>) {
        match self {
            Self::Post(post) => (Some(*post), None),
            Self::Path(target) | Self::Elsewhere(target) => (None, Some(target.clone())),
            Self::Gone => (None, None),
        }
    }

    /// What somebody typed: a path, an https address, or `gone`. Addresses of this blog become paths.
    pub(super) fn parse(text: &str, base: &Url) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("gone") {
            return Some(Self::Gone);
        }
        let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
        let url = if is_path { base.join(text).ok()? } else { text.parse().ok()? };
        if url.as_str().len() > 2_000 {
            return None;
        }
        if url.origin() == base.origin() {
            return Some(Self::Path(url[url::Position::BeforePath..].to_owned()));
        }
        let fine = url.scheme() == "https" && url.has_host() && url.username().is_empty();
        fine.then(|| Self::Elsewhere(url.into()))
    }
}

/// The old addresses by which the table knows a path: decoded, without a slash or `index.html` at the end; first with
/// its query, then without.
pub(super) fn keys(path: &str, query: Option<&str>) -> Vec<String> {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let trimmed = path.trim_end_matches('/');
    let trimmed = trimmed.strip_suffix("/index.html").unwrap_or(trimmed).trim_end_matches('/');
    let with_query = query.filter(|query| !query.is_empty()).map(|query| {
        let path = if trimmed.is_empty() { "/" } else { trimmed };
        format!("{path}?{query}")
    });
    let keys = with_query.into_iter().chain(Some(trimmed.to_owned()).filter(|path| !path.is_empty()));
    keys.filter(|key| key.starts_with('/') && key.len() <= LONGEST && !key.contains(char::is_control))
        .collect()
}

const LONGEST: usize = 500;

/// An old address as somebody typed it, of whatever host: its key. `None` for what is none.
pub(super) fn parse_old(text: &str) -> Option<String> {
    let (path, query) = split(text)?;
    let key = keys(&path, query).into_iter().next()?;
    // what the query says stays
    (query.is_none_or(str::is_empty) || key.contains('?')).then_some(key)
}

/// The path of an old address of whatever host, as the table of redirects knows it, without its query: at most 500
/// bytes. `None` for the start page, and for what is no address.
pub fn old_path(text: &str) -> Option<String> {
    let (path, _) = split(text)?;
    keys(&path, None).into_iter().next()
}

/// Path and query of an address, of this host or of another.
fn split(text: &str) -> Option<(String, Option<&str>)> {
    let text = text.trim();
    let rest =
        text.split_once("://").map_or(Some(text), |(_, rest)| rest.split_once('/').map(|(_, path)| path))?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    Some((format!("/{}", path.trim_start_matches('/')), query))
}

/// The post or page that a path names, if it has the form of one.
pub(super) fn named(path: &str) -> Option<(PostKind, &str)> {
    let (kind, slug) = match path.strip_prefix("/posts/") {
        Some(slug) => (PostKind::Post, slug),
        None => (PostKind::Page, path.strip_prefix('/')?),
    };
    (!slug.is_empty() && !slug.contains(['/', '?'])).then_some((kind, slug))
}

/// Pages of the blog that always answer, so that a redirect from there would never be used.
pub(super) fn is_own(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    let whole = ["account", "admin", "login", "static", "write", "livez", "readyz", "metrics", "setup"];
    let pages =
        ["/archive", "/tags", "/series", "/search", "/register", "/feed.xml", "/sitemap.xml", "/robots.txt"];
    whole.contains(&first) || pages.contains(&path)
}

/// Why a new redirect cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// It would lead back to where it begins.
    Circle,
    /// Another line has the same old address.
    Twice,
}

impl Problem {
    /// For people.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Circle => "This would lead in a circle.",
            Self::Twice => "This old address stands on another line already.",
        }
    }
}

/// What has to be written so that all of `new` holds and no redirect leads to another one: the new ones, and known ones
/// that led to an old address of a new one. `own` tells the path at which a post is now.
pub(super) fn settle(
    known: &HashMap<String, Target>,
    new: &[(String, Target)],
    own: &HashMap<PostId, String>,
) -> Result<BTreeMap<String, Target>, Vec<(usize, Problem)>> {
    let mut all: HashMap<&str, &Target> =
        known.iter().map(|(path, target)| (path.as_str(), target)).collect();
    let mut problems = Vec::new();
    let mut fresh = HashSet::new();
    for (at, (path, target)) in new.iter().enumerate() {
        if !fresh.insert(path.as_str()) {
            problems.push((at, Problem::Twice));
        }
        all.insert(path, target);
    }
    let mut settled = BTreeMap::new();
    for (at, (path, _)) in new.iter().enumerate() {
        match end(&all, path) {
            Some(Target::Post(post)) if own.get(post).is_some_and(|now| now == path) => {
                problems.push((at, Problem::Circle));
            }
            Some(target) => {
                settled.insert(path.clone(), target.clone());
            }
            None => problems.push((at, Problem::Circle)),
        }
    }
    if !problems.is_empty() {
        problems.sort_by_key(|(at, _)| *at);
        return Err(problems);
    }
    for (path, target) in known.iter().filter(|(path, _)| !fresh.contains(path.as_str())) {
        if let Some(end) = end(&all, path).filter(|end| *end != target) {
            settled.insert(path.clone(), end.clone());
        }
    }
    Ok(settled)
}

/// Where `path` leads in the end; `None`: in a circle.
fn end<'a>(all: &HashMap<&str, &'a Target>, path: &str) -> Option<&'a Target> {
    let mut target: &Target = all.get(path).copied()?;
    let mut seen = HashSet::from([path.to_owned()]);
    while let Target::Path(next) = target {
        let without_fragment = next.split('#').next().unwrap_or_default();
        let (next, query) = without_fragment
            .split_once('?')
            .map_or((without_fragment, None), |(path, query)| (path, Some(query)));
        let keys = keys(next, query);
        if keys.iter().any(|key| seen.contains(key)) {
            return None;
        }
        let Some(further) = keys.iter().find_map(|key| all.get(key.as_str()).copied()) else { break };
        seen.extend(keys);
        target = further;
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

    use super::*;

    fn base() -> Url {
        "https://blog.example".parse().expect("an address")
    }

    fn path(path: &str) -> Target {
        Target::Path(path.to_owned())
    }

    #[test]
    fn targets_are_paths_https_addresses_or_gone() {
        let parse = |text| Target::parse(text, &base());
        assert_eq!(parse(" /über uns#x "), Some(path("/%C3%BCber%20uns#x")));
        assert_eq!(parse("https://blog.example/tags?x=1"), Some(path("/tags?x=1")));
        assert_eq!(
            parse("https://else.example"),
            Some(Target::Elsewhere("https://else.example/".to_owned()))
        );
        assert_eq!(parse("GONE"), Some(Target::Gone));
        for odd in [
            "",
            "x",
            "//else.example",
            "/\\else.example",
            "http://else.example",
            "javascript:alert(1)",
            "https://a@else.example",
        ] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn old_addresses_are_known_however_they_are_written() {
        for (typed, key) in [
            ("/a/", Some("/a")),
            ("a/b/index.html", Some("/a/b")),
            ("https://old.example/2019/x.html", Some("/2019/x.html")),
            ("/?p=12", Some("/?p=12")),
            ("/x/?p=1#c", Some("/x?p=1")),
            ("/%C3%BCber", Some("/über")),
            ("/", None),
            ("https://old.example", None),
            ("", None),
        ] {
            assert_eq!(parse_old(typed).as_deref(), key, "{typed}");
        }
        assert_eq!(keys("/a/", Some("p=1")), ["/a?p=1", "/a"]);
        for (typed, path) in [
            ("https://old.example/b/?p=1#c", Some("/b")),
            ("https://old.example/%CE%B5/", Some("/ε")),
            ("x/index.html", Some("/x")),
            ("https://old.example/?p=1", None),
            ("/a\0b", None),
        ] {
            assert_eq!(old_path(typed).as_deref(), path, "{typed}");
        }
        assert_eq!(parse_old(&format!("/{}", "x".repeat(600))), None);
    }

    #[test]
    fn chains_become_one_hop_and_circles_are_refused() {
        let known = HashMap::from([("/a".to_owned(), path("/b")), ("/x".to_owned(), Target::Post(7))]);
        let settled = settle(&known, &[("/b".to_owned(), path("/x/"))], &HashMap::new()).expect("fine");
        assert_eq!(settled["/b"], Target::Post(7));
        assert_eq!(settled["/a"], Target::Post(7));

        let circle = settle(&known, &[("/b".to_owned(), path("/a#part"))], &HashMap::new());
        assert_eq!(circle, Err(vec![(0, Problem::Circle)]));
        let own = HashMap::from([(7, "/posts/now".to_owned())]);
        let itself = [("/y".to_owned(), Target::Gone), ("/posts/now".to_owned(), path("/x"))];
        assert_eq!(settle(&known, &itself, &own), Err(vec![(1, Problem::Circle)]));
        let twice = [("/y".to_owned(), Target::Gone), ("/y".to_owned(), path("/z"))];
        assert_eq!(settle(&known, &twice, &own), Err(vec![(1, Problem::Twice)]));
    }

    #[test]
    fn whatever_is_added_no_redirect_ever_leads_to_another_one() {
        for seed in 0..200 {
            let mut chance = StdRng::seed_from_u64(seed);
            let mut known: HashMap<String, Target> = HashMap::new();
            for _ in 0..60 {
                let mut new = Vec::new();
                for _ in 0..chance.random_range(1..4) {
                    let target = match chance.random_range(0..6) {
                        0 => Target::Gone,
                        1 => Target::Post(chance.random_range(0..3)),
                        _ => path(&format!("/{}", chance.random_range(0..12))),
                    };
                    new.push((format!("/{}", chance.random_range(0..12)), target));
                }
                if let Ok(settled) = settle(&known, &new, &HashMap::new()) {
                    known.extend(settled);
                }
                for (from, to) in &known {
                    let Target::Path(to) = to else { continue };
                    assert!(!known.contains_key(to), "seed {seed}: {from} leads to {to}, which leads on");
                }
            }
            assert!(known.len() > 3, "seed {seed}: nearly everything was refused");
        }
    }
}
