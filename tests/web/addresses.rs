//! Old addresses.

use std::collections::HashMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sqlx::PgPool;

use super::support::{Browser, Page, Person, TestApp};

async fn leads(browser: &mut Browser, path: &str) -> (u16, Option<String>) {
    let page = browser.get_once(path).await;
    (page.status.as_u16(), page.location())
}

fn to(path: &str) -> (u16, Option<String>) {
    (301, Some(path.to_owned()))
}

async fn rename(app: &TestApp, slug: &str, new: &str) {
    sqlx::query("update posts set slug = $2 where slug = $1")
        .bind(slug)
        .bind(new)
        .execute(&app.db)
        .await
        .expect("renamed");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn three_names_and_back_are_one_hop_each_and_never_a_circle(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("One", "x").await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut guest = app.browser();
    let desk = ada.get("/write?stage=published").await.attr(".desk-table a", "href");
    for slug in ["two", "three", "one"] {
        let form = ada.get(&desk).await.form(".post-form").fill("slug", slug);
        ada.submit(form.press("Save")).await.shows("Saved.");
        for old in ["one", "two", "three"] {
            let found = leads(&mut guest, &format!("/posts/{old}")).await;
            if old == slug {
                assert_eq!(found, (200, None));
            } else if found.0 != 404 {
                assert_eq!(found, to(&format!("/posts/{slug}")), "{old} while it is {slug}");
            }
        }
    }
    assert_eq!(leads(&mut guest, "/posts/two/").await, to("/posts/one"));
    app.sql("update posts set kind = 'page'").await;
    for old in ["/posts/one", "/posts/two", "/posts/three"] {
        assert_eq!(leads(&mut guest, old).await, to("/one"), "{old}");
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn an_old_address_that_another_post_takes_is_that_post_s(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Wanted", "first").await;
    rename(&app, "wanted", "elsewhere").await;
    let mut guest = app.browser();
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Wanted").fill("body", "second");
    let draft = ada.submit(form.press("Save draft")).await;
    assert_eq!(leads(&mut guest, "/posts/wanted").await, to("/posts/elsewhere"), "a draft takes nothing yet");
    ada.submit(draft.form(".post-form").press("Publish")).await.shows("Published.");
    guest.get("/posts/wanted").await.shows("second");
    rename(&app, "wanted", "third").await;
    assert_eq!(leads(&mut guest, "/posts/wanted").await, to("/posts/third"));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn whatever_is_renamed_and_deleted_an_old_address_leads_to_its_post_in_one_hop_or_is_gone(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Zero", "x").await;
    let mut guest = app.browser();
    for seed in 0..6 {
        let mut chance = StdRng::seed_from_u64(seed);
        app.sql("delete from posts where slug <> 'zero'").await;
        app.sql("delete from post_slugs").await;
        // slug of each post now, and which post had an address last; `None`: deleted for good
        let mut now: HashMap<i64, String> = HashMap::new();
        let mut last: HashMap<String, Option<i64>> = HashMap::new();
        for _ in 0..40 {
            let slug = format!("s{}", chance.random_range(0..8));
            let taken = now.values().any(|its| *its == slug);
            let some =
                now.keys().copied().min_by_key(|id| (id * 7919 + i64::from(chance.random::<u8>())) % 101);
            match (chance.random_range(0..10), some) {
                (0..=1, Some(id)) => {
                    sqlx::query("delete from posts where id = $1")
                        .bind(id)
                        .execute(&app.db)
                        .await
                        .expect("deleted");
                    let slug = now.remove(&id).expect("its address");
                    // an address that another post had before goes back to that one
                    last.entry(slug).or_insert(None);
                    for holder in last.values_mut().filter(|holder| **holder == Some(id)) {
                        *holder = None;
                    }
                }
                (2..=6, Some(id)) if !taken => {
                    let old = now.insert(id, slug.clone()).expect("its address");
                    rename(&app, &old, &slug).await;
                    last.insert(old, Some(id));
                    if last.get(&slug) == Some(&Some(id)) {
                        last.remove(&slug);
                    }
                }
                _ if !taken => {
                    let id: i64 = sqlx::query_scalar(
                        "insert into posts (author_id, slug, title, status, publish_at)
                         select author_id, $1, 'T', 'published', now() from posts where slug = 'zero' returning id",
                    )
                    .bind(&slug)
                    .fetch_one(&app.db)
                    .await
                    .expect("a post");
                    now.insert(id, slug);
                }
                _ => {}
            }
        }
        for n in 0..8 {
            let slug = format!("s{n}");
            let found = leads(&mut guest, &format!("/posts/{slug}")).await;
            let expected = if now.values().any(|its| *its == slug) {
                (200, None)
            } else {
                match last.get(&slug) {
                    None => (404, None),
                    Some(None) => (410, None),
                    Some(Some(id)) => to(&format!("/posts/{}", now[id])),
                }
            };
            assert_eq!(found, expected, "seed {seed}, {slug}: {now:?} {last:?}");
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_redirect_leads_to_a_post_a_path_elsewhere_or_nowhere(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Found", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    for (from, target, gone) in [
        ("/2019/found.html", "/posts/found", false),
        ("https://old.example/über/", "http://localhost/tags?x=1#top", false),
        ("/?p=12", "/posts/found", false),
        ("/shop", "https://shop.example/a", false),
        ("/tags/none", "/archive", false),
        ("/dead", "", true),
    ] {
        let form =
            root.get("/admin/redirects").await.form(".redirect-form").fill("from", from).fill("to", target);
        let form = if gone { form.tick("gone", "yes") } else { form };
        root.submit(form.press("Add")).await.shows("The redirect is saved.");
    }
    rename(&app, "found", "found-again").await;
    let mut guest = app.browser();
    for (path, expected) in [
        ("/2019/found.html", to("/posts/found-again")),
        ("/2019/found.html/?utm=1", to("/posts/found-again")),
        ("/%C3%BCber", to("/tags?x=1#top")),
        ("/?p=12", to("/posts/found-again")),
        ("/?p=13", (200, None)),
        ("/shop/index.html", to("https://shop.example/a")),
        ("/tags/none", to("/archive")),
        ("/dead", (410, None)),
        ("/unknown", (404, None)),
    ] {
        assert_eq!(leads(&mut guest, path).await, expected, "{path}");
    }
    assert_eq!(guest.post("/shop", &[]).await.status.as_u16(), 405, "a form is never sent on");
    app.sql("update posts set status = 'draft'").await;
    assert_eq!(leads(&mut guest, "/2019/found.html").await, (404, None), "a draft is not told of");

    let list = root.get("/admin/redirects?q=shop").await;
    assert_eq!(list.texts(".redirect-table label"), ["/shop"]);
    list.shows("https://shop.example/a").shows("1 time");
    root.get("/admin/audit").await.shows("changed the redirects").shows("/shop set");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_redirect_that_could_not_work_is_refused_with_what_was_typed(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Here", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    for (from, target, sentence) in [
        ("", "", "An old address is a path"),
        ("/a", "ftp://x", "It leads to a path of this blog"),
        ("/a", "//else.example", "It leads to a path of this blog"),
        ("/admin/x", "/a", "The blog itself answers at this address."),
        ("/posts/here", "/a", "A post is at this address now"),
        ("/a", "/a/", "This would lead in a circle."),
    ] {
        let form =
            root.get("/admin/redirects").await.form(".redirect-form").fill("from", from).fill("to", target);
        let refused = root.submit(form.press("Add")).await;
        refused.assert_status(422).shows(sentence);
        assert_eq!(refused.form(".redirect-form").value("from"), from);
        assert_eq!(refused.form(".redirect-form").value("to"), target);
    }
    assert_eq!(app.count("select count(*) from redirects").await, 0);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_file_is_taken_whole_or_not_at_all_and_comes_back_as_it_was(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Here", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    let bad = "from,to\n/a,/b\n/c\n/b,/a\n/a,gone\nx y,ftp://z\n";
    let refused = import(&mut root, bad).await;
    refused.assert_status(422).shows("Nothing was imported").shows("Line 3").shows("Line 6");
    let circle = import(&mut root, "/a,/b\n/b,/a\n/c,/d\n/c,/e\n").await;
    circle
        .assert_status(422)
        .shows("Line 1")
        .shows("Line 2")
        .shows("in a circle")
        .shows("Line 4")
        .shows("already");
    assert_eq!(app.count("select count(*) from redirects").await, 0);

    import(&mut root, "/a,/b\n/b,/c\n/c,/posts/here\n/gone,gone\n/out,https://out.example/\n")
        .await
        .shows("5 redirects imported.");
    let mut guest = app.browser();
    for path in ["/a", "/b", "/c"] {
        assert_eq!(leads(&mut guest, path).await, to("/posts/here"), "{path}");
    }
    let copy = root.get_once("/admin/redirects/export").await;
    assert!(copy.header("content-type").starts_with("text/csv"));
    for line in ["/a,/posts/here,1,", "/gone,gone,0,", "/out,https://out.example/,0,"] {
        assert!(copy.body.lines().any(|its| its.starts_with(line)), "{line}: {}", copy.body);
    }

    let list = root.get("/admin/redirects").await;
    let form = list.form("form.ticked");
    let ids = list.texts(".redirect-table label").len();
    assert_eq!(ids, 5);
    let all: Vec<i64> = sqlx::query_scalar("select id from redirects").fetch_all(&app.db).await.expect("ids");
    let form = all.iter().fold(form, |form, id| form.tick("redirect", &id.to_string()));
    root.submit(form.press("Delete the ticked ones")).await.shows("5 redirects deleted.");
    import(&mut root, &copy.body).await.shows("5 redirects imported.");
    assert_eq!(leads(&mut guest, "/a").await, to("/posts/here"));
}

async fn import(root: &mut Browser, file: &str) -> Page {
    let form = root.get("/admin/redirects").await.form(".import-form");
    root.submit(form.file("file", "redirects.csv", file.as_bytes()).press("Import")).await
}
