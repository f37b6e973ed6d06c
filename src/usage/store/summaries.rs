//! What the ledger adds up to, by day, step, model and person. Kept by the transactions that write the
//! ledger, so that neither a limit nor a page has to read every call.

use super::Spent;
use crate::{
    error::AppError,
    ids::{UsageSummaryId, UserId},
    platform::database::TenantTx,
    usage::{ledger::Outcome, month::Month},
};
use chrono::{DateTime, Utc};

/// What is added up together, besides the day.
pub struct Group<'a> {
    pub workflow_step: &'a str,
    pub provider: &'a str,
    pub ai_model: &'a str,
    pub user_id: Option<UserId>,
    pub price_version: Option<&'a str>,
}

/// What an entry of the ledger, or a change of one, adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    pub calls: i64,
    pub answers: i64,
    pub failures: i64,
    pub refused: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cost_micros: i64,
}

impl Change {
    /// A call that was counted already has ended.
    pub fn ended(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Succeeded | Outcome::Repaired => Self { answers: 1, ..Self::default() },
            Outcome::Failed => Self { failures: 1, ..Self::default() },
        }
    }
}

/// Adds a change to the day on which the call was made: `occurred_at`, or now, where the tenant is.
pub async fn add(
    tx: &mut TenantTx,
    group: &Group<'_>,
    occurred_at: Option<DateTime<Utc>>,
    change: Change,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into usage_summaries as s (tenant_id, id, day, workflow_step, provider, ai_model, user_id, price_version,
                                           calls, answers, failures, refused, input_tokens, output_tokens, cost_micros)
         select $1, $2, (coalesce($3, now()) at time zone t.time_zone)::date, $4, $5, $6, $7, $8,
                $9, $10, $11, $12, $13, $14, $15
         from tenants t where t.id = $1
         on conflict on constraint usage_summaries_key do update
             set calls = s.calls + excluded.calls, answers = s.answers + excluded.answers,
                 failures = s.failures + excluded.failures, refused = s.refused + excluded.refused,
                 input_tokens = s.input_tokens + excluded.input_tokens,
                 output_tokens = s.output_tokens + excluded.output_tokens,
                 cost_micros = s.cost_micros + excluded.cost_micros",
        tenant_id.uuid(),
        UsageSummaryId::generate().uuid(),
        occurred_at,
        group.workflow_step,
        group.provider,
        group.ai_model,
        group.user_id.map(UserId::uuid),
        group.price_version,
        change.calls,
        change.answers,
        change.failures,
        change.refused,
        change.input_tokens,
        change.output_tokens,
        change.cost_micros,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What has been spent since a month began, by everybody and by one person.
pub async fn sum_costs(tx: &mut TenantTx, month: Month, user_id: Option<UserId>) -> Result<Spent, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Spent,
        r#"select coalesce(sum(cost_micros), 0)::bigint as "tenant_micros!",
                  coalesce(sum(cost_micros) filter (where user_id = $3), 0)::bigint as "person_micros!"
           from usage_summaries where tenant_id = $1 and day >= $2"#,
        tenant_id.uuid(),
        month.first_day(),
        user_id.map(UserId::uuid),
    )
    .fetch_one(tx.connection())
    .await?)
}
