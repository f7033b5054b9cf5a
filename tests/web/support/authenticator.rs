//! The app on a phone that shows six digits.

use totp_rs::{Builder, Secret, Totp};

use super::{Browser, Page, TestApp};

pub struct Authenticator(Totp);

impl Authenticator {
    /// Typed off the page that sets it up.
    pub fn of(page: &Page) -> Self {
        let key = page.text(".key code").replace(' ', "");
        let secret = Secret::try_from_base32(&key).expect("a key");
        Self(Builder::new().with_secret(secret).build().expect("an authenticator"))
    }

    /// What it shows now.
    pub fn code(&self) -> String {
        self.0.generate_current().to_string()
    }

    /// Sets a second factor up for whoever is logged in; the phone and the recovery codes.
    pub async fn set_up(app: &TestApp, browser: &mut Browser) -> (Self, Vec<String>) {
        let page = browser.get("/account/second-factor").await;
        let phone = Self::of(&page);
        let form = page.form("main form").fill("code", &phone.code()).press("Turn it on");
        let done = browser.submit(form).await;
        done.shows("Your recovery codes");
        Self::later(app).await;
        (phone, done.texts(".codes code"))
    }

    /// Time passes: what it shows now counts again.
    pub async fn later(app: &TestApp) {
        app.sql("update users set totp_step = totp_step - 10").await;
    }
}
