//! Placeholder: the client for providers.

use super::provider::{FallbackReason, ProviderKind};
use crate::ids::{ProviderId, TenantId};
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Where a call goes.
pub struct Endpoint {
    pub kind: ProviderKind,
    pub base_url: Option<String>,
    pub key: Option<SecretString>,
    pub model: String,
    pub provider: (TenantId, ProviderId),
}

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallProblem(FallbackReason);

impl CallProblem {
    pub const fn reason(self) -> FallbackReason {
        self.0
    }

    pub const fn may_have_cost(self) -> bool {
        matches!(self.0, FallbackReason::TimedOut)
    }
}

/// Why a provider can't be at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    #[error("This kind of provider needs an address.")]
    Missing,
    #[error("Write the address as https://host/path.")]
    NotAnAddress,
    #[error("The address must start with https://.")]
    NotSecure,
}

/// Speaks plain HTTP only.
#[derive(Debug, Clone, Default)]
pub struct AiClient {
    pub allow_private_addresses: bool,
}

impl AiClient {
    pub async fn check(&self, endpoint: &Endpoint) -> Result<Duration, CallProblem> {
        let started = Instant::now();
        let status = ask(endpoint).await.ok_or(CallProblem(FallbackReason::Unreachable))?;
        match status.as_str() {
            "200" => Ok(started.elapsed()),
            "401" => Err(CallProblem(FallbackReason::Unauthorised)),
            "404" => Err(CallProblem(FallbackReason::ModelUnknown)),
            _ => Err(CallProblem(FallbackReason::ProviderFailed)),
        }
    }

    pub fn check_address(&self, kind: ProviderKind, base_url: Option<&str>) -> Result<(), AddressProblem> {
        match base_url {
            None if kind.needs_address() => Err(AddressProblem::Missing),
            None => Ok(()),
            Some(text) if text.starts_with("https://") => Ok(()),
            Some(text) if text.starts_with("http://") && self.allow_private_addresses => Ok(()),
            Some(text) if text.starts_with("http://") => Err(AddressProblem::NotSecure),
            Some(_) => Err(AddressProblem::NotAnAddress),
        }
    }
}

async fn ask(endpoint: &Endpoint) -> Option<String> {
    let rest = endpoint.base_url.as_deref()?.strip_prefix("http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let key = endpoint.key.as_ref().map(|key| key.expose_secret().to_owned()).unwrap_or_default();
    let body = format!(r#"{{"model":"{}","messages":[{{"role":"user","content":"ping"}}]}}"#, endpoint.model);
    let mut stream = TcpStream::connect(host).await.ok()?;
    let request = format!(
        "POST /{path}/chat/completions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.split_whitespace().nth(1).map(str::to_owned)
}
