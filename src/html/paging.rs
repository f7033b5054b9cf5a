//! Paging by key: the next page begins after the last row of this one, so rows never shift between pages.

use chrono::{DateTime, TimeZone as _, Utc};
use serde::Deserialize;

/// The `?before=` of a list: a moment in microseconds and an id, as in `1700000000000000-42`. Anything else counts
/// as the first page.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Before {
    #[serde(default)]
    before: String,
}

impl Before {
    /// The place to go on after: larger than every row when this is the first page.
    pub fn key(&self) -> (DateTime<Utc>, i64) {
        self.parse().unwrap_or((DateTime::<Utc>::MAX_UTC, i64::MAX)).min((far_future(), i64::MAX))
    }

    /// True on the first page.
    pub fn is_first(&self) -> bool {
        self.parse().is_none()
    }

    fn parse(&self) -> Option<(DateTime<Utc>, i64)> {
        let (micros, id) = self.before.split_once('-')?;
        Some((Utc.timestamp_micros(micros.parse().ok()?).single()?, id.parse().ok()?))
    }
}

/// PostgreSQL's timestamps end before chrono's do.
fn far_future() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(9999, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The links below a list.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// Address of the newer end: set unless this is the first page.
    pub newest: Option<String>,
    /// Address of the next older page: set when there are more rows.
    pub older: Option<String>,
}

impl Paging {
    /// Cuts `rows` (fetched with one row more than `limit`) to the page and makes its links under `path`.
    pub fn cut<T>(
        rows: &mut Vec<T>,
        limit: i64,
        path: &str,
        before: &Before,
        key: impl Fn(&T) -> (DateTime<Utc>, i64),
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let joint = if path.contains('?') { '&' } else { '?' };
        let older = rows.last().filter(|_| more).map(|row| {
            let (at, id) = key(row);
            format!("{path}{joint}before={}-{id}", at.timestamp_micros())
        });
        Self { newest: (!before.is_first()).then(|| path.to_owned()), older }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_the_first_page() {
        for text in ["", "x", "1-", "-1", "99999999999999999999-1", "1700000000000000"] {
            let before = Before { before: text.to_owned() };
            assert!(before.is_first(), "{text}");
            assert_eq!(before.key().1, i64::MAX);
        }
    }

    #[test]
    fn the_next_page_begins_after_the_last_row() {
        let at = Utc.timestamp_micros(1_700_000_000_000_123).single().expect("a moment");
        let mut rows = vec![3, 2, 1];
        let paging = Paging::cut(&mut rows, 2, "/", &Before::default(), |id| (at, *id));
        assert_eq!(rows, [3, 2]);
        assert_eq!(paging.older.as_deref(), Some("/?before=1700000000000123-2"));
        assert_eq!(Before { before: "1700000000000123-2".to_owned() }.key(), (at, 2));
    }
}
