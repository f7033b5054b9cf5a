//! P11 and P12: nothing that is sent or imported becomes SQL, a path of ours, or a request to elsewhere.

use std::fs;

use quire::imports::{self, Options, Program};
use sqlx::PgPool;

use super::everything::everything;
use crate::support::{Page, Person, TestApp};

const SQL: [&str; 16] = [
    "'",
    "''",
    "%22",
    "%5c",
    "%27%20or%20%271%27=%271",
    "%27%20or%201=1--%20",
    "1%20or%201=1",
    "1);select%20pg_sleep(9)--",
    "%27;drop%20table%20posts;--",
    "%27||pg_sleep(9)||%27",
    "$1",
    "$$",
    "%25",
    "_",
    "(((",
    "1,(select%201/0)",
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p12_class_09_no_parameter_of_the_public_becomes_sql(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Open", "A word.").await;
    let before = everything(&app.db).await;
    let mut browser = app.browser();
    for sql in SQL {
        for path in [
            "/search?q=X",
            "/search?q=word&order=X&sort=X&filter=X&slug=X&ids=X",
            "/search?q[]=X&q[a]=X",
            "/?before=X",
            "/?page=X&order=X&limit=X",
            "/posts/X",
            "/posts/open?after=X",
            "/posts/open/comments?parent=X",
            "/tags/X",
            "/tags/X/feed.xml",
            "/authors/X",
            "/authors/X/feed.xml",
            "/authors/X/avatar.svg",
            "/archive/X",
            "/archive/2026/X",
            "/comments/X",
            "/media/X",
            "/X",
        ] {
            let page = browser.get_once(&path.replace('X', sql)).await;
            assert!(!page.status.is_server_error(), "{path} with {sql}: {}", page.status);
        }
    }
    assert_eq!(everything(&app.db).await, before);
    let found = |page: &Page| page.texts(".card h2").len();
    let yes = browser.get("/search?q=word%27%20and%20%271%27=%271").await;
    let no = browser.get("/search?q=word%27%20and%20%271%27=%272").await;
    assert_eq!(found(&yes), found(&no));
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p12_class_10_no_parameter_behind_a_door_becomes_sql(db: PgPool) {
    let app = TestApp::new(db).await;
    app.post("Open", "A word.").await;
    let mut root = app.logged_in(Person::Root).await;
    let before = everything(&app.db).await;
    for sql in SQL {
        for path in [
            "/write?stage=X&whose=X&before=X",
            "/write/X",
            "/admin/comments?state=X&q=X&post=X&person=X&before=X",
            "/admin/comments?state[]=X&q[]=X",
            "/admin/comments/X",
            "/admin/users?q=X&role=X&before=X",
            "/admin/audit?action=X&person=X&since=X&before=X",
            "/account/email/X",
            "/login?next=X",
        ] {
            let page = root.get_once(&path.replace('X', sql)).await;
            assert!(!page.status.is_server_error(), "{path} with {sql}: {}", page.status);
        }
        let typed = sql.replace("%27", "'").replace("%20", " ");
        for path in ["/admin/comments/decisions", "/admin/comments/undo", "/admin/waits", "/account/sessions"]
        {
            let fields =
                ["selected", "one", "bulk_id", "key", "end", "decision"].map(|name| (name, typed.as_str()));
            let page = root.post(path, &fields).await;
            assert!(!page.status.is_server_error(), "{path} with {typed}: {}", page.status);
        }
    }
    assert_eq!(everything(&app.db).await, before);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p12_no_address_leads_out_of_its_folder(db: PgPool) {
    let app = TestApp::new(db).await;
    let data = &app.state.config.data_dir;
    fs::create_dir_all(data.join("media/ab")).expect("a folder");
    fs::write(data.join("secret.txt"), "hushed").expect("a file beside the uploads");
    fs::write(data.join("media/.hidden"), "hushed").expect("a hidden file among them");
    let mut browser = app.browser();
    for folder in ["/media/", "/static/", "/media/ab/", "/static/css/"] {
        for way in [
            "../secret.txt",
            "../../secret.txt",
            "..%2fsecret.txt",
            "..%2f..%2fsecret.txt",
            "%2e%2e/secret.txt",
            "%2e%2e%2fsecret.txt",
            "..%5csecret.txt",
            "....//secret.txt",
            "..;/secret.txt",
            "%252e%252e%252fsecret.txt",
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "../../../../../../etc/passwd",
            "..%c0%af..%c0%afetc/passwd",
            ".hidden",
            "secret.txt%00.png",
            "",
            ".",
            "..",
        ] {
            let page = browser.get_once(&format!("{folder}{way}")).await;
            assert!([400, 404].contains(&page.status.as_u16()), "{folder}{way}: {}", page.status);
            assert!(!page.body.contains("hushed") && !page.body.contains("root:"), "{folder}{way}");
        }
    }
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p11_class_23_an_import_follows_no_link_and_no_path_out_of_its_folder(db: PgPool) {
    let app = TestApp::new(db).await;
    let outside = tempfile::tempdir().expect("a folder");
    let site = tempfile::tempdir().expect("a folder");
    let content = site.path().join("content");
    fs::create_dir(&content).expect("a folder");
    fs::write(outside.path().join("secret.md"), "---\ntitle: Hushed\ndate: 2020-01-01\n---\nhushed")
        .expect("a file");
    fs::write(outside.path().join("secret.png"), crate::media::png(20, 20)).expect("a picture");
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(outside.path().join(from), content.join(to)).expect("a link");
    };
    link("secret.md", "linked.md");
    link("secret.png", "linked.png");
    link("", "folder");
    let out = outside.path().display();
    let text = format!(
        "---\ntitle: Open\ndate: 2020-01-01\n---\n![a](linked.png) ![b](folder/secret.png) ![c]({out}/secret.png) \
         ![d](../../../../../../../../..{out}/secret.png) ![e](file://{out}/secret.png) \
         ![f](http://127.0.0.1:1/x.png)\n"
    );
    fs::write(content.join("open.md"), text).expect("a file");

    let report = imports::import(&app.state, Program::Markdown, &content, &Options::default())
        .await
        .expect("imported");
    assert_eq!((report.added(), report.pictures), (1, 0), "{report}");
    app.browser().get("/").await.shows("Open").hides("Hushed");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn p11_class_22_no_entity_of_a_front_matter_or_a_drawing_is_expanded(db: PgPool) {
    let app = TestApp::new(db).await;
    let site = tempfile::tempdir().expect("a folder");
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let lines: Vec<String> = names
        .windows(2)
        .map(|pair| format!("{1}: &{1} [{0}]", vec![format!("*{}", pair[0]); 9].join(", "), pair[1]))
        .collect();
    let bomb = format!("---\ntitle: Bomb\na: &a [x, x, x, x, x, x, x, x, x]\n{}\n", lines.join("\n"));
    fs::write(site.path().join("bomb.md"), format!("{bomb}---\nText")).expect("a file");
    let laughs = "<!DOCTYPE svg [<!ENTITY a \"hahaha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">\
                  ]><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><text>&b;&x;</text></svg>";
    fs::write(site.path().join("x.svg"), laughs).expect("a drawing");
    fs::write(site.path().join("open.md"), "---\ntitle: Open\ndate: 2020-01-01\n---\n![x](x.svg)")
        .expect("a file");
    let report = imports::import(&app.state, Program::Markdown, site.path(), &Options::default())
        .await
        .expect("imported");
    assert!(report.to_string().contains("bomb.md"), "{report}");
    let drawing = app.browser().get("/posts/open").await.attr(".prose img", "src");
    let drawing = app.browser().get_once(&drawing).await;
    drawing.assert_status(200);
    for gone in ["haha", "root:", "ENTITY", "&b;", "&x;"] {
        assert!(!drawing.body.contains(gone), "{gone} in {}", drawing.body);
    }
}
