//! A form that has a field for every door: words that must come back, and secrets that must not.

use scraper::{Html, Selector};

use crate::{
    doors::DOORS,
    support::{Page, TestApp},
};

pub(super) const WORDS: &str = "Many <b>words</b> & \"more\"";
/// No address, so that no form takes it.
pub(super) const EMAIL: &str = "words@nowhere@";
/// Too short for a password, so that no form takes it.
pub(super) const SECRET: &str = "Hush now";

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Every route that changes something.
pub(super) fn unsafe_doors()
-> impl Iterator<Item = &'static (&'static str, &'static str, &'static str, [u16; 6])> {
    DOORS.iter().filter(|door| door.1 != "GET")
}

fn fields() -> Vec<(&'static str, &'static str)> {
    let words = ["title", "name", "body", "bio", "note", "description", "summary"].map(|name| (name, WORDS));
    let secrets = ["password", "current", "code", "setup", "challenge", "credential", "smtp_url"]
        .map(|name| (name, SECRET));
    let rest =
        [("email", EMAIL), ("text_version", "1"), ("action", "save"), ("role", "reader"), ("days", "7")];
    [words.as_slice(), secrets.as_slice(), rest.as_slice()].concat()
}

/// The form as it is sent to this route: as an upload, too, where one is taken.
pub(super) fn forms(route: &str) -> Vec<(String, String)> {
    let plain = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields()).finish();
    let mut forms = vec![(URLENCODED.to_owned(), plain)];
    if matches!(route, "/write/new" | "/write/{id}" | "/account") {
        let parts = fields().into_iter().map(|(name, value)| {
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let body = parts.collect::<String>() + "--edge--\r\n";
        forms.push(("multipart/form-data; boundary=edge".to_owned(), body));
    }
    forms
}

/// True when one of the fields on the page holds exactly this.
pub(super) fn holds(page: &Page, text: &str) -> bool {
    let document = Html::parse_document(&page.body);
    let controls = Selector::parse("input, textarea").expect("css");
    document.select(&controls).any(|control| {
        let inside: String = control.text().collect();
        control.value().attr("value") == Some(text) || inside.strip_prefix('\n').unwrap_or(&inside) == text
    })
}

/// The words did not become markup, and no secret came back.
pub(super) fn gives_nothing_away(page: &Page) {
    assert!(!page.has("main b"), "{}: {}", page.url, page.body);
    assert!(!page.body.contains(SECRET), "{}: {}", page.url, page.body);
}

/// All sessions are over, as if their time had come.
pub(super) async fn end_all_sessions(app: &TestApp) {
    sqlx::query("delete from sessions").execute(&app.db).await.expect("deleted");
}
