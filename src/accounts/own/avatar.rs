//! The pictures of people: one that they uploaded, or a drawing made of their name. No other site is asked.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use sqlx::PgPool;

use super::queries;
use crate::{
    crypto::content_hash,
    error::{OrNotFound, Result},
    extract::Path,
    html,
    state::AppState,
};

/// For everybody.
pub(super) fn public() -> Router<AppState> {
    Router::new().route("/authors/{name}/avatar.svg", get(show))
}

/// A letter on a ground whose colour is theirs.
#[derive(Template)]
#[template(path = "accounts/avatar.svg")]
struct Avatar {
    letter: String,
    colour: &'static str,
}

/// Dark enough for white letters (WCAG 2.2, 1.4.3: 4.5 to 1).
const COLOURS: [&str; 8] =
    ["#8a2f23", "#7b4a00", "#5a5a12", "#2c5e3c", "#1d5a6a", "#1f4f8a", "#5b3f8f", "#84305f"];

async fn show(State(db): State<PgPool>, Path(handle): Path<String>) -> Result<Response> {
    let (name, uploaded) = queries::face(&db, &handle).await?.or_not_found()?;

    if let Some(path) = uploaded {
        return Ok(Redirect::temporary(&path).into_response());
    }
    let mut response = html::document("image/svg+xml", &drawn(&handle, &name))?;
    let kept = header::HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    Ok(response)
}

fn drawn(handle: &str, name: &str) -> Avatar {
    let letter = name.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('?');
    let colour = COLOURS[usize::from(content_hash(handle.as_bytes())[0]) % COLOURS.len()];
    Avatar { letter: letter.to_uppercase().collect(), colour }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_of_the_name_and_always_the_same() {
        let one = drawn("ada", "«Ada»").render().expect("a drawing");
        assert!(one.contains(">A<"), "{one}");
        assert_eq!(one, drawn("ada", "Ada").render().expect("a drawing"));
        let odd = drawn("x", "<&>").render().expect("a drawing");
        assert!(odd.contains(">?<"), "{odd}");
    }
}
