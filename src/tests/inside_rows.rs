//! A row in each table of what looks inside, for what walks all tables. After the AI settings, whose
//! provider is one of the connections.

use super::seed::{Seed, TenantSeed};
use chrono::{DateTime, Utc};
use serde_json::{Map, json};
use sqlx::PgPool;
use supportsignal::{
    audit::store::verification,
    connections::{
        connection::{CheckStatus, Target},
        probe::Finding,
        store::insert_check,
    },
    debug_log::{line::LogLevel, store::insert_lines, writer::NewLine},
    ids::{CorrelationId, DebugLogId, TenantId},
    platform::database::TenantTx,
    providers::store::providers::list_providers,
};

/// For both organisations.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        insert_lines(pool, tenant.id, &[line(tenant.id, LogLevel::Warn, Utc::now())]).await.unwrap();
        check_provider(pool, tenant).await;
        let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
        verification::verify(&mut tx, Some(tenant.admin.user_id)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn check_provider(pool: &PgPool, tenant: &TenantSeed) {
    let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
    let provider = list_providers(&mut tx).await.unwrap().remove(0);
    let finding = Finding {
        target: Target::AiProvider,
        provider_id: Some(provider.id),
        status: CheckStatus::Works,
        latency_ms: Some(12),
        error: None,
    };
    insert_check(&mut tx, &finding).await.unwrap();
    tx.commit().await.unwrap();
}

/// A line of a trace of its own.
pub fn line(tenant_id: TenantId, level: LogLevel, occurred_at: DateTime<Utc>) -> NewLine {
    let mut context = Map::new();
    context.insert("job.kind".to_owned(), json!("generate_questions"));
    NewLine {
        id: DebugLogId::generate(),
        occurred_at,
        tenant_id,
        trace_id: CorrelationId::generate(),
        level,
        system: "jobs".to_owned(),
        message: format!("a planted {}", level.as_str()),
        context,
        stack: None,
    }
}
