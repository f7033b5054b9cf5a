//! The log of what matters for safety.

use sqlx::PgPool;

use super::support::{Browser, PASSWORD, Person, TestApp, authenticator::Authenticator};

const NEW: &str = "another quiet sentence";

async fn actions(app: &TestApp, person: &str) -> Vec<String> {
    sqlx::query_scalar("select action from audit_log where actor = $1 or target = $1 order by id")
        .bind(person)
        .fetch_all(&app.db)
        .await
        .expect("the log")
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_database_itself_refuses_to_change_the_log(db: PgPool) {
    let app = TestApp::new(db).await;
    app.logged_in(Person::Ben).await;
    for statement in [
        "update audit_log set actor = 'somebody'",
        "update audit_log set network = '10.0.0.0/8'",
        "update audit_log set network = null, detail = 'other'",
        "delete from audit_log",
        "truncate audit_log",
        "truncate audit_log, users cascade",
    ] {
        let refused = sqlx::query(statement).execute(&app.db).await.expect_err(statement);
        assert!(refused.to_string().contains("only added to"), "{statement}: {refused}");
    }
    // what the law asks for: where somebody sat is forgotten
    app.sql("update audit_log set network = null").await;
    assert_eq!(app.count("select count(*) from audit_log").await, 1);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn networks_are_forgotten_after_a_year(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql(
        "insert into audit_log (at, actor, action, network)
        values (now() - interval '366 days', 'ben', 'sign_in', '203.0.113.0/24'), (now(), 'ben', 'sign_in', '203.0.113.0/24')",
    )
    .await;
    quire::worker::tidy(&app.state).await.expect("tidied");
    assert_eq!(app.count("select count(*) from audit_log where network is null").await, 1);
    assert_eq!(app.count("select count(*) from audit_log").await, 2);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_a_person_does_at_their_account_is_noted(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut ben = app.browser_at("203.0.113.9");
    let login = |password: &'static str| [("email", "ben@example.org"), ("password", password)];
    ben.post("/login", &login("wrong")).await.assert_status(422);
    ben.post("/login", &login(PASSWORD)).await.assert_status(303);
    Authenticator::set_up(&app, &mut ben).await;
    let page = ben.get("/account/second-factor").await;
    ben.submit(page.form("main form").press("Make ten new recovery codes")).await;
    ben.submit(page.form("main form").press("Remove the second factor")).await;
    ben.post("/account/password", &[("current", PASSWORD), ("password", NEW)]).await.assert_status(303);
    ben.post("/account/email", &[("email", "ben@new.example")]).await.assert_status(303);
    ben.post("/account/sessions", &[("end", "all")]).await.assert_status(303);
    ben.post("/account/export", &[]).await.assert_status(200);
    ben.post("/logout", &[]).await.assert_status(303);
    ben.post("/login", &login(NEW)).await.assert_status(303);
    ben.post("/account/delete", &[("comments", "keep"), ("sure", "yes")]).await.assert_status(303);
    assert_eq!(
        actions(&app, "ben").await,
        [
            "sign_in_failed",
            "sign_in",
            "second_factor_on",
            "recovery_codes_made",
            "second_factor_off",
            "password_changed",
            "email_change_asked",
            "sessions_ended",
            "data_exported",
            "sign_out",
            "sign_in",
            "account_deleted",
        ]
    );
    assert_eq!(app.count("select count(*) from audit_log where network = '203.0.113.0/24'").await, 12);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn what_an_admin_does_is_noted(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    let ada = format!("/admin/users/{}", app.id(Person::Ada));
    root.post(&ada, &[("action", "role"), ("role", "editor")]).await.assert_status(303);
    root.post(&ada, &[("action", "show-link")]).await.assert_status(200);
    root.post("/admin/users/new", &[("name", "Kim"), ("email", "kim@example.org"), ("role", "author")]).await;
    root.post("/admin/invites", &[("role", "author"), ("days", "7"), ("note", "kim@example.org")]).await;
    root.post("/admin/invites", &[("revoke", "1")]).await.assert_status(303);
    let form = root.get("/admin/settings").await.form("main form").fill("registration", "invite");
    root.submit(form).await;
    root.post("/admin/settings/mail", &[("smtp_url", "smtps://me:geheim@mail.example")])
        .await
        .assert_status(303);
    root.post("/admin/audit/export", &[]).await.assert_status(200);

    let page = root.get("/admin/audit").await;
    for (who, what, more, whom) in [
        ("root", "changed a role", "from author to editor", "ada"),
        ("root", "had a password link shown", "", "ada"),
        ("root", "made an account", "author", "kim"),
        ("root", "made an invitation", "as author, 7 days", "invitation 1"),
        ("root", "revoked an invitation", "", "invitation 1"),
        ("root", "changed the settings", "registration invite", "the settings"),
        ("root", "changed the mail server", "set", "the settings"),
        ("root", "took a copy of this log", "", "the log"),
    ] {
        let rows = page.texts(".log-table tr");
        let found = rows.iter().any(|row| [who, what, more, whom].iter().all(|part| row.contains(part)));
        assert!(found, "{what}: {rows:?}");
    }
    // no address and no secret gets into the log, from where nothing can be taken out again
    page.hides("@example.org").hides("geheim");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn the_log_is_filtered_by_what_who_and_since(db: PgPool) {
    let app = TestApp::new(db).await;
    for person in [Person::Ben, Person::Ada] {
        app.logged_in(person).await;
    }
    app.sql("insert into audit_log (at, actor, action) values ('2020-01-02 03:04Z', 'ben', 'sign_out')")
        .await;
    let mut root = app.logged_in(Person::Root).await;
    let form = |page: &super::support::Page| page.form("main form.filter");
    let page = root.get("/admin/audit").await;
    let one = root.submit(form(&page).fill("person", "ben")).await;
    one.hides("ada").hides("root signed");
    assert_eq!(one.texts(".log-table tbody tr").len(), 2);
    let one = root.submit(form(&one).fill("action", "sign_out")).await;
    assert_eq!(one.texts(".log-table tbody tr").len(), 1);
    let none = root.submit(form(&one).fill("since", "2020-01-03")).await;
    none.shows("Nothing fits.");
    let one = root.submit(form(&none).fill("since", "2020-01-02")).await;
    assert_eq!(one.texts(".log-table tbody tr").len(), 1);
    root.get("/admin/audit?action=nonsense&since=x&before=y&person=%27").await.assert_status(200);
    app.logged_in(Person::Max).await.get("/admin/audit").await.assert_status(403);
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_long_log_is_turned_over_page_by_page(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql("insert into audit_log (actor, action, detail) select 'ben', 'sign_in', 'line ' || n || '.' from generate_series(1, 250) n").await;
    let mut root = app.logged_in(Person::Root).await;
    let mut page = root.get("/admin/audit?person=ben").await;
    let mut lines = 0;
    for expected in [100, 100, 50] {
        let rows = page.texts(".log-table tbody tr");
        assert_eq!(rows.len(), expected);
        lines += rows.len();
        if page.has("main .buttons a.button") {
            page = root.get(&page.attr("main .buttons a.button", "href")).await;
        }
    }
    page.shows("line 1.").hides("line 101.");
    assert_eq!(lines, 250);
}

async fn copy(root: &mut Browser) -> Vec<Vec<String>> {
    let form =
        root.get("/admin/audit?action=sign_in_failed").await.form("main form[action='/admin/audit/export']");
    let page = root.submit_once(form).await;
    assert_eq!(page.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(page.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    let mut reader = csv::Reader::from_reader(page.body.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_copy_for_spreadsheets_holds_no_formula(db: PgPool) {
    let app = TestApp::new(db).await;
    app.sql(
        "insert into audit_log (actor, action, target, detail) values
            ('=cmd|''/c calc''!A0', 'sign_in_failed', '@SUM(1)', '+1'),
            ('-1', 'sign_in_failed', E'\t=1', E'\r=1'), ('ben', 'sign_in', '', ''),
            ('eve', 'sign_in_failed', 'a, \"b\"', E'two\nlines')",
    )
    .await;
    let mut root = app.logged_in(Person::Root).await;
    let rows = copy(&mut root).await;
    assert_eq!(rows.len(), 3, "as filtered: {rows:?}");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
    }
    assert!(rows.iter().any(|row| row[4] == "a, \"b\"" && row[5] == "two\nlines"), "{rows:?}");
}

#[sqlx::test(migrator = "quire::MIGRATOR")]
async fn a_reader_called_settings_reads_nothing_of_the_settings(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut root = app.logged_in(Person::Root).await;
    for name in ["Settings", "Keys", "Author", "1", "Invitation 1", "The log"] {
        let email = format!("{}@example.org", name.replace(' ', ""));
        let fields = [("name", name), ("email", &email), ("role", "reader")];
        root.post("/admin/users/new", &fields).await.assert_status(303);
    }
    let form = root.get("/admin/settings").await.form("main form");
    root.submit(form).await;
    root.post("/admin/invites", &[("role", "author"), ("days", "7"), ("note", "private")]).await;
    root.post("/admin/invites", &[("revoke", "1")]).await;
    root.post("/admin/audit/export", &[]).await;
    let mistaken = "select count(*) from audit_log l join users u on u.handle = l.target
        where l.action in ('settings_changed', 'invite_made', 'invite_revoked', 'audit_exported', 'keys_rotated')";
    assert_eq!(app.count(mistaken).await, 0);
}
