//! Payloads as names of files, and drawings that are programs.

use sqlx::PgPool;

use super::{
    hostile, is_clean, nothing_happens, payloads, png,
    support::{Person, TestApp},
};

/// As browsers write a name into a form: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
fn file_name(text: &str) -> String {
    text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_as_the_name_of_a_file_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    super::without_checks(&app).await;
    let (trap, payloads) = hostile().await;
    let mut ada = app.logged_in(Person::Ada).await;
    let mut form = ada.get("/write/new").await.form(".post-form").fill("title", "Files").fill("body", "x");
    let mut sent = 0;
    // no header may hold a control character
    let names = payloads.iter().filter(|payload| !payload.text.contains(['\t', '\u{c}', '\u{1b}']));
    for payload in names.step_by(19) {
        let name = file_name(&payload.text);
        let page = ada
            .submit_once(form.clone().file("picture", &name, &png(payload.number)).press("Insert picture"))
            .await;
        is_clean(page.assert_status(200));
        form = page.form(".post-form");
        let refused = form.clone().file("cover", &name, payload.text.as_bytes()).press("Save draft");
        let answer = ada.submit_once(refused).await;
        is_clean(&answer);
        let is_drawing = payload.text.contains("<svg");
        assert!(answer.status == 422 || is_drawing, "{}: {}", answer.status, payload.text);
        sent += 1;
    }
    let saved = ada.submit(form.press("Publish")).await;
    saved.shows("Published.");
    let kept: i64 =
        sqlx::query_scalar("select count(*) from media").fetch_one(&app.db).await.expect("a number");
    assert!(kept >= sent, "{kept} of {sent}");
    nothing_happens(&app, &trap, Some(Person::Ada), &[saved.url.clone(), "/posts/files".to_owned()]).await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_drawing_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    super::without_checks(&app).await;
    let (trap, _) = hostile().await;
    let mut ada = app.logged_in(Person::Ada).await;
    let form = ada.get("/write/new").await.form(".post-form").fill("title", "Drawn");
    let mut paths = vec!["/posts/drawn".to_owned()];
    let mut body = String::new();
    for drawing in payloads::drawings(trap.address()) {
        let form = form.clone().fill("body", "x").file("picture", "a.svg", drawing.text.as_bytes());
        let page = ada.submit_once(form.press("Insert picture")).await;
        is_clean(&page);
        let text = page.form(".post-form").value("body");
        if let Some((_, path)) = text.split_once("](") {
            paths.push(path.trim_end().trim_end_matches(')').to_owned());
            body.push_str(&text);
        }
    }
    assert!(paths.len() > 25, "most are taken and cleaned: {}", paths.len());
    ada.submit(form.fill("body", &body).press("Publish")).await.shows("Published.");
    nothing_happens(&app, &trap, None, &paths).await;
}
