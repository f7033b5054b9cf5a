//! A small blog to look at: what `make run` shows on an empty database.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    accounts::{self, NewAccount},
    comments::{self, ImportedComment, State},
    mail::Address,
    posts::{self, ImportedPost, PostId, PostKind},
    session::{Role, UserId},
    site,
    state::AppState,
    text::Slug,
};

/// The password of all demo accounts.
pub const PASSWORD: &str = "a quiet place to write";

/// An account that the demo made.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// For logging in.
    pub email: &'static str,
    /// What it may do.
    pub role: Role,
    name: &'static str,
    bio: &'static str,
}

const PEOPLE: [Account; 4] = [
    Account {
        email: "root@example.org",
        role: Role::Admin,
        name: "Rosa Root",
        bio: "Keeps this blog running.",
    },
    Account { email: "max@example.org", role: Role::Moderator, name: "Max Moser", bio: "" },
    Account {
        email: "ada@example.org",
        role: Role::Author,
        name: "Ada Winter",
        bio: "Writes about slow software and long walks.",
    },
    Account { email: "ben@example.org", role: Role::Reader, name: "Ben Ritter", bio: "" },
];

struct Text {
    title: &'static str,
    days_ago: i64,
    tags: &'static [&'static str],
    body: &'static str,
}

const TEXTS: [Text; 6] = [
    Text {
        title: "What happens between a click and a page",
        days_ago: 1,
        tags: &["Back end", "Rust"],
        body: include_str!("posts/click.md"),
    },
    Text {
        title: "A letter on slow software",
        days_ago: 5,
        tags: &["Craft"],
        body: include_str!("posts/slow.md"),
    },
    Text {
        title: "Everything that a post can hold",
        days_ago: 9,
        tags: &["Writing", "Craft"],
        body: include_str!("posts/everything.md"),
    },
    Text {
        title: "The night train to Gdańsk",
        days_ago: 20,
        tags: &["Walks"],
        body: include_str!("posts/train.md"),
    },
    Text {
        title: "Notes from a kitchen garden",
        days_ago: 41,
        tags: &["Walks", "Craft"],
        body: include_str!("posts/garden.md"),
    },
    Text { title: "Hello", days_ago: 60, tags: &["Writing"], body: include_str!("posts/hello.md") },
];

/// Fills the blog, unless there is an account or a post already. The demo accounts, when this blog is the demo, also at
/// later starts.
///
/// # Errors
/// The database is away.
pub async fn fill_if_empty(app: &AppState) -> anyhow::Result<Option<Vec<Account>>> {
    if !app.site.get().needs_setup || !posts::queries::is_empty(&app.db).await? {
        let first = Address::parse(PEOPLE[0].email).context("a demo address")?;
        let is_demo = accounts::queries::by_email(&app.db, &app.keys, &first).await?.is_some();
        return Ok(is_demo.then(|| PEOPLE.to_vec()));
    }
    let people = make_people(app).await?;
    let [_, max, ada, ben] = people.as_slice() else { anyhow::bail!("the demo needs all its people") };
    let mut ids = Vec::new();
    for text in &TEXTS {
        ids.push(make_post(app, text, *ada).await?);
    }
    if let [first, second, ..] = ids.as_slice() {
        make_comments(app, (*first, *second), (*max, *ada, *ben)).await?;
    }

    let mut changed = (*app.site.get()).clone();
    changed.title = "Marginalia".to_owned();
    changed.description = "A notebook about making things slowly.".to_owned();
    changed.registration = site::Registration::Open;
    site::queries::update(&app.db, &changed).await?;
    app.site.reload(&app.db).await?;
    Ok(Some(PEOPLE.to_vec()))
}

async fn make_people(app: &AppState) -> anyhow::Result<Vec<UserId>> {
    let hash = app.passwords.hash(PASSWORD).await?;
    let mut ids = Vec::new();
    for person in PEOPLE {
        let new = NewAccount {
            name: person.name.to_owned(),
            email: Address::parse(person.email),
            email_verified: true,
            approved: true,
            password_hash: Some(hash.clone()),
            role: person.role,
        };
        let id =
            accounts::create(&app.db, &app.keys, &new).await?.context("a demo account exists already")?;
        accounts::queries::set_profile(&app.db, id, person.name, person.bio).await?;
        ids.push(id);
    }
    Ok(ids)
}

async fn make_post(app: &AppState, text: &Text, author: UserId) -> anyhow::Result<PostId> {
    let at = days_ago(text.days_ago);
    let post = ImportedPost {
        kind: PostKind::Post,
        description: String::new(),
        canonical_url: String::new(),
        cover: None,
        comments_open: true,
        private: false,
        trashed: false,
        slug: Slug::propose(text.title),
        title: text.title.to_owned(),
        body: text.body.to_owned(),
        summary: String::new(),
        tags: text.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        authors: vec![author],
        publish_at: Some(at),
        updated_at: Some(at),
        aliases: Vec::new(),
    };
    let derived = posts::render_body(app, &post.body).await?;
    let mut tx = app.db.begin().await?;
    let (id, _) = posts::save_imported(&mut tx, None, &post, &derived).await?;
    tx.commit().await?;
    Ok(id)
}

async fn make_comments(
    app: &AppState,
    (first, second): (PostId, PostId),
    (max, ada, ben): (UserId, UserId, UserId),
) -> anyhow::Result<()> {
    let comment = |post_id: PostId,
                   parent_id: Option<i64>,
                   who: Result<UserId, &'static str>,
                   body: &'static str,
                   state: State| {
        ImportedComment {
            post_id,
            parent_id,
            author_id: who.ok(),
            guest_name: who.err().unwrap_or_default(),
            body,
            state,
            created_at: Utc::now() - TimeDelta::hours(5),
        }
    };
    let mut tx = app.db.begin().await?;
    let question = comment(
        first,
        None,
        Ok(ben),
        "Where does the session come in? I always thought that the *cookie* was the session.",
        State::Published,
    );
    let question = comments::save_imported(&mut tx, &app.keys, &question).await?;
    let answer = comment(
        first,
        Some(question),
        Ok(ada),
        "The cookie is only the cloakroom ticket. The coat hangs in the database:\n\n```\nselect data from sessions where id_hash = $1\n```",
        State::Published,
    );
    let answer = comments::save_imported(&mut tx, &app.keys, &answer).await?;
    for comment in [
        comment(first, Some(answer), Ok(ben), "A ticket! That picture stays.", State::Published),
        comment(second, None, Err("Ines"), "I printed this and put it beside my desk.", State::Published),
        comment(
            second,
            None,
            Ok(max),
            "Reading it a second time. The part about the kettle is the best one.",
            State::Published,
        ),
        comment(
            first,
            None,
            Err("Jonas K."),
            "Is there a way to see these timings on my own blog?",
            State::Held,
        ),
        comment(
            second,
            None,
            Err("cheap-watches"),
            "Great post!! Best watches here: https://watches.example",
            State::Held,
        ),
    ] {
        comments::save_imported(&mut tx, &app.keys, &comment).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn days_ago(days: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::days(days)
}
