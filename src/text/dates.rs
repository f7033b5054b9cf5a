//! Moments in words. Everything is stored in UTC; people see the blog's own zone.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A day: `24 November 2026`.
pub fn human(at: DateTime<Utc>, zone: &Tz) -> String {
    at.with_timezone(zone).format("%-d %B %Y").to_string()
}

/// A minute: `24 November 2026, 14:05`.
pub fn human_time(at: DateTime<Utc>, zone: &Tz) -> String {
    at.with_timezone(zone).format("%-d %B %Y, %H:%M").to_string()
}

/// For machines: `2026-11-24T14:05:00Z` (RFC 3339).
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// For an `<input type="datetime-local">`: `2026-11-24T14:05`.
pub fn input(at: DateTime<Utc>, zone: &Tz) -> String {
    at.with_timezone(zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// What such an input sent. A time that the clock skips in spring counts as the hour after it; one that it shows twice
/// in autumn counts as the first.
pub fn parse_input(text: &str, zone: &Tz) -> Option<DateTime<Utc>> {
    in_zone(parse_local(text)?, zone)
}

fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

/// How the clock stands at a moment: `CET, UTC+01:00`.
pub fn clock(at: DateTime<Utc>, zone: &Tz) -> String {
    at.with_timezone(zone).format("%Z, UTC%:z").to_string()
}

/// What has to be known of a time that was typed for a day on which the clock changes.
pub fn oddity(text: &str, zone: &Tz) -> Option<&'static str> {
    match zone.from_local_datetime(&parse_local(text)?) {
        LocalResult::Single(_) => None,
        LocalResult::Ambiguous(..) => {
            Some("The clock shows this time twice on that day, because it is set back. The first is meant.")
        }
        LocalResult::None => {
            Some("The clock skips this time on that day, because it is set forward. An hour later is meant.")
        }
    }
}

/// The first moment of a month in the blog's zone; `None` for a month that does not exist.
pub fn month_start(year: i32, month: u32, zone: &Tz) -> Option<DateTime<Utc>> {
    in_zone(NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0)?, zone)
}

/// `January` for 1; empty for what is no month.
pub fn month_name(month: u32) -> String {
    NaiveDate::from_ymd_opt(2000, month, 1).map(|day| day.format("%B").to_string()).unwrap_or_default()
}

fn in_zone(local: NaiveDateTime, zone: &Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => {
            let later = local.checked_add_signed(chrono::TimeDelta::hours(1))?;
            zone.from_local_datetime(&later).earliest().map(|at| at.to_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    #[test]
    fn people_see_their_own_zone_and_machines_utc() {
        let at = Utc.with_ymd_and_hms(2026, 3, 1, 23, 30, 0).single().expect("a moment");
        assert_eq!(human(at, &Berlin), "2 March 2026");
        assert_eq!(human_time(at, &Berlin), "2 March 2026, 00:30");
        assert_eq!(rfc3339(at), "2026-03-01T23:30:00Z");
        assert_eq!(parse_input(&input(at, &Berlin), &Berlin), Some(at));
    }

    #[test]
    fn clock_changes_never_lose_a_time() {
        let skipped = parse_input("2026-03-29T02:30", &Berlin).expect("the hour after");
        assert_eq!(rfc3339(skipped), "2026-03-29T01:30:00Z");
        let twice = parse_input("2026-10-25T02:30", &Berlin).expect("the first");
        assert_eq!(rfc3339(twice), "2026-10-25T00:30:00Z");
        assert!(oddity("2026-03-29T02:30", &Berlin).is_some_and(|sentence| sentence.contains("skips")));
        assert!(oddity("2026-10-25T02:30", &Berlin).is_some_and(|sentence| sentence.contains("twice")));
        assert_eq!(oddity("2026-10-25T04:30", &Berlin), None);
        assert_eq!(clock(twice, &Berlin), "CEST, UTC+02:00");
        assert_eq!(parse_input("yesterday", &Berlin), None);
        assert_eq!(month_start(2026, 13, &Berlin), None);
        assert_eq!(month_start(400_000, 1, &Berlin), None);
    }
}
