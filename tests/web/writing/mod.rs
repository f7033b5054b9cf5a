//! The desk that never loses a word.

mod autosave;
mod coming_out;
mod conflicts;
mod history;
mod many_at_once;
mod publishing;
mod rescue;
mod review;
mod sharing;

use super::support::{Browser, Form, Page, TestApp};

/// A draft, saved; its page on the desk.
async fn draft(author: &mut Browser, title: &str, body: &str) -> Page {
    let form = author.get("/write/new").await.form(".post-form").fill("title", title).fill("body", body);
    let saved = author.submit(form.press("Save draft")).await;
    saved.shows("Draft saved.");
    saved
}

fn with_body(page: &Page, body: &str) -> Form {
    page.form(".post-form").fill("body", body)
}

/// Sends the form as its script does; what it answers.
async fn autosave(author: &mut Browser, form: Form) -> Page {
    author.submit_once(form.with("action", "autosave")).await
}

async fn body_of(app: &TestApp) -> String {
    sqlx::query_scalar("select body_md from posts").fetch_one(&app.db).await.expect("a post")
}
