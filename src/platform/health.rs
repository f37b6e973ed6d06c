//! /healthz (the process lives), /readyz (it can do its work), /metrics (Prometheus).

use super::Services;
use axum::{
    extract::{ConnectInfo, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use std::{net::SocketAddr, time::Duration};

/// The process lives.
pub async fn healthz() -> &'static str {
    "ok"
}

/// The database answers within a second.
pub async fn readyz(State(services): State<Services>) -> Response {
    if database_answers(&services.pool).await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database doesn't answer").into_response()
    }
}

async fn database_answers(pool: &PgPool) -> bool {
    let probe = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(pool);
    matches!(tokio::time::timeout(Duration::from_secs(1), probe).await, Ok(Ok(1)))
}

/// The figures, for this machine or for the bearer of the configured token.
pub async fn metrics(
    State(services): State<Services>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    handle: axum::Extension<PrometheusHandle>,
) -> Response {
    let allowed = match &services.config.metrics_token {
        Some(token) => headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|given| same_bytes(given.as_bytes(), token.as_bytes())),
        // Behind a proxy every visitor comes from loopback, so there only the token opens this.
        None => peer.ip().is_loopback() && !services.config.trust_proxy,
    };
    if !allowed {
        return StatusCode::NOT_FOUND.into_response();
    }
    metrics::gauge!("database_connections").set(f64::from(services.pool.size()));
    metrics::gauge!("database_connections_idle")
        .set(f64::from(u32::try_from(services.pool.num_idle()).unwrap_or(u32::MAX)));
    handle.render().into_response()
}

/// Compares in a time that doesn't depend on where the difference is.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}
