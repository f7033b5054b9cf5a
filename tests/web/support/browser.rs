//! A browser without JavaScript: it keeps cookies, follows redirects, and submits the forms that were really rendered.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, header},
    response::Response,
};
use tower::ServiceExt as _;

use super::{Form, Page};

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Where it sits; `None`: at the server itself.
    pub address: Option<SocketAddr>,
    /// What it says it is.
    pub agent: &'static str,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), address: None, agent: "" }
    }

    /// Opens an address, and follows where it leads.
    pub async fn get(&mut self, path: &str) -> Page {
        let mut page = self.get_once(path).await;
        for _ in 0..5 {
            let Some(location) = page.location() else { break };
            page = self.get_once(&location).await;
        }
        page.check_house_rules();
        page
    }

    /// Opens an address, and stays wherever it answers.
    pub async fn get_once(&mut self, path: &str) -> Page {
        let path = path.split('#').next().unwrap_or_default();
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form as the browser would, and follows where it leads.
    pub async fn submit(&mut self, form: Form) -> Page {
        let page = self.submit_once(form).await;
        match page.location() {
            Some(location) => self.get(&location).await,
            None => {
                page.check_house_rules();
                page
            }
        }
    }

    /// Sends a form, and stays wherever it is answered.
    pub async fn submit_once(&mut self, form: Form) -> Page {
        if form.is_get() {
            return self.get_once(&form.get_path()).await;
        }
        let (kind, body) = form.encoded();
        let request = Request::post(form.action())
            .header(header::CONTENT_TYPE, kind)
            .header(header::ORIGIN, "http://localhost")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends a form whose answer is a file: its bytes, and the headers.
    pub async fn download(&mut self, form: Form) -> (Vec<u8>, HeaderMap) {
        let (kind, body) = form.encoded();
        let request = Request::post(form.action())
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        let response = self.answer(request).await;
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.expect("a body");
        (bytes.to_vec(), head.headers)
    }

    /// A form that no page rendered, sent as if one had: for what the interface does not offer.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, "application/x-www-form-urlencoded", &body, &[("sec-fetch-site", "same-origin")])
            .await
    }

    /// Any POST.
    pub async fn post_raw(&mut self, path: &str, kind: &str, body: &str, headers: &[(&str, &str)]) -> Page {
        let headers = [&[(header::CONTENT_TYPE.as_str(), kind)], headers].concat();
        self.ask(Method::POST, path, &headers, body).await
    }

    /// Any request.
    pub async fn ask(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Any method without a body.
    pub async fn method(&mut self, method: Method, path: &str) -> Page {
        let request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn send(&mut self, request: Request<Body>) -> Page {
        let url = request.uri().to_string();
        let response = self.answer(request).await;
        Page::read(url, response).await
    }

    async fn answer(&mut self, mut request: Request<Body>) -> Response {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let host = "localhost".parse().expect("a host");
        request.headers_mut().entry(header::HOST).or_insert(host);
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        let agent = self.agent.parse().expect("a name");
        request.headers_mut().entry(header::USER_AGENT).or_insert(agent);
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("cookies"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (name, rest) = cookie.split_once('=').expect("a name");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}
