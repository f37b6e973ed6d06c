//! A person's browser: cookies, an address, and the requests that pages make.

use super::app::ROUTING;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex, time::Duration};
use supportsignal::error::AppError;
use tokio::time::timeout;
use tower::Service;

/// Longer than any answer may take, so that a request without one fails by its name.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The same as it came, for files.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header's text; empty if it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The session cookie as it was sent, with its attributes.
    pub fn set_cookie(&self) -> &str {
        self.header("set-cookie")
    }

    /// The error of a server function.
    pub fn error(&self) -> AppError {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no error: {self:?}"))
    }
}

/// One browser of one person.
pub struct Browser {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
    address: SocketAddr,
}

impl Browser {
    /// A fresh one at an address.
    pub fn new(router: Router, ip: &str) -> Self {
        Self { router, cookies: Mutex::default(), address: SocketAddr::new(ip.parse().unwrap(), 40_000) }
    }

    /// The value of the session's cookie.
    pub fn session_cookie(&self) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().find(|(name, _)| name.ends_with("session")).map(|(_, value)| value.clone())
    }

    /// Puts a session's cookie there, as somebody would who has stolen or planted it.
    pub fn plant_session_cookie(&self, value: &str) {
        self.cookies.lock().unwrap().insert("session".to_owned(), value.to_owned());
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("accept", "text/html")], Body::empty()).await
    }

    /// Calls a server function as a page with JavaScript does.
    pub async fn call<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<T, AppError> {
        let answer = self.post(endpoint, fields).await;
        if answer.status.is_success() {
            return Ok(
                serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{endpoint}: {error}: {answer:?}"))
            );
        }
        let error = answer.error();
        assert_eq!(answer.status.as_u16(), error.status(), "{endpoint} says in its status what it says in its body");
        Err(error)
    }

    /// The same, for tests of what else is in the answer.
    pub async fn post(&self, endpoint: &str, fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> Answer {
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        self.post_with(endpoint, fields, &headers).await
    }

    /// Posts a page's form as a browser without JavaScript does.
    pub async fn post_form(&self, page: &str, endpoint: &str, fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> Answer {
        let referer = format!("http://127.0.0.1:3000{page}");
        let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("referer", referer.as_str())];
        self.post_with(endpoint, fields, &headers).await
    }

    /// Posts a form to a page itself, as a browser does that was told to do so (307).
    pub async fn post_page(&self, path: &str, fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> Answer {
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send(Method::POST, path, &headers, form_body(fields)).await
    }

    /// Posts with the given headers and no others that matter.
    pub async fn post_with(
        &self,
        endpoint: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let headers: Vec<_> = headers.iter().copied().chain([form]).collect();
        self.send(Method::POST, &format!("/api/{endpoint}"), &headers, form_body(fields)).await
    }

    /// Posts a form with fields and files, as a page with JavaScript does, or one without (`text/html`).
    pub async fn post_files(
        &self,
        path: &str,
        accept: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "----a-boundary-that-no-file-holds";
        let mut body = Vec::new();
        for (name, text) in fields {
            let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (field, name, file) in files {
            let head = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(file);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("accept", accept), ("sec-fetch-site", "same-origin"), ("content-type", kind.as_str())];
        self.send(Method::POST, path, &headers, body).await
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = request.extension(ConnectInfo(self.address)).body(body.into()).unwrap();
        let _routes_stand = ROUTING.read().await;
        let answer = timeout(PATIENCE, self.router.clone().call(request)).await;
        let response = answer.unwrap_or_else(|_| panic!("no answer from {path}")).unwrap();
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = to_bytes(body, 10_000_000).await.unwrap().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body, bytes }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A form as its body sends it.
fn form_body(fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref()))).collect();
    pairs.join("&")
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
