//! Which kinds of jobs this program can do. The roof fills it; the queue only knows the trait.

use std::{collections::HashMap, sync::Arc};

use anyhow::Context;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::Job;
use crate::state::AppState;

type Runner = Arc<dyn Fn(AppState, Value) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// Kinds of jobs, each with how it is run.
#[derive(Clone, Default)]
pub struct Registry {
    runners: HashMap<&'static str, Runner>,
}

impl Registry {
    /// Adds a kind.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let runner: Runner = Arc::new(|app, payload| {
            Box::pin(async move {
                let job: J = serde_json::from_value(payload).context("a payload of another shape")?;
                job.run(&app).await
            })
        });
        self.runners.insert(J::KIND, runner);
        self
    }

    pub(super) fn runner(&self, kind: &str) -> Option<Runner> {
        self.runners.get(kind).cloned()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.runners.keys()).finish()
    }
}
