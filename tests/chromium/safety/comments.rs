//! Payloads as comments and as names of guests: below posts, in previews and answers, and on the moderators' desk.

use quire::text::{RENDERER_VERSION, markdown, single_line};
use sqlx::PgPool;

use super::{
    hostile, is_clean, nothing_happens,
    payloads::Payload,
    support::{Person, TestApp},
};

/// One in so many is sent through the form; the others are put where the form would put them.
const BY_FORM: usize = 7;

/// What the form takes for a name.
fn name(payload: &Payload) -> String {
    single_line(&payload.text).chars().take(80).collect()
}

async fn send(app: &TestApp, payloads: &[Payload], post_id: i64) {
    let mut guest = app.browser();
    for (at, payload) in payloads.iter().step_by(BY_FORM).enumerate() {
        // ten comments from one network are a conversation, and this is none
        sqlx::query("delete from rate_limits").execute(&app.db).await.expect("forgotten");
        let minute_ago = chrono::Utc::now().timestamp() - 60;
        let started = app.state.keys.sign("comment-form", &format!("{post_id}:{minute_ago}"));
        let name = name(payload);
        let mut form =
            vec![("name", name.as_str()), ("body", &payload.text), ("started", &started), ("action", "send")];
        guest.post("/posts/talk/comments", &form).await.assert_status(303);
        if at % 8 == 0 {
            form[3].1 = "preview";
            is_clean(guest.post("/posts/talk/comments", &form).await.assert_status(200));
            form.push(("email", &payload.text));
            is_clean(guest.post("/posts/talk/comments", &form).await.assert_status(422));
            form[1].1 = "";
            form[2].1 = &payload.text;
            is_clean(guest.post("/posts/talk/comments", &form).await.assert_status(422));
        }
    }
}

async fn put(app: &TestApp, payloads: &[Payload], post_id: i64) {
    let others: Vec<&Payload> =
        payloads.iter().enumerate().filter(|(at, _)| at % BY_FORM != 0).map(|(_, payload)| payload).collect();
    let names: Vec<String> = others.iter().map(|payload| name(payload)).collect();
    let texts: Vec<String> =
        others.iter().map(|payload| payload.text.replace(char::is_control, " ")).collect();
    let htmls: Vec<String> =
        others.iter().map(|payload| markdown::comment(&payload.text).to_string()).collect();
    sqlx::query(
        "insert into comments (id, post_id, path, guest_name, person_key, body_md, body_html, renderer_version, state)
        overriding system value
        select n.id, $1, array[n.id], n.name, sha256(convert_to(n.name, 'UTF8')), n.body, n.html, $2, 'held'
        from (
            select nextval(pg_get_serial_sequence('comments', 'id')) as id, t.name, t.body, t.html
            from unnest($3::text[], $4::text[], $5::text[]) as t (name, body, html)
        ) as n",
    )
    .bind(post_id)
    .bind(RENDERER_VERSION)
    .bind(names)
    .bind(texts)
    .bind(htmls)
    .execute(&app.db)
    .await
    .expect("put");
}

/// All but the newest hundred, as a moderator does with everything ticked.
async fn approve(app: &TestApp) {
    let picks: Vec<String> =
        sqlx::query_scalar("select id || ':' || version from comments order by id desc offset 100")
            .fetch_all(&app.db)
            .await
            .expect("rows");
    let mut fields = vec![("decision", "approve")];
    fields.extend(picks.iter().map(|pick| ("selected", pick.as_str())));
    app.logged_in(Person::Max).await.post("/admin/comments/decisions", &fields).await.assert_status(303);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn no_payload_in_a_comment_comes_alive(db: PgPool) {
    let app = TestApp::new(db).await;
    let (trap, payloads) = hostile().await;
    assert_eq!(app.post("Talk", "x").await, "/posts/talk");
    let post_id = sqlx::query_scalar("select id from posts").fetch_one(&app.db).await.expect("a post");
    send(&app, &payloads, post_id).await;
    put(&app, &payloads, post_id).await;
    sqlx::query("analyze").execute(&app.db).await.expect("counted");
    approve(&app).await;
    let count: i64 = sqlx::query_scalar("select count(*) from comments where state = 'published'")
        .fetch_one(&app.db)
        .await
        .expect("a number");
    assert_eq!(usize::try_from(count).expect("small"), payloads.len() - 100);

    let mut paths = vec!["/posts/talk".to_owned()];
    let mut reader = app.browser();
    while let Some(last) = paths.last() {
        let page = reader.get_once(last).await;
        if !page.has(".more a") {
            break;
        }
        paths.push(page.attr(".more a", "href").replace("#q-comments", ""));
    }
    assert_eq!(paths.len(), payloads.len().div_ceil(500), "the whole thread");
    let ids: Vec<i64> =
        sqlx::query_scalar("select id from comments where state = 'published' and id % 150 = 0")
            .fetch_all(&app.db)
            .await
            .expect("rows");
    for id in ids {
        paths.push(format!("/posts/talk/comments?parent={id}"));
        paths.push(format!("/admin/comments/{id}"));
        paths.push(format!("/admin/comments?state=published&before={id}"));
    }
    paths.push("/admin/comments".to_owned());
    nothing_happens(&app, &trap, Some(Person::Max), &paths).await;
}
