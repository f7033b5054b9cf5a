//! P1 without a browser: what people type stays text, in every place that shows it. The real browser tries two thousand
//! payloads more, in `tests/chromium/safety`.

use scraper::{ElementRef, Html, Selector};
use sqlx::PgPool;

use crate::support::{Page, Person, TestApp};

/// Closes whatever it stands in, with either quote.
const HOSTILE: &str = "\"'></title></textarea></script><b id=pwned onmouseover=alert(1)>x</b>\
     <script>alert(1)</script><img src=x alt=x onerror=alert(1)>' onfocus='alert(1)\" onblur=\"alert(1)";

/// Nothing on the page acts on its own, and nothing of the hostile text became an element.
fn is_inert(page: &Page) {
    page.check_house_rules();
    let document = Html::parse_document(&page.body);
    for element in document.select(&Selector::parse("*").expect("css")) {
        let (name, html) = (element.value().name(), element.html());
        assert!(
            !["iframe", "object", "embed", "base", "frame", "math"].contains(&name),
            "{}: {html}",
            page.url
        );
        for (attribute, value) in element.value().attrs() {
            let value = value.trim_start().to_lowercase();
            assert!(!attribute.starts_with("on"), "{}: {html}", page.url);
            assert!(!value.starts_with("javascript:") && !value.starts_with("data:"), "{}: {html}", page.url);
        }
        // in the text of a post authors may use such HTML
        let mut above = element.ancestors().filter_map(ElementRef::wrap);
        let in_post =
            above.any(|above| above.value().classes().any(|class| ["post", "preview"].contains(&class)));
        assert!(in_post || element.value().attr("id") != Some("pwned"), "{}: {html}", page.url);
    }
    assert!(!page.has("script:not([src^='/static/'])"), "{}", page.url);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p1_class_03_no_field_becomes_markup_on_any_page_whether_made_or_edited(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    let new = ada.get("/write/new").await.form(".post-form").fill("slug", "post");
    let fill = |form: crate::support::Form| {
        ["title", "body", "summary", "tags", "cover_alt"].iter().fold(form, |form, name| {
            form.fill(name, if *name == "tags" { "<b id=pwned>, \"'" } else { HOSTILE })
        })
    };
    let new = fill(new).file("cover", "<b id=pwned>.png", &crate::media::png(600, 300));
    let mut desk = ada.submit(new.press("Publish")).await;
    desk.shows("Published.");
    let mut root = app.logged_in(Person::Root).await;
    let mut guest = app.browser();
    for round in 0..2 {
        let profile = ada.get("/account").await.form("main form").fill("bio", HOSTILE);
        ada.submit(profile.fill("name", &HOSTILE[..90])).await.shows("Saved.");
        let talk = guest.get("/posts/post").await.form(".comment-form").fill("name", &HOSTILE[..70]);
        guest.submit(talk.fill("body", &format!("{HOSTILE} {round}")).press("Send comment")).await;
        sqlx::query("update comments set state = 'published'").execute(&app.db).await.expect("approved");
        let settings = root.get("/admin/settings").await.form("main form").fill("title", &HOSTILE[..110]);
        root.submit(settings.fill("description", HOSTILE)).await.shows("Saved.");
        let invite = root.get("/admin/invites").await.form("main form.narrow").fill("note", HOSTILE);
        root.submit(invite).await.shows("The invitation is made");

        for path in ["/", "/posts/post", "/posts/post/comments", "/archive", "/tags", "/authors/ada", "/none"]
        {
            is_inert(&guest.get(path).await);
        }
        let tag = guest.get("/posts/post").await.attr(".post-foot a.tag", "href");
        is_inert(&guest.get(&tag).await);
        is_inert(&ada.get(&desk.url).await);
        for path in ["/write?stage=published", "/account", "/account/sessions", "/account/passkeys"] {
            is_inert(&ada.get(path).await);
        }
        for path in
            ["/admin", "/admin/comments?state=published", "/admin/comments/1", "/admin/users", "/admin/audit"]
        {
            is_inert(&root.get(path).await);
        }
        is_inert(&root.get("/admin/invites").await);
        feed_is_clean(&guest.get("/feed.xml").await);
        // the second round looks at the same fields after they were edited
        desk = ada.submit(fill(desk.form(".post-form")).press("Save")).await;
        is_inert(desk.shows("Saved."));
    }
}

fn feed_is_clean(page: &Page) {
    let feed = feed_rs::parser::parse(page.body.as_bytes()).expect("a feed");
    let entry = feed.entries.first().expect("an entry");
    let content = entry.content.as_ref().and_then(|content| content.body.clone()).unwrap_or_default();
    let html = Html::parse_fragment(&content);
    for element in html.select(&Selector::parse("*").expect("css")) {
        assert!(element.value().attrs().all(|(name, _)| !name.starts_with("on")), "{}", element.html());
        assert!(!["script", "iframe", "style"].contains(&element.value().name()), "{}", element.html());
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_01_a_text_is_shown_whole_or_refused_whole_but_never_cut(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for length in [65_530, 65_535, 65_536, 70_000] {
        let text =
            format!("{}<a title='\" onmouseover=alert(1) x=' href=\"/\">y</a> the end", "x".repeat(length));
        let slug = format!("long-{length}");
        let form = ada.get("/write/new").await.form(".post-form").fill("title", "Long").fill("slug", &slug);
        ada.submit(form.fill("body", &text).press("Publish")).await.shows("Published.");
        let page = ada.get(&format!("/posts/{slug}")).await;
        is_inert(page.shows("the end"));

        let form = page.form(".comment-form").fill("body", &text).press("Send comment");
        let refused = ada.submit(form).await;
        refused.assert_status(422).shows("at most 10,000 characters");
        assert_eq!(refused.form(".comment-form").value("body"), text);
        is_inert(&refused);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_02_titles_and_quotes_of_links_open_no_attribute(db: PgPool) {
    let app = TestApp::new(db).await;
    let path = app.post("Talk", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    for body in [
        "[x](https://e.example \"a\\\" onmouseover=\\\"alert(1)\")",
        "[x](https://e.example 'a\" onmouseover=\"alert(1)')",
        "[x](<https://e.example/\" onmouseover=alert(1) y=\">)",
        "<a href='https://e.example' title='a\" onmouseover=alert(1)'>x</a>",
        "<https://e.example/\"onmouseover=alert(1)>",
        "![x\" onerror=alert(1)](x.png 'y\" onerror=\"alert(1)')",
        "[x](javascript&colon;alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,<script>)",
    ] {
        let form = ada.get(&path).await.form(".comment-form").fill("body", body);
        ada.submit(form.press("Send comment")).await.shows("Your comment is published");
        is_inert(&ada.get(&path).await);
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_04_an_address_of_markup_is_refused_or_made_harmless(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for slug in
        ["<b>", "a\"b", "a'b", "../x", "a/b", "a b", "%3Cb%3E", "javascript:alert(1)", "a&b", "-", "Ä"]
    {
        let form = ada.get("/write/new").await.form(".post-form").fill("title", "T").fill("slug", slug);
        ada.submit(form.fill("body", "x").press("Publish")).await.assert_status(422);
    }
    app.post("<b id=pwned>\"T\"</b>", "x").await;
    let feed = app.browser().get("/feed.xml").await;
    feed_is_clean(&feed);
    let feed = feed_rs::parser::parse(feed.body.as_bytes()).expect("a feed");
    assert!(feed.entries[0].links[0].href.chars().all(|c| c.is_ascii_alphanumeric() || ":/-".contains(c)));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn class_05_error_pages_repeat_nothing_of_a_bad_address(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let hostile = "%22%27%3E%3Cb%20id=pwned%20onload=alert(1)%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        "/X",
        "/posts/X",
        "/tags/X",
        "/authors/X",
        "/archive/X",
        "/archive/2026/X",
        "/comments/X",
        "/write/X",
        "/admin/comments/X",
        "/media/X",
        "/static/X",
        "/?before=X",
        "/posts/x?after=X",
        "/search?q=X",
        "/admin/users?q=X&role=X&before=X",
        "/admin/comments?q=X&state=X&post=X&person=X",
        "/admin/audit?action=X&person=X&since=X&before=X",
        "/login?next=X&email=X",
        "/login/code?next=X",
        "/register?invite=X",
        "/password/reset/X",
        "/verify/X",
        "/setup?token=X",
    ] {
        let path = path.replace('X', hostile);
        is_inert(&app.browser().get(&path).await);
        is_inert(&root.get(&path).await);
    }
    let headers = [
        ("referer", "http://x/\"><script>alert(1)</script>"),
        ("user-agent", "<script>alert(1)</script>"),
        ("x-request-id", "<script>alert(1)</script>"),
    ];
    let page = root.ask(axum::http::Method::GET, "/none", &headers, "").await;
    assert!(!page.body.contains("alert(1)"), "{}", page.body);
    assert!(!page.header("x-request-id").contains("script"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p14_honest_odd_text_comes_out_as_it_went_in(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ada = app.logged_in(Person::Ada).await;
    for (n, text) in [
        "null",
        "undefined",
        "NaN",
        "true",
        "0",
        "I <3 \"quotes\" & 'others'",
        "👩‍👩‍👧 family",
        "שלום مرحبا",
        "zero\u{200b}width",
        "{{ braces }} {% x %} ${y} %s",
        "O'Brien; drop table posts; --",
        "Ünïcödé e\u{301}",
    ]
    .into_iter()
    .enumerate()
    {
        let slug = format!("p-{n}");
        let form = ada.get("/write/new").await.form(".post-form").fill("title", text).fill("body", "x");
        let saved = ada.submit(form.fill("slug", &slug).fill("summary", text).press("Publish")).await;
        assert_eq!(saved.form(".post-form").value("title"), text);
        assert_eq!(app.browser().get(&format!("/posts/{slug}")).await.text("h1"), text);
        let profile = ada.get("/account").await.form("main form").fill("name", text).fill("bio", text);
        let profile = ada.submit(profile).await.form("main form");
        assert_eq!((profile.value("name"), profile.value("bio")), (text.to_owned(), text.to_owned()));
    }
}
