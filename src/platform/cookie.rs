//! Cookies of our own beside the session's: out of reach of scripts, of other sites and of other hosts.

use super::config::Config;
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::time::Duration;

/// The cookie that came with the current request.
pub fn read(config: &Config, name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let name = full_name(config, name);
    let headers: Vec<_> =
        parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut pairs = headers.iter().flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Sends a cookie with the answer to the current request. The value has letters, digits, `-` and `_` only.
pub fn set(config: &Config, name: &str, value: &str, lifetime: Duration) {
    append(&text(config, name, value, lifetime));
}

/// Lets the browser forget a cookie.
pub fn forget(config: &Config, name: &str) {
    append(&text(config, name, "", Duration::ZERO));
}

/// `__Host-` binds the cookie to https and to this host; only a server that is reached over plain http
/// on this machine goes without.
fn full_name(config: &Config, name: &str) -> String {
    if config.public_url.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

fn text(config: &Config, name: &str, value: &str, lifetime: Duration) -> String {
    let secure = if config.public_url.is_secure() { "; Secure" } else { "" };
    let (name, seconds) = (full_name(config, name), lifetime.as_secs());
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn append(cookie: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
}
