//! The HTTP surface around the pages: security headers, the same-origin check, request ids, metrics.

use super::{Services, trace::Trace};
use crate::{error::AppError, ids::CorrelationId};
use axum::{
    Json,
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::nonce::Nonce;
use std::{net::SocketAddr, time::Instant};

/// The content security policy of a page: scripts by nonce, nothing from elsewhere.
pub fn content_security_policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'self'; script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// For everything that isn't a page of ours.
const NO_CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Sets the security headers of every response.
pub async fn security_headers(State(services): State<Services>, request: Request, next: Next) -> Response {
    let is_private = !request.uri().path().starts_with("/pkg/") && !request.uri().path().starts_with("/fonts/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if services.config.public_url.is_secure() {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_CONTENT_POLICY));
    }
    if is_private {
        // Reports are nobody's business on a shared device after signing out.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    } else if response.status() == StatusCode::OK {
        // The names of these files change with their content.
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    }
    response
}

/// Refuses what changes something unless it comes from one of our own pages. Server functions check
/// nothing of the kind by themselves.
pub async fn same_origin(State(services): State<Services>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_same_origin(request.headers(), services.config.public_url.origin()) {
        return next.run(request).await;
    }
    tracing::warn!(error.kind = "cross_site", "refused a request from another site");
    (StatusCode::FORBIDDEN, Json(AppError::CrossSite)).into_response()
}

/// Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; neither can be
/// set by a page's script.
fn is_same_origin(headers: &HeaderMap, public_origin: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    let own_host = text(header::HOST).unwrap_or_default();
    origin == public_origin
        || origin.split_once("://").is_some_and(|(_, host)| !own_host.is_empty() && host == own_host)
}

/// The header that names the trace of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Begins the trace of each request, counts and times requests by route, never by address, and logs one
/// line for each.
pub async fn observe(State(services): State<Services>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let id = request_id(services.config.trust_proxy, request.headers());
    let request_id = id.to_string();
    let span = tracing::info_span!("request", request.id = request_id);
    let trace = Trace::new(services.log, id, format!("{method} {}", origin(&route, request.uri().path())));
    // Whoever asks whether the server is ready asks again and again.
    let is_probe = route == "/readyz";
    let answer = async {
        let response = next.run(request).await;
        if response.status().is_server_error() && !is_probe {
            tracing::error!(http.status = response.status().as_u16(), "a request could not be answered");
        }
        response
    };
    let response = {
        use tracing::Instrument;
        trace.clone().follow(answer.instrument(span)).await
    };
    let mut response = trace.follow_body(response);
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    metrics::histogram!("http_request_duration_seconds", "method" => method.to_string(), "route" => route.clone(), "status" => status.to_string())
        .record(elapsed.as_secs_f64());
    tracing::info!(
        request.id = request_id,
        http.method = %method,
        http.route = route,
        http.status = status,
        duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// A new one, unless a proxy of ours has named the request already.
fn request_id(trusts_proxy: bool, headers: &HeaderMap) -> CorrelationId {
    let given = headers.get(REQUEST_ID).filter(|_| trusts_proxy).and_then(|id| id.to_str().ok());
    given.and_then(|id| id.parse().ok()).unwrap_or_else(CorrelationId::generate)
}

/// What was asked for, without ids: the route, or which server function.
fn origin<'a>(route: &'a str, path: &'a str) -> &'a str {
    let is_function = path.len() <= 80
        && path.starts_with("/api/")
        && path.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-'));
    if is_function { path } else { route }
}

/// Where the visitor is, for throttling and the list of sessions.
pub fn visitor_address(services: &Services, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> String {
    let forwarded = headers
        .get("x-forwarded-for")
        .filter(|_| services.config.trust_proxy)
        .and_then(|value| value.to_str().ok())
        // The last entry is the one that our own proxy has seen.
        .and_then(|value| value.rsplit(',').next())
        .map(|address| address.trim().chars().take(64).collect::<String>());
    forwarded
        .or_else(|| peer.map(|ConnectInfo(address)| address.ip().to_string()))
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_same_origin, origin, request_id};
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_a_proxy_of_ours_names_a_request() {
        let named = headers(&[("x-request-id", "01920000-0000-7000-8000-000000000001")]);
        assert_eq!(request_id(true, &named).to_string(), "01920000-0000-7000-8000-000000000001");
        assert_ne!(request_id(false, &named), request_id(true, &named));
        assert_ne!(request_id(true, &headers(&[("x-request-id", "1; drop")])).to_string(), "1; drop");
    }

    #[test]
    fn an_origin_holds_no_ids() {
        assert_eq!(origin("/api/{*function}", "/api/incidents/save-narrative"), "/api/incidents/save-narrative");
        assert_eq!(origin("/api/{*function}", "/api/incidents/01920000"), "/api/{*function}");
        assert_eq!(origin("/{tenant}/incidents/{id}", "/banksia/incidents/x"), "/{tenant}/incidents/{id}");
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        let own = "https://signal.example.org";
        assert!(is_same_origin(&headers(&[("sec-fetch-site", "same-origin")]), own));
        assert!(is_same_origin(&headers(&[("origin", "https://signal.example.org")]), own));
        assert!(is_same_origin(&headers(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]), own));
        for foreign in [
            headers(&[]),
            headers(&[("sec-fetch-site", "cross-site"), ("origin", "https://signal.example.org")]),
            headers(&[("sec-fetch-site", "same-site")]),
            headers(&[("origin", "null"), ("host", "signal.example.org")]),
            headers(&[("origin", "https://evil.example"), ("host", "signal.example.org")]),
        ] {
            assert!(!is_same_origin(&foreign, own), "{foreign:?}");
        }
    }
}
