//! P2, and what browsers and caches are told of every page.

use axum::http::{Method, header};
use sqlx::PgPool;

use crate::{
    doors::{DOORS, Places, knock},
    support::{PASSWORD, Page, Person, TestApp},
};

/// The policy of uploaded files: they may look as they like, and do nothing.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

pub(super) fn is_covered(page: &Page) {
    let at = &page.url;
    assert_eq!(page.headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1, "{at}");
    let policy = page.header("content-security-policy");
    if policy != SANDBOX {
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.split("; ").any(|own| own == part), "{at}: no {part} in {policy}");
        }
        for hole in ["unsafe", "nonce-", "sha256-", "strict-dynamic", "data:", "blob:", "http:", "*"] {
            assert!(!policy.contains(hole), "{at}: {hole} in {policy}");
        }
    }
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{at}");
    let referrer = page.header("referrer-policy");
    assert!(
        ["strict-origin-when-cross-origin", "no-referrer"].contains(&referrer.as_str()),
        "{at}: {referrer}"
    );
    assert!(page.header("permissions-policy").contains("camera=()"), "{at}");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{at}");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{at}");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p2_every_answer_at_every_door_has_the_strict_policy_and_its_companions(db: PgPool) {
    let app = TestApp::new(db).await;
    let places = Places::furnish(&app).await;
    for mut browser in [app.browser(), app.logged_in(Person::Root).await] {
        for (_, method, address, _) in DOORS {
            let page = knock(&mut browser, method, &places.address(address)).await;
            is_covered(&page);
            assert_eq!(page.header("strict-transport-security"), "", "only over HTTPS");
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p2_files_and_failures_have_it_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "P").fill("body", "x");
    let form = form
        .file("cover", "a.png", &crate::media::png(1000, 500))
        .fill("cover_alt", "A field")
        .press("Publish");
    ada.submit(form).await.shows("Published.");
    sqlx::query("insert into redirects (path, post_id) values ('/old', 1), ('/gone', null)")
        .execute(&app.db)
        .await
        .expect("redirects");
    let post = ada.get("/posts/p").await;
    let (cover, sheet) = (post.attr("img.cover", "src"), post.attr("link[rel=stylesheet]", "href"));

    let mut pages = Vec::new();
    for (path, status) in
        [("/old", 301), ("/gone", 410), ("/none", 404), ("/%ff", 400), (cover.as_str(), 200)]
    {
        let page = ada.get_once(path).await;
        page.assert_status(status);
        pages.push(page);
    }
    assert_eq!(pages[4].header("content-security-policy"), SANDBOX, "an upload is in a sandbox");
    let style = ada.get_once(&sheet).await;
    let unchanged = ada.ask(Method::GET, &sheet, &[("if-none-match", &style.header("etag"))], "").await;
    unchanged.assert_status(304);
    let squeezed = ada.ask(Method::GET, "/", &[("accept-encoding", "br")], "").await;
    assert_eq!(squeezed.header("content-encoding"), "br");
    let head = ada.method(Method::HEAD, "/").await;
    let options = ada.method(Method::OPTIONS, "/login").await;
    let same = [("sec-fetch-site", "same-origin")];
    let large =
        ada.post_raw("/login", "application/x-www-form-urlencoded", &"x".repeat(300_000), &same).await;
    large.assert_status(413);
    sqlx::query("alter table tags rename to elsewhere").execute(&app.db).await.expect("broken");
    let broken = ada.get_once("/tags").await;
    broken.assert_status(500);
    pages.extend([style, unchanged, squeezed, head, options, large, broken]);
    pages.iter().for_each(is_covered);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p2_foreign_pictures_open_the_policy_for_pictures_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("main form").tick("foreign_pictures", "yes");
    let policy = root.submit(form).await.header("content-security-policy");
    assert!(
        policy.contains("img-src 'self' https:;") && policy.contains("media-src 'self' https:;"),
        "{policy}"
    );
    let rest = policy.replace("img-src 'self' https:", "").replace("media-src 'self' https:", "");
    assert!(!rest.contains("https:") && !rest.contains("unsafe") && rest.contains("trusted-types 'none'"));
}

fn set_cookies(page: &Page) -> Vec<String> {
    let cookies = page.headers.get_all(header::SET_COOKIE).iter();
    cookies.map(|cookie| cookie.to_str().expect("text").to_owned()).collect()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_cookies_are_tied_to_this_host_and_to_https_and_hidden_from_scripts(db: PgPool) {
    let app =
        TestApp::with(db, |config| config.base_url = "https://blog.example".parse().expect("url")).await;
    let mut ada = app.browser();
    let form = ada.get("/login").await.form("main form");
    let arrived = ada.submit_once(form.fill("email", "ada@example.org").fill("password", PASSWORD)).await;
    let cookies = set_cookies(&arrived);
    let mut names: Vec<&str> = cookies.iter().filter_map(|cookie| cookie.split('=').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["__Host-device", "__Host-flash", "__Host-session"]);
    for cookie in &cookies {
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.split("; ").any(|own| own == attribute), "no {attribute}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }

    let desk = ada.get("/write").await;
    desk.shows("You are logged in.");
    assert_eq!(desk.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    assert!(
        set_cookies(&desk).iter().all(|cookie| cookie.starts_with("__Host-") && cookie.contains("Secure"))
    );
    ada.get("/write").await.hides("You are logged in.");
    let out = ada.get("/").await.form("form[action='/logout']");
    assert!(set_cookies(&ada.submit_once(out).await).iter().all(|cookie| cookie.contains("Secure")));
    ada.get_once("/account").await.assert_status(303);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p5_cookies_of_a_blog_on_plain_http_are_hidden_from_scripts_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.browser();
    let form = ada.get("/login").await.form("main form");
    let arrived = ada.submit_once(form.fill("email", "ada@example.org").fill("password", PASSWORD)).await;
    assert_eq!(set_cookies(&arrived).len(), 3);
    for cookie in set_cookies(&arrived) {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
}
