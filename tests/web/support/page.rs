//! An answer, and the forms in it.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use scraper::{ElementRef, Html, Selector};

pub struct Page {
    pub url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub async fn read(url: String, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.expect("a body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { url, status: parts.status, headers: parts.headers, body }
    }

    pub fn location(&self) -> Option<String> {
        self.status.is_redirection().then(|| self.header("location"))
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.url, self.visible());
        self
    }

    /// Somebody who looks at the page reads this.
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.visible().contains(text), "{} does not show {text:?}:\n{}", self.url, self.visible());
        self
    }

    pub fn hides(&self, text: &str) -> &Self {
        assert!(!self.visible().contains(text), "{} shows {text:?}:\n{}", self.url, self.visible());
        self
    }

    pub fn has(&self, css: &str) -> bool {
        self.document().select(&selector(css)).next().is_some()
    }

    pub fn texts(&self, css: &str) -> Vec<String> {
        self.document().select(&selector(css)).map(text_of).collect()
    }

    pub fn text(&self, css: &str) -> String {
        self.texts(css)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("{} has no {css}:\n{}", self.url, self.visible()))
    }

    pub fn attr(&self, css: &str, name: &str) -> String {
        let document = self.document();
        let element = document.select(&selector(css)).next();
        let element = element.unwrap_or_else(|| panic!("{} has no {css}:\n{}", self.url, self.visible()));
        element.value().attr(name).unwrap_or_default().to_owned()
    }

    /// The form as the browser would send it now.
    pub fn form(&self, css: &str) -> Form {
        let document = self.document();
        let form = document.select(&selector(css)).next();
        Form::of(
            &self.url,
            form.unwrap_or_else(|| panic!("{} has no form {css}:\n{}", self.url, self.visible())),
        )
    }

    /// What holds for every page of the house.
    pub fn check_house_rules(&self) {
        if !self.header("content-type").starts_with("text/html") {
            return;
        }
        let document = self.document();
        let count = |css: &str| document.select(&selector(css)).count();
        assert_eq!(count("h1"), 1, "{} needs exactly one h1", self.url);
        assert_eq!(count("html[lang]"), 1, "{} needs a language", self.url);
        assert_eq!(count("title"), 1, "{} needs a title", self.url);
        for css in
            ["script:not([src])", "style", "[style]", "[onclick]", "[href^='javascript:']", "img:not([alt])"]
        {
            assert_eq!(count(css), 0, "{} has {css}", self.url);
        }
        for control in document.select(&selector("input:not([type=hidden]), textarea, select")) {
            let id = control.value().attr("id").unwrap_or_default();
            let labelled = control.value().attr("aria-label").is_some()
                || (!id.is_empty() && count(&format!("label[for='{id}']")) == 1)
                || control
                    .ancestors()
                    .filter_map(ElementRef::wrap)
                    .any(|above| above.value().name() == "label");
            assert!(labelled, "{}: {} has no label", self.url, control.html());
        }
        let mut ids: Vec<_> =
            document.select(&selector("[id]")).filter_map(|element| element.value().attr("id")).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{} has an id twice", self.url);
        let policy = self.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{}: {policy}",
            self.url
        );
        assert_eq!(self.header(header::X_CONTENT_TYPE_OPTIONS.as_str()), "nosniff", "{}", self.url);
    }

    fn document(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The text of the page, with what stands in its fields.
    fn visible(&self) -> String {
        if !self.header("content-type").starts_with("text/html") {
            return self.body.clone();
        }
        let document = self.document();
        document.select(&selector("body")).map(text_of).collect()
    }
}

#[derive(Debug, Clone)]
pub struct Form {
    page: String,
    action: String,
    method: String,
    multipart: bool,
    fields: Vec<(String, String)>,
    known: Vec<String>,
    buttons: Vec<(String, String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    fn of(page: &str, form: ElementRef<'_>) -> Self {
        let attribute = |name: &str| form.value().attr(name).unwrap_or_default().to_owned();
        let mut made = Self {
            page: page.to_owned(),
            action: attribute("action"),
            method: attribute("method").to_lowercase(),
            multipart: attribute("enctype") == "multipart/form-data",
            fields: Vec::new(),
            known: Vec::new(),
            buttons: Vec::new(),
            files: Vec::new(),
        };
        for control in form.select(&selector("input, textarea, select, button")) {
            made.read(control);
        }
        made
    }

    fn read(&mut self, control: ElementRef<'_>) {
        let attribute = |name: &str| control.value().attr(name).unwrap_or_default().to_owned();
        let name = attribute("name");
        let value = match (control.value().name(), attribute("type").as_str()) {
            ("button", _) => {
                self.buttons.push((text_of(control), name, attribute("value")));
                return;
            }
            ("input", "checkbox" | "radio") => {
                self.known.push(name.clone());
                if control.value().attr("checked").is_some() {
                    self.fields.push((name, attribute("value")));
                }
                return;
            }
            ("input", "file") => {
                self.known.push(name);
                return;
            }
            ("input", _) => attribute("value"),
            ("textarea", _) => {
                let text: String = control.text().collect();
                text.strip_prefix('\n').unwrap_or(&text).to_owned()
            }
            _ => {
                let options = selector("option");
                let chosen =
                    control.select(&options).find(|option| option.value().attr("selected").is_some());
                let chosen = chosen.or_else(|| control.select(&options).next());
                chosen.and_then(|option| option.value().attr("value")).unwrap_or_default().to_owned()
            }
        };
        if !name.is_empty() {
            self.known.push(name.clone());
            self.fields.push((name, value));
        }
    }

    pub fn value(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(
            self.known.iter().any(|known| known == name),
            "{}: no field {name} in {:?}",
            self.page,
            self.known
        );
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// One more field, as a script may add it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ticks one more box of this name.
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        assert!(
            self.known.iter().any(|known| known == name),
            "{}: no box {name} in {:?}",
            self.page,
            self.known
        );
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn file(mut self, name: &str, file: &str, bytes: &[u8]) -> Self {
        assert!(
            self.multipart && self.known.iter().any(|known| known == name),
            "{}: no file {name}",
            self.page
        );
        self.files.push((name.to_owned(), file.to_owned(), bytes.to_vec()));
        self
    }

    pub fn press(mut self, label: &str) -> Self {
        let button = self.buttons.iter().find(|(text, _, _)| text == label).cloned();
        let (_, name, value) =
            button.unwrap_or_else(|| panic!("{}: no button {label:?} among {:?}", self.page, self.buttons));
        if !name.is_empty() {
            self.fields.push((name, value));
        }
        self
    }

    pub fn is_get(&self) -> bool {
        self.method != "post"
    }

    pub fn get_path(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        format!("{}?{query}", self.action)
    }

    pub fn action(&self) -> &str {
        &self.action
    }

    pub fn encoded(&self) -> (String, Vec<u8>) {
        if !self.multipart {
            let body =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
            return ("application/x-www-form-urlencoded".to_owned(), body.into_bytes());
        }
        let boundary = "quire-test-boundary";
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        for (name, file, bytes) in &self.files {
            let head = format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        (format!("multipart/form-data; boundary={boundary}"), body)
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
