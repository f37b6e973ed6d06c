//! The queries of the ledger. Nothing here may be left out of a call: what costs money is reserved
//! before it is sent and settled afterwards, each in a transaction of its own.

mod alerts;
pub mod entries;
pub mod report;
mod summaries;

use self::summaries::{Change, Group, sum_costs};
use super::{
    budget,
    ledger::{CallStep, Outcome},
    month::Month,
    report::Limits,
};
use crate::{
    ai::{BUILT_IN, provider::FallbackReason},
    error::AppError,
    ids::{CorrelationId, IncidentId, UsageEventId, UserId},
    platform::database::TenantTx,
    prompts::store::PromptVersion,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// What a call is for and who asked; never changes afterwards.
pub struct CallSubject {
    pub step: CallStep,
    /// Nothing for a connection test.
    pub prompt: Option<PromptVersion>,
    /// [`BUILT_IN`] or the provider's name.
    pub provider: String,
    pub ai_model: String,
    /// Nobody: work that no person asked for.
    pub user_id: Option<UserId>,
    pub incident_id: Option<IncidentId>,
    pub correlation_id: CorrelationId,
    /// A template on trial.
    pub is_trial: bool,
}

impl CallSubject {
    /// The same call, answered by the built-in engine.
    pub fn built_in(self) -> Self {
        Self { provider: BUILT_IN.to_owned(), ai_model: BUILT_IN.to_owned(), ..self }
    }
}

/// How a call went.
pub struct CallResult {
    pub outcome: Outcome,
    /// Why it failed, or why the built-in engine answered although a provider was chosen.
    pub problem: Option<FallbackReason>,
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// In millionths of a US dollar.
    pub cost_micros: i64,
    pub latency: Duration,
}

/// Reserves what a call to a provider may cost at most, in millionths of a US dollar, before it is
/// sent. `price_version` is that of [`super::price::ModelPrice`]; without one no limit can be kept,
/// so such a call passes only where no limit is set.
///
/// Calls of one tenant wait for each other here until the caller commits, so that none passes a limit
/// together with another: commit at once, also after a refusal, which is an entry of its own.
pub async fn reserve(
    tx: &mut TenantTx,
    call: &CallSubject,
    most_micros: i64,
    price_version: Option<&str>,
) -> Result<Result<UsageEventId, FallbackReason>, AppError> {
    let (limits, month) = lock_limits(tx).await?;
    let refusal = if limits.any() && price_version.is_none() {
        Some(FallbackReason::CapTenant)
    } else if limits.any() {
        let spent = sum_costs(tx, month, call.user_id).await?;
        let refusal = spent.refusal(limits, call.user_id, most_micros.max(0));
        if refusal == Some(FallbackReason::CapTenant) {
            raise_used_up(tx, limits, month, spent.tenant_micros).await?;
        }
        refusal
    } else {
        None
    };
    match refusal {
        Some(reason) => {
            tracing::warn!(ai.step = call.step.as_str(), ai.problem = reason.as_str(), "a limit refused an AI call");
            let entry = Entry { outcome: "refused", problem: Some(reason), price_version, ..Entry::default() };
            insert_entry(tx, call, &entry, Change { refused: 1, ..Change::default() }).await?;
            Ok(Err(reason))
        }
        None => {
            let cost_micros = most_micros.max(0);
            let entry = Entry { outcome: "reserved", cost_micros, price_version, ..Entry::default() };
            insert_entry(tx, call, &entry, Change { calls: 1, ..Change::default() }).await.map(Ok)
        }
    }
}

/// A call that the limit doesn't let through means that it is used up: what is left of it hardly ever
/// fits a call exactly.
async fn raise_used_up(tx: &mut TenantTx, limits: Limits, month: Month, spent_micros: i64) -> Result<(), AppError> {
    match limits.monthly_cap_micros {
        Some(cap) if spent_micros > 0 => {
            alerts::raise(tx, month, [budget::USED_UP].into_iter(), cap, spent_micros).await
        }
        _ => Ok(()),
    }
}

/// Puts what a reserved call did in the place of what it might have done. A call that is settled
/// already stays as it is. Calls of one tenant wait for each other here, too, so that what they cost
/// together reaches a part of the limit for one of them: commit at once.
pub async fn settle(tx: &mut TenantTx, id: UsageEventId, result: &CallResult) -> Result<(), AppError> {
    let (limits, month) = lock_limits(tx).await?;
    let Some(reserved) = find_reserved(tx, id).await? else {
        return Ok(());
    };
    update_settled(tx, id, result).await?;
    if result.outcome == Outcome::Failed {
        tracing::warn!(
            usage.id = %id,
            ai.step = reserved.workflow_step,
            ai.problem = result.problem.map_or("", FallbackReason::as_str),
            duration_ms = millis(result.latency),
            "an AI call failed"
        );
    }
    let change = Change {
        input_tokens: i64::from(small(result.input_tokens)),
        output_tokens: i64::from(small(result.output_tokens)),
        cost_micros: result.cost_micros.max(0) - reserved.cost_micros,
        ..Change::ended(result.outcome)
    };
    summaries::add(tx, &reserved.group(), Some(reserved.occurred_at), change).await?;
    if let Some(cap) = limits.monthly_cap_micros {
        let spent = sum_costs(tx, month, None).await?.tenant_micros;
        alerts::raise(tx, month, budget::reached(spent, cap), cap, spent).await?;
    }
    Ok(())
}

struct ReservedCall {
    occurred_at: DateTime<Utc>,
    workflow_step: String,
    provider: String,
    ai_model: String,
    user_id: Option<UserId>,
    price_version: Option<String>,
    cost_micros: i64,
}

impl ReservedCall {
    fn group(&self) -> Group<'_> {
        Group {
            workflow_step: &self.workflow_step,
            provider: &self.provider,
            ai_model: &self.ai_model,
            user_id: self.user_id,
            price_version: self.price_version.as_deref(),
        }
    }
}

async fn find_reserved(tx: &mut TenantTx, id: UsageEventId) -> Result<Option<ReservedCall>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        ReservedCall,
        r#"select occurred_at, workflow_step, provider, ai_model, user_id as "user_id: UserId", price_version, cost_micros
           from usage_events where tenant_id = $1 and id = $2 and outcome = 'reserved'"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?)
}

async fn update_settled(tx: &mut TenantTx, id: UsageEventId, result: &CallResult) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update usage_events set outcome = $3, problem = $4, input_tokens = $5, output_tokens = $6, cost_micros = $7,
                latency_ms = $8
         where tenant_id = $1 and id = $2 and outcome = 'reserved'",
        tenant_id.uuid(),
        id.uuid(),
        result.outcome.as_str(),
        result.problem.map(FallbackReason::as_str),
        small(result.input_tokens),
        small(result.output_tokens),
        result.cost_micros.max(0),
        millis(result.latency),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes down a call that costs nothing and so needs no reservation: the built-in engine's.
pub async fn record(tx: &mut TenantTx, call: &CallSubject, result: &CallResult) -> Result<(), AppError> {
    let entry = Entry {
        outcome: result.outcome.as_str(),
        problem: result.problem,
        price_version: None,
        input_tokens: small(result.input_tokens),
        output_tokens: small(result.output_tokens),
        cost_micros: result.cost_micros.max(0),
        latency_ms: millis(result.latency),
    };
    insert_entry(tx, call, &entry, Change { calls: 1, ..Change::ended(result.outcome) }).await.map(|_| ())
}

/// The limits as they stand.
pub async fn find_limits(tx: &mut TenantTx) -> Result<Limits, AppError> {
    let tenant_id = tx.tenant_id();
    let limits = sqlx::query_as!(
        Limits,
        "select monthly_cap_micros, person_monthly_cap_micros from ai_settings where tenant_id = $1",
        tenant_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(limits.unwrap_or_default())
}

/// What the organisation has spent this month, in millionths of a US dollar.
pub async fn month_to_date(tx: &mut TenantTx) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(r#"select time_zone, now() as "now!" from tenants where id = $1"#, tenant_id.uuid(),)
        .fetch_one(tx.connection())
        .await?;
    let month = month_at(&row.time_zone, row.now)?;
    sum_costs(tx, month, None).await.map(|spent| spent.tenant_micros)
}

/// The limits and the tenant's month. Holds the limits until the transaction ends.
async fn lock_limits(tx: &mut TenantTx) -> Result<(Limits, Month), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("insert into ai_settings (tenant_id) values ($1) on conflict do nothing", tenant_id.uuid())
        .execute(tx.connection())
        .await?;
    let row = sqlx::query!(
        r#"select s.monthly_cap_micros, s.person_monthly_cap_micros, t.time_zone, now() as "now!"
           from ai_settings s join tenants t on t.id = s.tenant_id
           where s.tenant_id = $1 for update of s"#,
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let limits =
        Limits { monthly_cap_micros: row.monthly_cap_micros, person_monthly_cap_micros: row.person_monthly_cap_micros };
    Ok((limits, month_at(&row.time_zone, row.now)?))
}

fn month_at(time_zone: &str, now: DateTime<Utc>) -> Result<Month, AppError> {
    let zone: Tz = time_zone.parse().map_err(|_| AppError::Internal)?;
    Month::at(now, zone).ok_or(AppError::Internal)
}

/// What a month has cost so far, reserved calls included.
struct Spent {
    tenant_micros: i64,
    person_micros: i64,
}

impl Spent {
    /// Why a call that may cost so much can't be made.
    fn refusal(&self, limits: Limits, user_id: Option<UserId>, most_micros: i64) -> Option<FallbackReason> {
        let passes = |spent: i64, cap: Option<i64>| cap.is_some_and(|cap| spent.saturating_add(most_micros) > cap);
        if passes(self.tenant_micros, limits.monthly_cap_micros) {
            Some(FallbackReason::CapTenant)
        } else if user_id.is_some() && passes(self.person_micros, limits.person_monthly_cap_micros) {
            Some(FallbackReason::CapPerson)
        } else {
            None
        }
    }
}

/// What stands beside a call's subject.
#[derive(Default)]
struct Entry<'a> {
    outcome: &'a str,
    problem: Option<FallbackReason>,
    price_version: Option<&'a str>,
    input_tokens: i32,
    output_tokens: i32,
    cost_micros: i64,
    latency_ms: i32,
}

/// Writes an entry down and adds it to the summaries; `counted` says as what.
async fn insert_entry(
    tx: &mut TenantTx,
    call: &CallSubject,
    entry: &Entry<'_>,
    counted: Change,
) -> Result<UsageEventId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = UsageEventId::generate();
    sqlx::query!(
        "insert into usage_events (tenant_id, id, workflow_step, prompt_tenant_id, prompt_id, provider, ai_model,
                                   input_tokens, output_tokens, cost_micros, price_version, latency_ms, outcome, problem,
                                   is_trial, correlation_id, user_id, incident_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        tenant_id.uuid(),
        id.uuid(),
        call.step.as_str(),
        call.prompt.map(|prompt| prompt.tenant_id.uuid()),
        call.prompt.map(|prompt| prompt.id.uuid()),
        call.provider,
        call.ai_model,
        entry.input_tokens,
        entry.output_tokens,
        entry.cost_micros,
        entry.price_version,
        entry.latency_ms,
        entry.outcome,
        entry.problem.map(FallbackReason::as_str),
        call.is_trial,
        call.correlation_id.uuid(),
        call.user_id.map(UserId::uuid),
        call.incident_id.map(IncidentId::uuid),
    )
    .execute(tx.connection())
    .await?;
    let group = Group {
        workflow_step: call.step.as_str(),
        provider: &call.provider,
        ai_model: &call.ai_model,
        user_id: call.user_id,
        price_version: entry.price_version,
    };
    let change = Change {
        input_tokens: i64::from(entry.input_tokens),
        output_tokens: i64::from(entry.output_tokens),
        cost_micros: entry.cost_micros,
        ..counted
    };
    summaries::add(tx, &group, None, change).await?;
    Ok(id)
}

fn small(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn millis(latency: Duration) -> i32 {
    i32::try_from(latency.as_millis()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Limits, Spent};
    use crate::{
        ai::provider::FallbackReason::{CapPerson, CapTenant},
        ids::UserId,
    };

    #[test]
    fn a_limit_may_be_reached_and_not_passed() {
        let limits = Limits { monthly_cap_micros: Some(100), person_monthly_cap_micros: Some(40) };
        let somebody = Some(UserId::generate());
        let refusal =
            |tenant_micros, person_micros, who, most| Spent { tenant_micros, person_micros }.refusal(limits, who, most);
        assert_eq!(refusal(60, 0, somebody, 40), None);
        assert_eq!(refusal(61, 0, somebody, 40), Some(CapTenant));
        assert_eq!(refusal(60, 1, somebody, 40), Some(CapPerson));
        assert_eq!(refusal(60, 40, None, 40), None, "work that nobody asked for has no personal limit");
        assert_eq!(refusal(100, 40, somebody, 0), None, "what costs nothing passes");
        assert_eq!(refusal(100, 0, None, i64::MAX), Some(CapTenant));
    }

    #[test]
    fn a_limit_of_nothing_lets_nothing_paid_through() {
        let limits = Limits { monthly_cap_micros: Some(0), person_monthly_cap_micros: None };
        let spent = Spent { tenant_micros: 0, person_micros: 0 };
        assert_eq!(spent.refusal(limits, None, 1), Some(CapTenant));
        assert_eq!(spent.refusal(limits, None, 0), None);
    }
}
