//! The routes of safety: the log of what matters, and who has to wait.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use super::{
    forms::{AuditFilter, WaitForm},
    views,
};
use crate::{
    accounts::LOGIN_LIMITS,
    audit::{self, Action, Entry, Trail},
    error::Result,
    extract::{Form, Query},
    html::{Page, render},
    limit,
    session::{Admin, Recent},
    state::AppState,
};

const PER_PAGE: usize = 100;
/// Lines of one export.
const EXPORT: i64 = 100_000;

/// For admins.
pub(super) fn admins() -> Router<AppState> {
    Router::new()
        .route("/admin/audit", get(audit))
        .route("/admin/audit/export", post(export))
        .route("/admin/waits", get(waits).post(lift))
}

async fn audit(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    Query(filter): Query<AuditFilter>,
) -> Result<Response> {
    let wanted = filter.wanted(page.site.time_zone);
    let mut entries = audit::list(&app.db, &wanted, i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX)).await?;

    let more = entries.len() > PER_PAGE;
    entries.truncate(PER_PAGE);
    let older = entries.last().filter(|_| more).map(|last| filter.path(Some(last.id)));
    render(&views::Audit { page, filter, entries, older, actions: Action::ALL })
}

async fn export(
    State(app): State<AppState>,
    _: Recent,
    page: Page,
    trail: Trail,
    Form(filter): Form<AuditFilter>,
) -> Result<Response> {
    let entries = audit::list(&app.db, &filter.wanted(page.site.time_zone), EXPORT).await?;
    trail.note(&app.db, Action::AuditExported, "the log", &format!("{} lines", entries.len())).await?;

    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, csv(&entries)?).into_response())
}

fn csv(entries: &[Entry]) -> anyhow::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["id", "at", "actor", "action", "target", "detail", "network"])?;
    for entry in entries {
        let network = entry.network.map(|network| network.to_string()).unwrap_or_default();
        csv.write_record([
            &entry.id.to_string(),
            &entry.at.to_rfc3339(),
            &harmless(&entry.actor),
            &entry.action,
            &harmless(&entry.target),
            &harmless(&entry.detail),
            &network,
        ])?;
    }
    Ok(csv.into_inner()?)
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV Injection).
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

async fn waits(State(app): State<AppState>, _: Admin, page: Page) -> Result<Response> {
    let waiting = limit::waiting(&app.db, &LOGIN_LIMITS).await?;

    render(&views::Waits { page, waiting })
}

async fn lift(
    State(app): State<AppState>,
    _: Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<WaitForm>,
) -> Result<Response> {
    let lifted = limit::lift(&app.db, &form.key).await?;
    if let Some(label) = &lifted {
        trail.note(&app.db, Action::WaitLifted, label, "").await?;
    }

    let sentence =
        if lifted.is_some() { "They can try again at once." } else { "They did not have to wait any more." };
    Ok(page.redirect("/admin/waits", sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_an_export_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("ada"), "ada");
    }
}
