//! Payloads through the writing desk: text, title, summary, tags, address, what a cover shows, the preview.

use sqlx::PgPool;

use super::{
    encoded, hostile, is_clean, nothing_happens,
    payloads::Payload,
    png,
    support::{Form, Person, TestApp},
};

/// Payloads in one text. Neighbours in it are of different kinds: what swallows the rest of a text does so in one only.
const TOGETHER: usize = 24;

fn text(payloads: &[Payload], at: usize, texts: usize) -> String {
    let together: Vec<&str> =
        payloads.iter().skip(at).step_by(texts).map(|payload| payload.text.as_str()).collect();
    together.join("\n\n---\n\n")
}

/// At most twenty of sixty characters, with commas between.
fn tags(payloads: &[Payload], at: usize) -> String {
    let fits = |payload: &&Payload| payload.text.len() <= 60 && !payload.text.contains(['\n', ',']);
    let tags: Vec<&str> =
        payloads.iter().filter(fits).skip(at * 12).take(12).map(|payload| payload.text.as_str()).collect();
    tags.join(", ")
}

fn filled(form: &Form, payloads: &[Payload], at: usize, texts: usize) -> Form {
    let line = |n: usize, longest: usize| {
        let text = &payloads[(at * TOGETHER + n) % payloads.len()].text;
        format!("{at} {}", text.chars().take(longest).collect::<String>())
    };
    form.clone()
        .fill("title", &line(0, 280))
        .fill("summary", &line(7, 900))
        .fill("tags", &tags(payloads, at))
        .fill("body", &text(payloads, at, texts))
        .fill("cover_alt", &line(13, 900))
        .file("cover", "a.png", &png(at))
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_in_a_post_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    super::without_checks(&app).await;
    let (trap, payloads) = hostile().await;
    let texts = payloads.len().div_ceil(TOGETHER);
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form");
    let mut paths = Vec::new();
    for at in 0..texts {
        let form = filled(&form, &payloads, at, texts);
        let saved = ada.submit(form.clone().press("Publish")).await;
        saved.shows("Published.");
        is_clean(&saved);
        paths.push(saved.attr(".post-moves a.button", "href"));
        if at % 20 == 0 {
            paths.push(saved.url.clone());
            let preview = ada.submit_once(form.press("Preview")).await;
            is_clean(preview.assert_status(200));
        }
    }
    for payload in payloads.iter().step_by(61) {
        let refused = ada.submit_once(form.clone().fill("slug", &payload.text).press("Save draft")).await;
        is_clean(refused.assert_status(422));
    }
    let root = ["/", "/tags", "/authors/ada", "/archive", "/archive/2026", "/write?stage=published"];
    paths.extend(root.map(str::to_owned));
    let tags: Vec<String> = sqlx::query_scalar("select slug from tags order by id limit 10")
        .fetch_all(&app.db)
        .await
        .expect("rows");
    paths.extend(tags.iter().map(|slug| format!("/tags/{slug}")));
    for payload in payloads.iter().step_by(151) {
        paths.push(format!("/search?q={}", encoded(&payload.text)));
    }
    nothing_happens(&app, &trap, Some(Person::Ada), &paths).await;
}
