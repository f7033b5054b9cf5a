//! People: how they come in, prove who they are, look after their account, and leave.

mod address;
mod invites;
mod leaving;
mod login;
mod own;
mod registration;
mod second_factor;
mod sessions;
mod throttle;

use super::support::{
    Browser, Form, PASSWORD, Page, Person, TestApp, app::link_in, authenticator::Authenticator,
};

const NEW: &str = "another quiet sentence";

/// The login form, filled in.
async fn login_form(browser: &mut Browser, email: &str, password: &str) -> Form {
    browser.get("/login").await.form("main form").fill("email", email).fill("password", password)
}

async fn log_in(browser: &mut Browser, email: &str, password: &str) -> Page {
    let form = login_form(browser, email, password).await;
    browser.submit(form).await
}

/// The form of a new account, filled in.
async fn register_form(browser: &mut Browser, path: &str, email: &str) -> Form {
    let form = browser.get(path).await.form("main form");
    form.fill("name", "Zoë").fill("email", email).fill("password", PASSWORD)
}

/// Follows the link in the newest mail to this address, and presses the button there.
async fn confirm(app: &TestApp, browser: &mut Browser, email: &str) -> Page {
    let link = link_in(&app.mail_to(email).await.text);
    let page = browser.get(&link).await;
    browser.submit(page.form("main form")).await
}

/// Changes one setting through the form.
async fn set(app: &TestApp, name: &str, value: &str) {
    let mut root = app.logged_in(Person::Root).await;
    let form = root.get("/admin/settings").await.form("main form").fill(name, value);
    root.submit(form).await.shows("Saved.");
}

/// Half an hour goes by without anybody proving who they are.
async fn half_an_hour_later(app: &TestApp) {
    app.sql(
        "update sessions
        set data = jsonb_set(data, '{user,proven}', to_jsonb((data->'user'->>'proven')::bigint - 1800))
        where user_id is not null",
    )
    .await;
}

/// True when the browser is logged in.
async fn is_in(browser: &mut Browser) -> bool {
    browser.get_once("/account/sessions").await.status.as_u16() == 200
}
