//! Those whose names stand under posts.

use std::collections::HashMap;

use anyhow::Context;

use crate::{
    accounts::{self, NewAccount},
    session::UserId,
    state::AppState,
};

const NOBODY: &str = "Editors";

/// Accounts by name.
pub(super) struct People<'a> {
    app: &'a AppState,
    known: HashMap<String, UserId>,
}

impl<'a> People<'a> {
    pub(super) fn new(app: &'a AppState) -> Self {
        Self { app, known: HashMap::new() }
    }

    /// The accounts of a by-line, in order; `otherwise` when it names nobody.
    pub(super) async fn byline(
        &mut self,
        names: &[String],
        otherwise: Option<&str>,
    ) -> anyhow::Result<Vec<UserId>> {
        let nobody = [otherwise.unwrap_or(NOBODY).to_owned()];
        let mut ids = Vec::new();
        for name in if names.is_empty() { &nobody } else { names } {
            let id = self.named(name).await?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The account of that name, or a new one that cannot log in.
    pub(super) async fn named(&mut self, name: &str) -> anyhow::Result<UserId> {
        if let Some(id) = self.known.get(name) {
            return Ok(*id);
        }
        let id = match accounts::queries::byline(&self.app.db, name).await? {
            Some(id) => id,
            None => {
                let new = NewAccount::byline(name);
                accounts::create(&self.app.db, &self.app.keys, &new)
                    .await?
                    .context("an account without an address is always new")?
            }
        };
        self.known.insert(name.to_owned(), id);
        Ok(id)
    }

    /// Those who were asked for.
    pub(super) fn known(&self) -> &HashMap<String, UserId> {
        &self.known
    }
}
