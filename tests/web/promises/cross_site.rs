//! P3: no other site changes anything in the name of somebody who is logged in.

use std::collections::BTreeSet;

use axum::http::Method;
use sqlx::PgPool;

use super::{
    everything::everything,
    typed::{EMAIL, WORDS, forms, gives_nothing_away, holds, unsafe_doors},
};
use crate::{
    doors::Places,
    support::{Page, Person, TestApp},
};

/// The words are there to be copied, and nothing of the page sends them on.
fn is_only_shown(page: &Page) {
    page.shows("another site").shows("What you wrote is still here");
    assert!(holds(page, WORDS) && holds(page, EMAIL), "{}: {}", page.url, page.body);
    gives_nothing_away(page);
    for sends in ["form", "button", "input", "textarea:not([readonly])"] {
        assert!(!page.has(sends), "{} has {sends}: {}", page.url, page.body);
    }
}

/// What browsers say when the form is on another site, or hides where it is; and what says nothing at all.
const ELSEWHERE: [&[(&str, &str)]; 8] = [
    &[("origin", "https://evil.example")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site"), ("origin", "https://other.localhost")],
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "http://localhost.evil.example")],
    &[("origin", ""), ("sec-fetch-site", "")],
    &[],
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p3_a_form_from_another_site_changes_nothing_at_any_door_and_its_words_are_shown(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    let mut root = app.logged_in(Person::Root).await;
    let before = everything(&app.db).await;

    for (route, _, address, _) in unsafe_doors() {
        for (kind, body) in forms(route) {
            let mut answers = BTreeSet::new();
            for headers in ELSEWHERE {
                let page = root.post_raw(&places.address(address), &kind, &body, headers).await;
                assert_eq!(page.status.as_u16(), 403, "{route} with {headers:?}");
                if answers.insert(page.body.replace(&page.header("x-request-id"), "")) {
                    is_only_shown(&page);
                }
            }
        }
        assert_eq!(everything(&app.db).await, before, "{route}");
    }
    root.get("/account").await.assert_status(200);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p3_no_other_method_and_no_get_changes_anything(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    let mut root = app.logged_in(Person::Root).await;
    let before = everything(&app.db).await;

    for (route, _, address, _) in unsafe_doors() {
        let address = places.address(address);
        let (_, form) = forms(route).remove(0);
        root.get_once(&format!("{address}?{form}")).await;
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let headers =
                [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
            let page = root.ask(method, &address, &headers, &form).await;
            page.assert_status(405);
        }
        let override_it = [("x-http-method-override", "POST"), ("x-method-override", "POST")];
        root.ask(Method::GET, &address, &override_it, "").await;
    }
    assert_eq!(everything(&app.db).await, before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_02_a_comment_from_another_site_is_none_even_as_an_admin(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get(&path).await.form(".comment-form").fill("body", "[x](/ \"a\")").press("Send comment");
    let (kind, body) = form.encoded();
    let body = String::from_utf8(body).expect("text");
    let page = root.post_raw(form.action(), &kind, &body, &[("sec-fetch-site", "cross-site")]).await;
    page.assert_status(403);
    let count: i64 =
        sqlx::query_scalar("select count(*) from comments").fetch_one(&app.db).await.expect("rows");
    assert_eq!(count, 0);
    root.submit(form).await.shows("Your comment is published");
}
