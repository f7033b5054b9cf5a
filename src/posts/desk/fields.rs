//! The fields of a post besides its title and text, and how two changes of them are put together.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::posts::model::{PostKind, Visibility};

/// All fields of the form but title and text, as the history keeps them. SQL makes the same of a row: `post_fields`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::posts) struct Fields {
    pub(super) kind: PostKind,
    pub(super) slug: String,
    pub(super) summary: String,
    pub(super) description: String,
    /// By name.
    pub(super) tags: Vec<String>,
    /// Handles, in the order of the by-line.
    pub(super) authors: Vec<String>,
    pub(super) cover_id: Option<i64>,
    pub(super) cover_alt: String,
    pub(super) share_image_id: Option<i64>,
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) unpublish_at: Option<DateTime<Utc>>,
    pub(super) visibility: Visibility,
    pub(super) canonical_url: String,
    pub(super) language: String,
    pub(super) noindex: bool,
    pub(super) comments_open: bool,
    pub(super) comments_close_at: Option<DateTime<Utc>>,
    /// The title of the series; empty: none.
    pub(super) series: String,
    pub(super) series_part: Option<i32>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            kind: PostKind::Post,
            slug: String::new(),
            summary: String::new(),
            description: String::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            cover_id: None,
            cover_alt: String::new(),
            share_image_id: None,
            publish_at: None,
            unpublish_at: None,
            visibility: Visibility::Public,
            canonical_url: String::new(),
            language: String::new(),
            noindex: false,
            comments_open: true,
            comments_close_at: None,
            series: String::new(),
            series_part: None,
        }
    }
}

/// A field that two people changed differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldClash {
    /// As the form calls it.
    pub(super) name: String,
    pub(super) mine: Value,
    pub(super) theirs: Value,
}

impl Fields {
    /// Both changes of `base`, field by field; tags are put together name by name. Where both changed the same field
    /// differently, mine stands in the result and the clash is named; so is every difference when nobody knows the base.
    pub(super) fn merge(base: Option<&Self>, mine: &Self, theirs: &Self) -> (Self, Vec<FieldClash>) {
        let (base, mut merged, theirs) = (base.map(Self::to_map), mine.to_map(), theirs.to_map());
        let mut clashes = Vec::new();
        for (name, value) in &mut merged {
            let (before, other) = (base.as_ref().map(|base| &base[name]), &theirs[name]);
            if value == other || Some(other) == before {
                continue;
            }
            match before {
                Some(before) if value == before => value.clone_from(other),
                Some(before) if name == "tags" => *value = both_lists(before, value, other),
                _ => clashes.push(FieldClash {
                    name: name.clone(),
                    mine: value.clone(),
                    theirs: other.clone(),
                }),
            }
        }
        (Self::from_map(merged), clashes)
    }

    /// These fields, with the one called `name` as it is in `other`.
    pub(super) fn with(&self, name: &str, other: &Self) -> Self {
        let mut map = self.to_map();
        if let (Some(value), Some(taken)) = (map.get_mut(name), other.to_map().remove(name)) {
            *value = taken;
        }
        Self::from_map(map)
    }

    fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn from_map(map: Map<String, Value>) -> Self {
        serde_json::from_value(Value::Object(map)).expect("each value comes from a field of the same name")
    }
}

/// What either side added and neither took away.
fn both_lists(base: &Value, mine: &Value, theirs: &Value) -> Value {
    let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let (base, mut merged, theirs) = (items(base), items(mine), items(theirs));
    merged.retain(|item| theirs.contains(item) || !base.contains(item));
    let added = theirs.into_iter().filter(|item| !base.contains(item));
    for item in added {
        if !merged.contains(&item) {
            merged.push(item);
        }
    }
    Value::Array(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(summary: &str, tags: &[&str]) -> Fields {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Fields { summary: summary.to_owned(), tags, ..Fields::default() }
    }

    #[test]
    fn changes_of_different_fields_are_put_together() {
        let base = fields("old", &["a", "b"]);
        let mine = fields("mine", &["a", "b", "c"]);
        let theirs = Fields { noindex: true, ..fields("old", &["b", "d"]) };
        let (merged, clashes) = Fields::merge(Some(&base), &mine, &theirs);
        assert_eq!(merged, Fields { noindex: true, ..fields("mine", &["b", "c", "d"]) });
        assert_eq!(clashes, []);
    }

    #[test]
    fn the_same_field_changed_differently_is_named_and_can_be_taken_from_either() {
        let (base, mine, theirs) = (fields("old", &[]), fields("mine", &[]), fields("theirs", &[]));
        let (merged, clashes) = Fields::merge(Some(&base), &mine, &theirs);
        assert_eq!((merged.summary.as_str(), clashes.len()), ("mine", 1));
        assert_eq!(clashes[0].name, "summary");
        assert_eq!(merged.with("summary", &theirs), theirs);
        assert_eq!(merged.with("nothing", &theirs), mine);
        assert_eq!(Fields::merge(Some(&base), &mine, &mine).1, [], "the same change twice is no clash");
        assert_eq!(Fields::merge(None, &base, &theirs).1.len(), 1, "without a base every difference is one");
    }
}
