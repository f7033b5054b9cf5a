//! Payloads as settings, as names and words about oneself, and in every part of an address.

use sqlx::PgPool;

use super::{
    encoded, hostile, is_clean, nothing_happens,
    payloads::Payload,
    support::{Browser, Person, TestApp},
};

/// Payloads one after the other, as many as fit into a field.
fn packed(payloads: &[Payload], longest: usize) -> Vec<String> {
    let mut packs = vec![String::new()];
    for payload in payloads.iter().filter(|payload| payload.text.chars().count() < longest) {
        let pack = packs.last_mut().expect("there is always one");
        if pack.chars().count() + payload.text.chars().count() + 1 > longest {
            packs.push(payload.text.clone());
        } else {
            pack.push('\n');
            pack.push_str(&payload.text);
        }
    }
    packs
}

async fn set_up(app: &TestApp, root: &mut Browser, title: &str, description: &str) {
    let form = root.get_once("/admin/settings").await.form("main form");
    let form = form.fill("title", title).fill("description", description).fill("posts_per_page", "5");
    is_clean(root.submit(form).await.shows("Saved."));
    is_clean(&app.browser().get_once("/").await);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_as_a_setting_or_as_a_person_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    super::without_checks(&app).await;
    let (trap, payloads) = hostile().await;
    let writers = [Person::Ada, Person::Eve, Person::Edi];
    for writer in writers {
        let mut browser = app.logged_in(writer).await;
        let form = browser.get("/write/new").await.form(".post-form");
        let form = form.fill("title", &format!("{writer:?}")).fill("body", "x");
        browser.submit(form.press("Publish")).await.shows("Published.");
    }
    let mut root = app.logged_in(Person::Root).await;
    let mut browsers =
        [app.logged_in(writers[0]).await, app.logged_in(writers[1]).await, app.logged_in(writers[2]).await];
    let short: Vec<&Payload> =
        payloads.iter().filter(|payload| payload.text.chars().count() <= 100).collect();
    let descriptions = packed(&payloads, 480);
    for (at, bio) in packed(&payloads, 1_990).iter().enumerate() {
        let browser = &mut browsers[at % 3];
        let name = &short[at * 7 % short.len()].text;
        let form = browser.get_once("/account").await.form("main form").fill("name", name).fill("bio", bio);
        is_clean(&browser.submit(form).await);
        is_clean(
            &app.browser()
                .get_once(&format!("/authors/{}", format!("{:?}", writers[at % 3]).to_lowercase()))
                .await,
        );
        set_up(&app, &mut root, &short[at * 11 % short.len()].text, &descriptions[at % descriptions.len()])
            .await;
        is_clean(&root.get_once("/admin/users").await);
    }
    let about_people = [
        "/",
        "/authors/ada",
        "/authors/eve",
        "/authors/edi",
        "/account",
        "/admin",
        "/admin/settings",
        "/admin/users",
        "/posts/ada",
        "/nothing/here",
        "/archive",
    ];
    nothing_happens(&app, &trap, Some(Person::Root), &about_people.map(str::to_owned)).await;
}

/// Where `@` stands for what somebody made a reader follow.
const ADDRESSES: [&str; 19] = [
    "/search?q=@",
    "/@",
    "/posts/@",
    "/posts/talk?after=@",
    "/posts/talk/comments?parent=@",
    "/tags/@",
    "/authors/@",
    "/archive/@",
    "/login?next=@",
    "/setup?token=@",
    "/verify/@",
    "/password/reset/@",
    "/media/@",
    "/static/@",
    "/?before=@",
    "/write?stage=@&whose=@&before=@",
    "/admin/comments?state=@&q=@&post=@&person=@&before=@",
    "/admin/users?q=@&role=@",
    "/admin/comments/@",
];

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_in_an_address_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    super::without_checks(&app).await;
    let (trap, payloads) = hostile().await;
    app.post("Talk", "x").await;
    let mut root = app.logged_in(Person::Root).await;
    let addresses: Vec<String> = payloads
        .iter()
        .enumerate()
        .map(|(at, payload)| ADDRESSES[at % ADDRESSES.len()].replace('@', &encoded(&payload.text)))
        .collect();
    for address in &addresses {
        is_clean(&root.get_once(address).await);
    }
    // redirects and drawings are no pages
    let pages: Vec<String> = addresses.into_iter().step_by(43).collect();
    nothing_happens(&app, &trap, Some(Person::Root), &pages).await;
}
