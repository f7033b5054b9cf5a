//! What earlier runs brought from a source, and what this blog has.

use std::collections::{HashMap, HashSet};

use sqlx::PgPool;

use super::queries::{self, Item};
use crate::media::Stored;

/// Of one source.
#[derive(Default)]
pub(super) struct Known {
    pub(super) items: HashMap<String, Item>,
    /// Comments by their key there; `None`: deleted here.
    pub(super) comments: HashMap<String, Option<i64>>,
    /// Pictures by their address there; `None`: deleted here.
    pub(super) media: HashMap<String, Option<Stored>>,
    /// Addresses that are in use here.
    pub(super) slugs: HashSet<String>,
}

impl Known {
    pub(super) async fn of(db: &PgPool, source: &str) -> sqlx::Result<Self> {
        Ok(Self {
            items: queries::items(db, source).await?,
            comments: queries::comments(db, source).await?,
            media: queries::media(db, source).await?,
            slugs: queries::slugs(db).await?.into_iter().collect(),
        })
    }
}
