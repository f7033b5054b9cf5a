//! Made-up posts and comments in volume, for measuring: deterministic, and copied straight into the tables.

mod queries;

use anyhow::ensure;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::{
    accounts::{self, NewAccount},
    posts::{Derived, render_body},
    session::UserId,
    state::AppState,
    text::markdown,
};

/// How much.
#[derive(Debug, Clone, Copy)]
pub struct Volume {
    /// Posts to add.
    pub posts: u32,
    /// Comments to add, under these posts.
    pub comments: u32,
    /// The same number gives the same blog.
    pub seed: u32,
}

const WORDS: [&str; 48] = [
    "river",
    "stone",
    "letter",
    "window",
    "engine",
    "garden",
    "winter",
    "paper",
    "signal",
    "kettle",
    "harbour",
    "lantern",
    "thread",
    "mirror",
    "anchor",
    "meadow",
    "copper",
    "ladder",
    "compass",
    "orchard",
    "slow",
    "quiet",
    "bright",
    "early",
    "hidden",
    "honest",
    "narrow",
    "gentle",
    "carries",
    "remembers",
    "follows",
    "opens",
    "keeps",
    "answers",
    "measures",
    "returns",
    "under",
    "beyond",
    "between",
    "without",
    "and",
    "or",
    "because",
    "while",
    "the",
    "a",
    "every",
    "no",
];
const TAGS: usize = 30;
const AUTHORS: usize = 12;
/// Different texts; rendering each of thousands would take minutes and measure nothing.
const TEXTS: usize = 40;
/// The newest post has this many published comments, when there are enough: a long thread to measure.
pub const LONG_THREAD: u32 = 200;

/// Fills the blog.
///
/// # Errors
/// The database is away, or this seed was sown already.
pub async fn fill(app: &AppState, volume: &Volume) -> anyhow::Result<()> {
    let mut random = StdRng::seed_from_u64(u64::from(volume.seed));
    ensure!(!queries::is_sown(&app.db, volume.seed).await?, "this seed is sown already: take another --seed");
    let authors = make_authors(app, volume.seed).await?;
    let mut texts = Vec::new();
    for _ in 0..TEXTS {
        let source = text(&mut random);
        let derived = render_body(app, &source).await?;
        texts.push((source, derived));
    }

    let mut tx = app.db.begin().await?;
    let posts =
        queries::copy_posts(&mut tx, volume.seed, &post_rows(&mut random, volume, &authors, &texts)).await?;
    queries::link_posts(&mut tx, &posts, TAGS).await?;
    let first = queries::reserve_comment_ids(&mut *tx, volume.comments).await?;
    queries::copy_comments(&mut tx, &comment_rows(&mut random, volume, &posts, first)).await?;
    tx.commit().await?;
    queries::analyze(&app.db).await?;
    Ok(())
}

async fn make_authors(app: &AppState, seed: u32) -> anyhow::Result<Vec<UserId>> {
    let mut ids = Vec::new();
    for n in 0..AUTHORS {
        let name = format!("Seed Author {seed}-{n}");
        let new = NewAccount::byline(name);
        ids.extend(accounts::create(&app.db, &app.keys, &new).await?);
    }
    Ok(ids)
}

/// Tab-separated, as COPY wants it: the newest post last.
fn post_rows(
    random: &mut StdRng,
    volume: &Volume,
    authors: &[UserId],
    texts: &[(String, Derived)],
) -> String {
    (0..volume.posts).fold(String::new(), |mut rows, n| {
        let (source, derived) = &texts[random.random_range(0..texts.len())];
        let author = authors[random.random_range(0..authors.len())];
        let title = sentence(random, 3..9);
        let minutes_ago = i64::from(volume.posts - n) * 97;
        let fields = [
            author.to_string(),
            format!("seed-{}-{n}", volume.seed),
            title,
            source.clone(),
            derived.body_html.to_string(),
            serde_json::to_string(&derived.toc.0).unwrap_or_default(),
            derived.excerpt.clone(),
            derived.reading_minutes.to_string(),
            derived.renderer_version.to_string(),
            derived.search_text.clone(),
            format!("{minutes_ago} minutes ago"),
        ];
        push_row(&mut rows, &fields);
        rows
    })
}

fn comment_rows(random: &mut StdRng, volume: &Volume, posts: &[i64], first: i64) -> String {
    let Some(newest) = posts.last() else { return String::new() };
    let mut last_of_post: std::collections::HashMap<i64, (i64, String)> = std::collections::HashMap::new();
    (0..volume.comments).fold(String::new(), |mut rows, n| {
        let id = first + i64::from(n);
        let in_long_thread = n < LONG_THREAD;
        let post =
            if in_long_thread { *newest } else { posts[random.random_range(0..posts.len().max(2) - 1)] };
        let state = match random.random_range(0..100) {
            _ if in_long_thread => "published",
            0..85 => "published",
            85..93 => "held",
            93..98 => "spam",
            _ => "trashed",
        };
        let parent = last_of_post.get(&post).filter(|_| random.random_bool(0.4)).cloned();
        let path = parent.as_ref().map_or_else(|| id.to_string(), |(_, path)| format!("{path},{id}"));
        if state == "published" && path.matches(',').count() < 6 {
            last_of_post.insert(post, (id, path.clone()));
        }
        let name = format!("Reader {}", random.random_range(0..5000));
        let body = sentence(random, 8..60);
        let person = crate::crypto::content_hash(name.as_bytes());
        let fields = [
            id.to_string(),
            post.to_string(),
            parent.map_or_else(|| "\\N".to_owned(), |(parent, _)| parent.to_string()),
            format!("{{{path}}}"),
            name,
            format!("\\x{}", crate::crypto::hex(&person)),
            body.clone(),
            markdown::comment(&body).to_string(),
            state.to_owned(),
            format!("{} minutes ago", i64::from(volume.comments - n) * 7),
        ];
        push_row(&mut rows, &fields);
        rows
    })
}

/// One line of COPY's text format; a null is written as `\N` and stays so.
fn push_row(rows: &mut String, fields: &[String]) {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            rows.push('\t');
        }
        if field == "\\N" {
            rows.push_str(field);
        } else {
            rows.push_str(
                &field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"),
            );
        }
    }
    rows.push('\n');
}

fn text(random: &mut StdRng) -> String {
    let mut text = String::new();
    for part in 0..random.random_range(3..7) {
        if part > 0 {
            text.push_str("## ");
            text.push_str(&sentence(random, 2..5));
            text.push_str("\n\n");
        }
        for _ in 0..random.random_range(2..5) {
            text.push_str(&sentence(random, 30..90));
            text.push_str(".\n\n");
        }
    }
    text.push_str("```rust\nfn main() {\n    println!(\"seed\");\n}\n```\n");
    text
}

fn sentence(random: &mut StdRng, length: std::ops::Range<usize>) -> String {
    let words: Vec<&str> =
        (0..random.random_range(length)).map(|_| WORDS[random.random_range(0..WORDS.len())]).collect();
    let sentence = words.join(" ");
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
