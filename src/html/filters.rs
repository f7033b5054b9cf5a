//! Filters for templates: `{{ post.published_at|date(page) }}`.

use askama::Values;
use chrono::{DateTime, Utc};

use super::Page;
use crate::text::dates;

/// A day for people, in the blog's zone.
#[askama::filter_fn]
pub fn date(at: &DateTime<Utc>, _: &dyn Values, page: &Page) -> askama::Result<String> {
    Ok(dates::human(*at, &page.site.time_zone))
}

/// A moment for people, in the blog's zone.
#[askama::filter_fn]
pub fn moment(at: &DateTime<Utc>, _: &dyn Values, page: &Page) -> askama::Result<String> {
    Ok(dates::human_time(*at, &page.site.time_zone))
}

/// A moment for machines (RFC 3339).
#[askama::filter_fn]
pub fn machine(at: &DateTime<Utc>, _: &dyn Values) -> askama::Result<String> {
    Ok(dates::rfc3339(*at))
}
