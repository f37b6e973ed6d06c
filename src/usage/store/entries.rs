//! The ledger line by line, for a download.

use crate::{
    error::AppError,
    ids::{CorrelationId, UsageEventId},
    platform::database::TenantTx,
    usage::ledger::{CallStep, TracedCall},
};
use chrono::{DateTime, Utc};

/// How many entries are read at a time.
const BATCH: i64 = 2_000;

/// One call as the ledger has it.
pub struct LedgerEntry {
    pub id: UsageEventId,
    pub occurred_at: DateTime<Utc>,
    pub workflow_step: String,
    pub prompt_version: Option<i32>,
    pub provider: String,
    pub ai_model: String,
    pub person: Option<String>,
    pub is_trial: bool,
    pub outcome: String,
    pub problem: Option<String>,
    pub input_tokens: i32,
    pub output_tokens: i32,
    pub cost_micros: i64,
    pub price_version: Option<String>,
    pub latency_ms: i32,
    pub correlation_id: CorrelationId,
}

impl LedgerEntry {
    /// What the call was for, as people read it.
    pub fn step_label(&self) -> &'static str {
        CallStep::parse(&self.workflow_step).map_or("", CallStep::label)
    }
}

/// A place in the ledger: the entry that the next batch comes after.
pub type Place = (DateTime<Utc>, UsageEventId);

/// The next entries before `until`, oldest first; none at the end.
pub async fn list_entries(
    tx: &mut TenantTx,
    (after, after_id): Place,
    until: DateTime<Utc>,
) -> Result<Vec<LedgerEntry>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        LedgerEntry,
        r#"select u.id as "id: UsageEventId", u.occurred_at, u.workflow_step, p.prompt_version as "prompt_version?",
                  u.provider, u.ai_model, m.display_name as "person?", u.is_trial, u.outcome, u.problem,
                  u.input_tokens, u.output_tokens, u.cost_micros, u.price_version, u.latency_ms,
                  u.correlation_id as "correlation_id: CorrelationId"
           from usage_events u
           left join memberships m on m.tenant_id = u.tenant_id and m.user_id = u.user_id
           left join prompt_templates p on p.tenant_id = u.prompt_tenant_id and p.id = u.prompt_id
           where u.tenant_id = $1 and (u.occurred_at, u.id) > ($2, $3) and u.occurred_at < $4
           order by u.occurred_at, u.id limit $5"#,
        tenant_id.uuid(),
        after,
        after_id.uuid(),
        until,
        BATCH,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The calls of one trace, oldest first.
pub async fn list_traced(tx: &mut TenantTx, trace: CorrelationId) -> Result<Vec<TracedCall>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        TracedCall,
        r#"select id as "id: UsageEventId", occurred_at, workflow_step as step, provider, ai_model, outcome, problem,
                  latency_ms
           from usage_events
           where tenant_id = $1 and correlation_id = $2
           order by occurred_at, id limit 200"#,
        tenant_id.uuid(),
        trace.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}
