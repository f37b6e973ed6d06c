//! Rows of the AI tables, so that every one of them can be attacked.

use sqlx::AssertSqlSafe;
use supportsignal::{
    ids::{IncidentId, UserId},
    platform::database::TenantTx,
};
use uuid::Uuid;

/// A provider without a key that no step uses, settings without limits, one call of the past, a
/// try-out, and a report that once went back.
pub async fn plant(tx: &mut TenantTx, admin: UserId, prompt: Uuid, incident: IncidentId) {
    let tenant = tx.tenant_id().uuid();
    let (admin, incident) = (admin.uuid(), incident.uuid());
    let [provider, call, trial, way_back, correlation] = std::array::from_fn(|_| Uuid::now_v7());
    let system = "'00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000101'";
    let statements = [
        format!(
            "insert into ai_providers (tenant_id, id, kind, name, base_url)
             values ('{tenant}', '{provider}', 'ollama', 'Office machine', 'http://127.0.0.1:9/v1/')"
        ),
        format!("insert into ai_step_settings (tenant_id, workflow_step) values ('{tenant}', 'generate_questions')"),
        format!("insert into ai_settings (tenant_id) values ('{tenant}')"),
        format!(
            "insert into usage_events (tenant_id, id, occurred_at, workflow_step, prompt_tenant_id, prompt_id, provider,
                                       ai_model, outcome, correlation_id, user_id, incident_id)
             values ('{tenant}', '{call}', now() - interval '400 days', 'generate_questions', {system}, 'built-in',
                     'built-in', 'succeeded', '{correlation}', '{admin}', '{incident}')"
        ),
        format!(
            "insert into prompt_trials (tenant_id, id, prompt_tenant_id, prompt_id, against_tenant_id, against_id,
                                        incident_id, requested_by)
             values ('{tenant}', '{trial}', '{tenant}', '{prompt}', {system}, '{incident}', '{admin}')"
        ),
        format!(
            "insert into incident_returns (tenant_id, id, incident_id, question, asked_by, submitted_at, answered_at)
             values ('{tenant}', '{way_back}', '{incident}', 'Who was with you?', '{admin}', now(), now())"
        ),
    ];
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(tx.connection()).await.unwrap();
    }
}
