//! Posts that come out by themselves.

use sqlx::PgPool;

use super::draft;
use crate::support::{Person, TestApp};

/// Ada's post, scheduled for a time that is far away.
async fn scheduled(app: &TestApp) {
    let mut ada = app.logged_in(Person::Ada).await;
    let desk = draft(&mut ada, "On time", "Words.").await;
    let form = desk.form(".post-form").fill("publish_at", "2031-03-30T02:30");
    ada.submit(form.press("Publish")).await.shows("Published. Readers see it from the time that is named.");
    app.run_jobs().await;
    app.browser().get("/posts/on-time").await.assert_status(404);
    assert!(app.mails().await.is_empty());
}

/// The time has come, for the post and for its job.
async fn time_has_come(app: &TestApp) {
    app.sql("update posts set publish_at = now() - interval '1 minute'").await;
    app.sql("update jobs set run_at = now() - interval '1 minute' where kind = 'posts.come_out'").await;
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_post_is_there_on_time_although_nothing_ran_and_its_mail_is_sent_once(db: PgPool) {
    let app = TestApp::new(db.clone()).await;
    scheduled(&app).await;
    time_has_come(&app).await;
    // the server was down until now: readers see it before any job has run
    app.browser().get("/posts/on-time").await.assert_status(200);
    for _ in 0..3 {
        app.run_jobs().await;
    }
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].subject.contains("“On time” is out") && mails[0].text.contains("/posts/on-time"),
        "{mails:?}"
    );
    assert_eq!(mails[0].to, Person::Ada.email());

    // the job is lost between its effect and its end, or the post is published again
    app.sql("insert into jobs (kind, key, payload) select 'posts.come_out', 'again', jsonb_build_object('post', id, 'at', now(), 'by_itself', true) from posts").await;
    app.run_jobs().await;
    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(app.count("select count(*) from post_events").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn two_servers_at_once_send_one_mail(db: PgPool) {
    let app = TestApp::new(db).await;
    scheduled(&app).await;
    time_has_come(&app).await;
    tokio::join!(app.run_jobs(), app.run_jobs(), app.run_jobs());
    assert_eq!(app.mails().await.len(), 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_post_that_was_moved_or_taken_back_is_not_announced_at_its_old_time(db: PgPool) {
    let app = TestApp::new(db).await;
    scheduled(&app).await;
    app.sql("update jobs set run_at = now() where kind = 'posts.come_out'").await;
    app.run_jobs().await;
    assert_eq!(app.count("select count(*) from post_events").await, 0, "its time has not come");

    let mut ada = app.logged_in(Person::Ada).await;
    let desk = ada.get("/write?stage=scheduled").await.attr(".desk-table a", "href");
    let form = ada.get(&desk).await.form(".post-form").fill("publish_at", "2030-01-01T00:00");
    ada.submit(form.press("Save")).await.shows("Saved.");
    time_has_come(&app).await;
    app.run_jobs().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn times_are_those_of_the_blog_on_both_sides_of_a_change_of_the_clock(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql("update settings set time_zone = 'Europe/Berlin'").await;
    app.state.site.reload(&app.db).await.expect("settings");
    let mut ada = app.logged_in(Person::Ada).await;
    // one local hour before and after the night in which the clock is set forward, and the hour that is skipped
    for (slug, local, utc) in [
        ("before", "2031-03-30T01:30", "2031-03-30T00:30:00Z"),
        ("skipped", "2031-03-30T02:30", "2031-03-30T01:30:00Z"),
        ("after", "2031-03-30T04:30", "2031-03-30T02:30:00Z"),
        ("twice", "2031-10-26T02:30", "2031-10-26T00:30:00Z"),
    ] {
        let form = ada.get("/write/new").await.form(".post-form").fill("title", slug).fill("body", "x");
        let saved = ada.submit(form.fill("publish_at", local).press("Publish")).await;
        let at: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("select publish_at from posts where slug = $1")
                .bind(slug)
                .fetch_one(&app.db)
                .await
                .expect("a post");
        assert_eq!(at, utc.parse::<chrono::DateTime<chrono::Utc>>().expect("a time"), "{slug}");
        let run_at: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("select max(run_at) from jobs where kind = 'posts.come_out' and run_at = $1")
                .bind(at)
                .fetch_one(&app.db)
                .await
                .expect("its job");
        assert_eq!(run_at, at, "{slug}: the job is due at that very moment");
        // saving the form again does not move it
        ada.submit(saved.form(".post-form").press("Save")).await;
        assert_eq!(app.count("select count(*) from jobs where kind = 'posts.come_out' group by run_at having count(*) > 1 union all select 0").await, 0);
    }
}
