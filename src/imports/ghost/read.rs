//! The JSON of an export: only the tables that are understood. Accounts, keys, members and settings are not even read.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, bail};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::imports::model::Malformed;

/// The tables that are understood.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Data {
    pub(super) posts: Vec<Post>,
    pub(super) posts_meta: Vec<PostMeta>,
    pub(super) users: Vec<User>,
    pub(super) tags: Vec<Tag>,
    pub(super) posts_authors: Vec<PostAuthor>,
    pub(super) posts_tags: Vec<PostTag>,
}

/// A post or a page. Numbers and truth values come as either in the versions of Ghost.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Post {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    pub(super) title: String,
    #[serde(deserialize_with = "text")]
    pub(super) slug: String,
    #[serde(deserialize_with = "text")]
    pub(super) mobiledoc: String,
    #[serde(deserialize_with = "text")]
    pub(super) lexical: String,
    #[serde(deserialize_with = "text")]
    pub(super) html: String,
    /// Of versions before 1, which wrote Markdown.
    #[serde(deserialize_with = "text")]
    pub(super) markdown: String,
    #[serde(deserialize_with = "text")]
    pub(super) plaintext: String,
    #[serde(deserialize_with = "text", alias = "image")]
    pub(super) feature_image: String,
    #[serde(deserialize_with = "flag")]
    pub(super) featured: bool,
    #[serde(deserialize_with = "flag")]
    pub(super) page: bool,
    #[serde(rename = "type", deserialize_with = "text")]
    pub(super) kind: String,
    #[serde(deserialize_with = "text")]
    pub(super) status: String,
    #[serde(deserialize_with = "text")]
    pub(super) visibility: String,
    #[serde(deserialize_with = "text")]
    pub(super) author_id: String,
    #[serde(deserialize_with = "text")]
    pub(super) updated_at: String,
    #[serde(deserialize_with = "text")]
    pub(super) published_at: String,
    #[serde(deserialize_with = "text")]
    pub(super) custom_excerpt: String,
    #[serde(deserialize_with = "text")]
    pub(super) meta_description: String,
    #[serde(deserialize_with = "text")]
    pub(super) codeinjection_head: String,
    #[serde(deserialize_with = "text")]
    pub(super) codeinjection_foot: String,
    #[serde(deserialize_with = "text")]
    pub(super) custom_template: String,
    #[serde(deserialize_with = "text")]
    pub(super) canonical_url: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostMeta {
    #[serde(deserialize_with = "text")]
    pub(super) post_id: String,
    #[serde(deserialize_with = "text")]
    pub(super) meta_description: String,
    #[serde(deserialize_with = "text")]
    pub(super) feature_image_alt: String,
    #[serde(deserialize_with = "text")]
    pub(super) feature_image_caption: String,
}

/// A name. Nothing else of an account is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tag {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
    #[serde(deserialize_with = "text")]
    pub(super) visibility: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostAuthor {
    #[serde(deserialize_with = "text")]
    pub(super) post_id: String,
    #[serde(deserialize_with = "text")]
    pub(super) author_id: String,
    pub(super) sort_order: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostTag {
    #[serde(deserialize_with = "text")]
    pub(super) post_id: String,
    #[serde(deserialize_with = "text")]
    pub(super) tag_id: String,
    pub(super) sort_order: Option<i64>,
}

/// `{"db": [{"data": …}]}`, or `{"data": …}`, or the tables themselves.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Dumps {
    db: Vec<Dump>,
    data: Option<Data>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Dump {
    data: Option<Data>,
}

/// Reads an export to its end.
///
/// # Errors
/// One sentence, with line and column where there is one.
pub(super) fn read(path: &Path) -> anyhow::Result<Data> {
    let file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let read: Dumps = match serde_json::from_reader(BufReader::new(file)) {
        Ok(read) => read,
        Err(error) => {
            let words = error.to_string();
            // serde_json puts the place at the end; it stands at the beginning here
            let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
            let reason = format!("this is not the JSON of an export: {words}");
            bail!(Malformed { line: error.line().max(1), column: error.column().max(1), reason });
        }
    };
    let data = read.db.into_iter().find_map(|dump| dump.data).or(read.data);
    let data = data.context("this is not an export of Ghost: there is no data in it")?;
    if data.posts.is_empty() && data.users.is_empty() {
        bail!("this is not an export of Ghost: there are no posts in it");
    }
    Ok(data)
}

/// Text, a number, or nothing.
fn text<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(value)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

/// `true`, `1` or `"1"`.
fn flag<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(value)? {
        Value::Bool(flag) => flag,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => matches!(text.as_str(), "1" | "true"),
        _ => false,
    })
}
