//! A real browser, driven as a person would: by labels, buttons and what is to be seen.

use std::{
    net::TcpListener as StdListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Router, http::Method};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use quire::{
    router,
    server::{self, Limits},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::support::TestApp;

const WAIT: Duration = Duration::from_secs(15);

/// Chromium with its driver, and the server that it looks at.
pub struct Chrome {
    client: Client,
    driver: Child,
    base: String,
    profile: TempDir,
}

impl Chrome {
    /// Serves `app` on a port of its own and opens a browser.
    pub async fn open(app: Router, javascript: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        Self::at(listener, base, app, javascript).await
    }

    /// The same by name, as passkeys need it: they are bound to the name of a site.
    pub async fn open_by_name(app: &TestApp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        let mut state = app.state.clone();
        let mut config = (*state.config).clone();
        config.base_url = base.parse().expect("an address");
        state.config = config.into();
        Self::at(listener, base, router::build(state), true).await
    }

    async fn at(listener: tokio::net::TcpListener, base: String, app: Router, javascript: bool) -> Self {
        tokio::spawn(server::serve(listener, app, Limits::default(), None, std::future::pending()));

        let port =
            StdListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: `make test` installs it");
        let profile = tempfile::tempdir().expect("a folder");
        let capabilities = capabilities(&profile, javascript);
        let address = format!("http://127.0.0.1:{port}");
        let client = connect(&address, capabilities).await;
        Self { client, driver, base, profile }
    }

    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect("the page");
    }

    /// Types into the field with this label, in place of what stands there.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("a field");
        field.send_keys(value).await.expect("a field");
    }

    /// Types on at the end of the field with this label.
    pub async fn type_into(&self, label: &str, value: &str) {
        self.field(label).await.send_keys(value).await.expect("a field");
    }

    /// Presses keys together in the field with this label; WebDriver has letters for those that are none.
    pub async fn keys(&self, label: &str, keys: &str) {
        // what ends the hold of keys like Control
        self.field(label).await.send_keys(&format!("{keys}\u{e000}")).await.expect("a field");
    }

    /// Goes on by the tab key until what has these words (as its label or in it) is in focus, and can be seen to be.
    pub async fn tab_to(&self, words: &str) {
        const FOCUSED: &str = "const e = document.activeElement;
            const words = e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText || '';
            const style = getComputedStyle(e);
            return [words.trim(), style.outlineStyle !== 'none' || style.boxShadow !== 'none'];";
        for _ in 0..150 {
            self.press_key("\u{e004}").await;
            let focused = self.evaluate(FOCUSED).await;
            if focused[0].as_str().is_some_and(|text| text.starts_with(words)) {
                assert_eq!(focused[1], true, "nothing shows that {words} is in focus");
                return;
            }
        }
        panic!("the tab key never comes to {words}");
    }

    /// Presses a key (or types) where the focus is.
    pub async fn press_key(&self, keys: &str) {
        let press = |actions: KeyActions, value| {
            actions.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        };
        let actions = keys.chars().fold(KeyActions::new("keyboard".to_owned()), press);
        self.client.perform_actions(actions).await.expect("keys");
    }

    async fn field(&self, label: &str) -> Element {
        let label = self.find(&format!("//label[starts-with(normalize-space(.), '{label}')]")).await;
        let id = label.attr("for").await.expect("the page").expect("a label of a field");
        self.client.find(Locator::Id(&id)).await.expect("the labelled field")
    }

    /// Ends the browser as a power cut does: nothing of it hears of that.
    pub fn kill(mut self) {
        let profile = self.profile.path().display().to_string();
        for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
            let line = std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
            let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let (Some(pid), true) = (pid, line.contains(&profile)) {
                kill(Pid::from_raw(pid), Signal::SIGKILL).ok();
            }
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
    }

    /// Presses the button (or follows the link) with these words.
    pub async fn press(&self, words: &str) {
        let found = format!("//*[self::button or self::a][normalize-space(.)='{words}']");
        self.find(&found).await.click().await.expect("something to press");
    }

    /// Presses the button with these words that belongs to the comment that says `text`.
    pub async fn press_beside(&self, text: &str, words: &str) {
        let found = format!("//article[contains(., '{text}')]//button[normalize-space(.)='{words}']");
        self.find(&found).await.click().await.expect("something to press");
    }

    /// Waits until the page shows these words.
    pub async fn sees(&self, words: &str) {
        self.find(&format!("//body[contains(normalize-space(.), \"{words}\")]")).await;
    }

    /// True when the page shows these words now.
    pub async fn shows(&self, words: &str) -> bool {
        let body = self.client.find(Locator::Css("body")).await.expect("a page");
        body.text().await.expect("text").contains(words)
    }

    /// Plugs in a device that makes passkeys and says yes whenever it is asked (WebAuthn, section 11: user agent
    /// automation); its name among all.
    pub async fn plug_in_authenticator(&self) -> String {
        let device = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
        });
        let command = AuthenticatorCommand { method: Method::POST, path: String::new(), body: Some(device) };
        let id = self.client.issue_cmd(command).await.expect("an authenticator");
        id.as_str().expect("its name").to_owned()
    }

    /// How many passkeys the device holds.
    pub async fn passkeys_on(&self, device: &str) -> usize {
        let path = format!("/{device}/credentials");
        let command = AuthenticatorCommand { method: Method::GET, path, body: None };
        let all = self.client.issue_cmd(command).await.expect("its passkeys");
        all.as_array().expect("a list").len()
    }

    /// Runs a script of the test on the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("a script")
    }

    /// What this script returns on the page that is open.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a script of ours, and no dialog in its way")
    }

    /// Asks the browser for what no page can: a method of the Chrome DevTools Protocol.
    pub async fn devtools(&self, method: &'static str, params: Value) {
        self.client.issue_cmd(DevTools { method, params }).await.expect("a method of the browser");
    }

    /// True when scripts of a page run.
    pub async fn runs_scripts(&self) -> bool {
        let page = "data:text/html,<title>off</title><script>document.title='on'</script>";
        self.client.goto(page).await.expect("a page");
        self.client.title().await.expect("a title") == "on"
    }

    pub async fn close(mut self) {
        self.client.clone().close().await.ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
    }

    async fn find(&self, xpath: &str) -> Element {
        match self.client.wait().at_most(WAIT).for_element(Locator::XPath(xpath)).await {
            Ok(element) => element,
            Err(error) => {
                let body = self.client.find(Locator::Css("body")).await.expect("a page");
                panic!("{xpath}: {error}\n{}", body.text().await.unwrap_or_default());
            }
        }
    }
}

#[derive(Debug)]
struct DevTools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.method, "params": self.params }).to_string()))
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // a failed test does not reach close()
        self.driver.kill().ok();
    }
}

/// A command about the virtual authenticators of a browser.
#[derive(Debug)]
struct AuthenticatorCommand {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for AuthenticatorCommand {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/webauthn/authenticator{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}

fn capabilities(profile: &TempDir, javascript: bool) -> serde_json::Map<String, Value> {
    let mut args: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1000",
        // a page that is still scrolling smoothly cannot be clicked
        "--force-prefers-reduced-motion",
    ]
    .map(str::to_owned)
    .to_vec();
    args.push(format!("--user-data-dir={}", profile.path().display()));
    let mut options = json!({ "args": args });
    if !javascript {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
    capabilities.as_object().cloned().expect("an object")
}

/// The driver needs a moment to listen: asked again until it does.
async fn connect(address: &str, capabilities: serde_json::Map<String, Value>) -> Client {
    let started = std::time::Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(address).await {
            Ok(client) => return client,
            Err(error) if started.elapsed() > WAIT => panic!("no browser: {error}"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}
