//! Who may go where: every route × everybody. `tests/architecture.rs` holds this table to the routes in the code.

use sqlx::PgPool;

use super::{
    media::png,
    support::{Browser, Page, Person, TestApp},
};

/// Route, method, an address of it, and what nobody, a reader, another author, an editor, a moderator and an admin get.
/// `DRAFT`, `POST`, `PICTURE`, `COMMENT`, `USER` stand for Ada's draft, her post's slug, a picture of hers, Ben's
/// comment, Ben's account.
pub(super) const DOORS: &[(&str, &str, &str, [u16; 6])] = &[
    ("/", "GET", "/", [200; 6]),
    ("/archive", "GET", "/archive", [200; 6]),
    ("/archive/{year}", "GET", "/archive/2026", [200; 6]),
    ("/archive/{year}/{month}", "GET", "/archive/2026/02", [200; 6]),
    ("/tags", "GET", "/tags", [200; 6]),
    ("/tags/{slug}", "GET", "/tags/unknown", [404; 6]),
    ("/tags/{slug}/feed.xml", "GET", "/tags/unknown/feed.xml", [404; 6]),
    ("/authors/{name}", "GET", "/authors/ada", [200; 6]),
    ("/authors/{name}/feed.xml", "GET", "/authors/ada/feed.xml", [200; 6]),
    ("/series", "GET", "/series", [200; 6]),
    ("/series/{slug}", "GET", "/series/unknown", [404; 6]),
    ("/series/{slug}/feed.xml", "GET", "/series/unknown/feed.xml", [404; 6]),
    ("/search", "GET", "/search?q=word", [200; 6]),
    ("/feed.xml", "GET", "/feed.xml", [200; 6]),
    ("/sitemap.xml", "GET", "/sitemap.xml", [200; 6]),
    ("/robots.txt", "GET", "/robots.txt", [200; 6]),
    ("/media/{*key}", "GET", "/media/ab/none.png", [404; 6]),
    ("/static/{*path}", "GET", "/static/css/site.css", [200; 6]),
    ("/livez", "GET", "/livez", [200; 6]),
    ("/readyz", "GET", "/readyz", [200; 6]),
    ("/metrics", "GET", "/metrics", [404; 6]),
    ("/{slug}", "GET", "/no-such-page", [404; 6]),
    ("/posts/{slug}", "GET", "/posts/POST", [200; 6]),
    ("/posts/{slug}", "POST", "/posts/POST", [405; 6]),
    ("/posts/{slug}/comments", "GET", "/posts/POST/comments", [200; 6]),
    ("/posts/{slug}/comments", "POST", "/posts/POST/comments", [422; 6]),
    ("/comments/{id}", "GET", "/comments/COMMENT", [404; 6]),
    ("/comments/{id}/delete", "GET", "/comments/COMMENT/delete", [303, 200, 404, 404, 404, 404]),
    ("/comments/{id}/delete", "POST", "/comments/0/delete", [303, 404, 404, 404, 404, 404]),
    ("/authors/{name}/avatar.svg", "GET", "/authors/ada/avatar.svg", [200; 6]),
    ("/.well-known/security.txt", "GET", "/.well-known/security.txt", [404; 6]),
    ("/setup", "GET", "/setup", [404; 6]),
    ("/setup", "POST", "/setup", [404; 6]),
    ("/register", "GET", "/register", [200; 6]),
    ("/register", "POST", "/register", [422; 6]),
    ("/login", "GET", "/login", [200; 6]),
    ("/login", "POST", "/login", [422; 6]),
    ("/password/forgot", "GET", "/password/forgot", [200; 6]),
    ("/password/forgot", "POST", "/password/forgot", [422; 6]),
    ("/password/reset/{token}", "GET", "/password/reset/x", [410; 6]),
    ("/password/reset/{token}", "POST", "/password/reset/x", [410; 6]),
    ("/verify/{token}", "GET", "/verify/x", [410; 6]),
    ("/verify/{token}", "POST", "/verify/x", [410; 6]),
    ("/login/code", "GET", "/login/code", [303; 6]),
    ("/login/code", "POST", "/login/code", [303; 6]),
    ("/login/again", "GET", "/login/again", [303, 200, 200, 200, 200, 200]),
    ("/login/again", "POST", "/login/again", [303, 422, 422, 422, 422, 422]),
    ("/login/passkey", "POST", "/login/passkey", [422; 6]),
    ("/account/email", "GET", "/account/email", [303, 200, 200, 200, 200, 200]),
    ("/account/email", "POST", "/account/email", [303, 422, 422, 422, 422, 422]),
    ("/account/email/{token}", "GET", "/account/email/x", [410; 6]),
    ("/account/email/{token}", "POST", "/account/email/x", [410; 6]),
    ("/account/sessions", "GET", "/account/sessions", [303, 200, 200, 200, 200, 200]),
    ("/account/sessions", "POST", "/account/sessions", [303; 6]),
    ("/account/second-factor", "GET", "/account/second-factor", [303, 200, 200, 200, 200, 200]),
    ("/account/second-factor", "POST", "/account/second-factor", [303, 400, 400, 400, 400, 400]),
    ("/account/passkeys", "GET", "/account/passkeys", [303, 200, 200, 200, 200, 200]),
    ("/account/passkeys", "POST", "/account/passkeys", [303, 422, 422, 422, 422, 422]),
    ("/account/export", "GET", "/account/export", [303, 200, 200, 200, 200, 200]),
    ("/account/export", "POST", "/account/export", [303, 200, 200, 200, 200, 200]),
    ("/account/delete", "GET", "/account/delete", [303, 200, 200, 200, 200, 200]),
    ("/account/delete", "POST", "/account/delete", [303, 422, 422, 422, 422, 422]),
    ("/account", "GET", "/account", [303, 200, 200, 200, 200, 200]),
    ("/account", "POST", "/account", [303, 422, 422, 422, 422, 422]),
    ("/account/password", "GET", "/account/password", [303, 200, 200, 200, 200, 200]),
    ("/account/password", "POST", "/account/password", [303, 422, 422, 422, 422, 422]),
    ("/write", "GET", "/write", [303, 403, 200, 200, 200, 200]),
    ("/write/bulk", "POST", "/write/bulk", [303, 403, 400, 400, 400, 400]),
    ("/write/series", "GET", "/write/series", [303, 403, 200, 200, 200, 200]),
    ("/write/series/{id}", "GET", "/write/series/0", [303, 403, 404, 404, 404, 404]),
    ("/write/series/{id}", "POST", "/write/series/0", [303, 403, 404, 404, 404, 404]),
    ("/write/series/{id}/delete", "GET", "/write/series/0/delete", [303, 403, 404, 404, 404, 404]),
    ("/write/series/{id}/delete", "POST", "/write/series/0/delete", [303, 403, 404, 404, 404, 404]),
    ("/write/new", "GET", "/write/new", [303, 403, 200, 200, 200, 200]),
    ("/write/new", "POST", "/write/new", [303, 403, 303, 303, 303, 303]),
    ("/write/{id}", "GET", "/write/DRAFT", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}", "POST", "/write/DRAFT", [303, 403, 404, 409, 409, 409]),
    ("/write/markdown", "POST", "/write/markdown", [303, 403, 200, 200, 200, 200]),
    ("/write/{id}/conflict", "POST", "/write/DRAFT/conflict", [303, 403, 404, 409, 409, 409]),
    ("/write/{id}/beat", "POST", "/write/DRAFT/beat", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}/revisions", "GET", "/write/DRAFT/revisions", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}/revisions/diff", "GET", "/write/DRAFT/revisions/diff?to=1", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}/revisions/{n}", "POST", "/write/DRAFT/revisions/9", [303, 403, 404, 404, 404, 404]),
    ("/write/{id}/publish", "GET", "/write/DRAFT/publish", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}/publish", "POST", "/write/DRAFT/publish", [303, 403, 404, 409, 409, 409]),
    ("/write/{id}/share", "GET", "/write/DRAFT/share", [303, 403, 404, 200, 200, 200]),
    ("/write/{id}/share", "POST", "/write/DRAFT/share", [303, 403, 404, 422, 422, 422]),
    ("/write/unsaved/{tab}", "GET", "/write/unsaved/NIL", [303, 403, 404, 404, 404, 404]),
    ("/write/unsaved/{tab}", "POST", "/write/unsaved/NIL", [303, 403, 404, 404, 404, 404]),
    ("/rescue", "GET", "/rescue", [200; 6]),
    ("/rescue", "POST", "/rescue", [303; 6]),
    ("/p/{token}", "GET", "/p/unknown", [404; 6]),
    ("/write/media", "GET", "/write/media", [303, 403, 200, 200, 200, 200]),
    ("/write/media", "POST", "/write/media", [303, 403, 422, 422, 422, 422]),
    ("/write/media/{id}", "GET", "/write/media/PICTURE", [303, 403, 404, 200, 200, 200]),
    ("/write/media/{id}", "POST", "/write/media/PICTURE", [303, 403, 404, 303, 303, 303]),
    ("/write/media/{id}/delete", "GET", "/write/media/PICTURE/delete", [303, 403, 404, 200, 200, 200]),
    ("/write/media/{id}/delete", "POST", "/write/media/0/delete", [303, 403, 404, 404, 404, 404]),
    ("/write/media/forgotten", "POST", "/write/media/forgotten", [303, 403, 303, 303, 303, 303]),
    ("/write/{id}/publication", "POST", "/write/DRAFT/publication", [303, 403, 404, 400, 400, 400]),
    ("/admin", "GET", "/admin", [303, 403, 403, 403, 200, 200]),
    ("/admin/comments", "GET", "/admin/comments", [303, 403, 403, 403, 200, 200]),
    ("/admin/comments/{id}", "GET", "/admin/comments/COMMENT", [303, 403, 403, 403, 200, 200]),
    ("/admin/comments/decisions", "POST", "/admin/comments/decisions", [303, 403, 403, 403, 400, 400]),
    ("/admin/comments/undo", "POST", "/admin/comments/undo", [303, 403, 403, 403, 400, 400]),
    ("/admin/users", "GET", "/admin/users", [303, 403, 403, 403, 403, 200]),
    ("/admin/users/new", "GET", "/admin/users/new", [303, 403, 403, 403, 403, 200]),
    ("/admin/users/new", "POST", "/admin/users/new", [303, 403, 403, 403, 403, 422]),
    ("/admin/users/{id}", "POST", "/admin/users/USER", [303, 403, 403, 403, 403, 400]),
    ("/admin/settings", "GET", "/admin/settings", [303, 403, 403, 403, 403, 200]),
    ("/admin/settings", "POST", "/admin/settings", [303, 403, 403, 403, 403, 422]),
    ("/admin/settings/mail", "POST", "/admin/settings/mail", [303, 403, 403, 403, 403, 422]),
    ("/admin/invites", "GET", "/admin/invites", [303, 403, 403, 403, 403, 200]),
    ("/admin/invites", "POST", "/admin/invites", [303, 403, 403, 403, 403, 422]),
    ("/admin/audit", "GET", "/admin/audit", [303, 403, 403, 403, 403, 200]),
    ("/admin/audit/export", "POST", "/admin/audit/export", [303, 403, 403, 403, 403, 200]),
    ("/admin/redirects", "GET", "/admin/redirects", [303, 403, 403, 403, 403, 200]),
    ("/admin/redirects", "POST", "/admin/redirects", [303, 403, 403, 403, 403, 422]),
    ("/admin/redirects/delete", "POST", "/admin/redirects/delete", [303, 403, 403, 403, 403, 303]),
    ("/admin/redirects/import", "POST", "/admin/redirects/import", [303, 403, 403, 403, 403, 303]),
    ("/admin/redirects/export", "GET", "/admin/redirects/export", [303, 403, 403, 403, 403, 200]),
    ("/admin/imports", "GET", "/admin/imports", [303, 403, 403, 403, 403, 200]),
    ("/admin/imports", "POST", "/admin/imports", [303, 403, 403, 403, 403, 422]),
    ("/admin/imports/{id}", "GET", "/admin/imports/0", [303, 403, 403, 403, 403, 404]),
    ("/admin/imports/{id}", "POST", "/admin/imports/0", [303, 403, 403, 403, 403, 404]),
    ("/admin/waits", "GET", "/admin/waits", [303, 403, 403, 403, 403, 200]),
    ("/admin/waits", "POST", "/admin/waits", [303, 403, 403, 403, 403, 303]),
    // the last one: it ends the sessions
    ("/logout", "POST", "/logout", [303; 6]),
];

/// What the addresses of the table stand for.
pub(super) struct Places {
    draft: String,
    picture: i64,
    comment: i64,
    reader: i64,
}

impl Places {
    /// Ada's post `open` with a comment of Ben's that waits, and a draft of hers.
    pub(super) async fn furnish(app: &TestApp) -> Self {
        let path = app.post("Open", "A word.").await;
        let mut ada = app.logged_in(Person::Ada).await;
        let form = ada.get("/write/new").await.form(".post-form");
        let form = form.fill("title", "Secret").fill("body", "Not yet");
        let form = form.file("cover", "a.png", &png(60, 40)).press("Save draft");
        let draft = ada.submit(form).await.url;
        let mut ben = app.logged_in(Person::Ben).await;
        let form = ben.get(&path).await.form(".comment-form").fill("body", "Waits");
        ben.submit(form.press("Send comment")).await;
        let comment =
            sqlx::query_scalar("select max(id) from comments").fetch_one(&app.db).await.expect("a comment");
        let picture = sqlx::query_scalar("select max(id) from media").fetch_one(&app.db).await.expect("one");
        let draft = draft.rsplit('/').next().expect("an id").to_owned();
        Self { draft, picture, comment, reader: app.id(Person::Ben) }
    }

    /// An address of the table, filled in.
    pub(super) fn address(&self, address: &str) -> String {
        address
            .replace("DRAFT", &self.draft)
            .replace("NIL", "00000000-0000-0000-0000-000000000000")
            .replace("POST", "open")
            .replace("PICTURE", &self.picture.to_string())
            .replace("COMMENT", &self.comment.to_string())
            .replace("USER", &self.reader.to_string())
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p4_every_door_opens_for_those_who_may_come_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    let mut visitors = vec![("nobody", app.browser())];
    for (name, person) in [
        ("reader", Person::Ben),
        ("author", Person::Eve),
        ("editor", Person::Edi),
        ("moderator", Person::Max),
        ("admin", Person::Root),
    ] {
        visitors.push((name, app.logged_in(person).await));
    }

    let mut wrong = Vec::new();
    for (at, (name, browser)) in visitors.iter_mut().enumerate() {
        for (route, method, address, expected) in DOORS {
            let status = knock(browser, method, &places.address(address)).await.status.as_u16();
            if status != expected[at] {
                wrong.push(format!("{method} {route} for {name}: {status}, not {}", expected[at]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What answers at a door, to a form without fields where it takes one.
pub(super) async fn knock(browser: &mut Browser, method: &str, address: &str) -> Page {
    if method == "GET" {
        return browser.get_once(address).await;
    }
    let kind = "application/x-www-form-urlencoded";
    browser.post_raw(address, kind, "", &[("sec-fetch-site", "same-origin")]).await
}
