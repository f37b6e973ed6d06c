//! Where the current request comes from.

use super::sessions::device_name;
use crate::{
    error::AppError,
    platform::{Services, http::visitor_address},
};
use axum::extract::ConnectInfo;
use http::{header, request::Parts};
use leptos::prelude::use_context;
use std::net::SocketAddr;

/// A device at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Browser and system, as their owner knows them.
    pub device: String,
    pub ip: String,
}

impl Visit {
    /// That of the current server function.
    pub fn current(services: &Services) -> Result<Self, AppError> {
        let parts = use_context::<Parts>().ok_or(AppError::Internal)?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let ip = visitor_address(services, &parts.headers, use_context::<ConnectInfo<SocketAddr>>().as_ref());
        Ok(Self { device: device_name(agent), ip })
    }
}
