//! Lists of posts: the stream, tags, authors, the archive, the search.

use axum::{Router, extract::State, response::Response, routing::get};
use serde::Deserialize;
use sqlx::PgPool;

use super::{
    model::PostCard,
    queries::{self, MonthCount},
    views,
};
use crate::{
    error::{OrNotFound, Result},
    extract::{Path, Query},
    html::{Before, Page, Paging, render},
    state::AppState,
    text::{dates, single_line},
};

/// Results of a search.
const FOUND: i64 = 50;
/// Characters of a search that count.
pub const LONGEST_SEARCH: usize = 200;

pub(super) fn public() -> Router<AppState> {
    Router::new()
        .route("/", get(index))
        .route("/tags", get(tags))
        .route("/tags/{slug}", get(tag))
        .route("/authors/{name}", get(author))
        .route("/archive", get(archive))
        .route("/archive/{year}", get(archive_year))
        .route("/archive/{year}/{month}", get(archive_month))
        .route("/search", get(search))
}

async fn index(State(db): State<PgPool>, page: Page, Query(before): Query<Before>) -> Result<Response> {
    let limit = page.site.posts_per_page;
    let mut posts = queries::latest(&db, before.key(), limit + 1).await?;

    let paging = Paging::cut(&mut posts, limit, "/", &before, PostCard::key);
    render(&views::Index { page, posts, paging })
}

async fn tags(State(db): State<PgPool>, page: Page) -> Result<Response> {
    let tags = queries::tags(&db).await?;

    render(&views::Tags { page, tags })
}

async fn tag(
    State(db): State<PgPool>,
    page: Page,
    Path(slug): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let tag = queries::tag(&db, &slug).await?.or_not_found()?;
    let limit = page.site.posts_per_page;
    let mut posts = queries::tagged(&db, tag.id, before.key(), limit + 1).await?;

    let paging = Paging::cut(&mut posts, limit, &format!("/tags/{}", tag.slug), &before, PostCard::key);
    render(&views::Tag { page, tag, posts, paging })
}

async fn author(
    State(db): State<PgPool>,
    page: Page,
    Path(name): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let author = queries::author(&db, &name).await?.or_not_found()?;
    let limit = page.site.posts_per_page;
    let mut posts = queries::written_by(&db, author.id, before.key(), limit + 1).await?;

    let paging =
        Paging::cut(&mut posts, limit, &format!("/authors/{}", author.handle), &before, PostCard::key);
    render(&views::Author { page, author, posts, paging })
}

async fn archive(State(db): State<PgPool>, page: Page) -> Result<Response> {
    let months = queries::months(&db, page.site.time_zone.name()).await?;

    render(&views::Archive { page, years: by_year(months) })
}

async fn archive_year(State(db): State<PgPool>, page: Page, Path(year): Path<i32>) -> Result<Response> {
    let (from, until) = (month(&page, year, 1)?, month(&page, year + 1, 1)?);
    let posts = queries::between(&db, from, until).await?;

    render(&views::ArchiveList { page, heading: year.to_string(), posts })
}

async fn archive_month(
    State(db): State<PgPool>,
    page: Page,
    Path((year, number)): Path<(i32, u32)>,
) -> Result<Response> {
    let next = if number == 12 { (year + 1, 1) } else { (year, number.saturating_add(1)) };
    let (from, until) = (month(&page, year, number)?, month(&page, next.0, next.1)?);
    let posts = queries::between(&db, from, until).await?;

    render(&views::ArchiveList { page, heading: format!("{} {year}", dates::month_name(number)), posts })
}

/// What somebody searches for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

impl Search {
    /// One line of at most [`LONGEST_SEARCH`] characters.
    pub fn words(&self) -> String {
        let words: String = single_line(&self.q).chars().take(LONGEST_SEARCH).collect();
        words.trim_end().to_owned()
    }
}

async fn search(State(db): State<PgPool>, page: Page, Query(search): Query<Search>) -> Result<Response> {
    let words = search.words();
    let posts = if words.is_empty() { Vec::new() } else { queries::found(&db, &words, FOUND).await? };

    render(&views::Search { page, words, posts })
}

/// A moment that a year in the address means; a year that no calendar has is not there.
fn month(page: &Page, year: i32, month: u32) -> Result<chrono::DateTime<chrono::Utc>> {
    let fine = (1..=9999).contains(&year);
    dates::month_start(year, month, &page.site.time_zone).filter(|_| fine).or_not_found()
}

fn by_year(months: Vec<MonthCount>) -> Vec<views::Year> {
    let mut years: Vec<views::Year> = Vec::new();
    for month in months {
        match years.last_mut() {
            Some(year) if year.year == month.year => year.months.push(month),
            _ => years.push(views::Year { year: month.year, months: vec![month] }),
        }
    }
    years
}
