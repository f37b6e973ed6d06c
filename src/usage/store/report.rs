//! A month of the ledger, from what it adds up to.

use super::{alerts::list_alerts, find_limits};
use crate::{
    ai::BUILT_IN,
    error::AppError,
    ids::UserId,
    platform::database::TenantTx,
    usage::{
        ledger::CallStep,
        month::Month,
        report::{Caller, ModelName, Tally, UsageReport, fill_days, rank_people},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// The report of a month of the tenant's calendar.
pub async fn build_report(
    tx: &mut TenantTx,
    month: Month,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<UsageReport, AppError> {
    let range = (month.first_day(), month.next().ok_or(AppError::Internal)?.first_day());
    let counts = count(tx, range).await?;
    let mut names = list_names(tx, &counts).await?;
    let (mut by_step, mut by_model, mut by_person, mut by_day) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut totals = Tally::default();
    for row in counts {
        let tally = row.tally();
        match row.into_line() {
            Line::Everything => totals = tally,
            Line::Step(step) => by_step.push((CallStep::parse(&step).ok_or(AppError::Internal)?, tally)),
            Line::Model(model) => by_model.push((model, tally)),
            Line::Person(None) => by_person.push((Caller::Nobody, tally)),
            Line::Person(Some(id)) => by_person.push((Caller::Person(names.remove(&id).unwrap_or_default()), tally)),
            Line::Day(day) => by_day.push((day, tally)),
        }
    }
    by_step.sort_by_key(|(step, _)| *step);
    by_model.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.cost_micros, tally.calls)));
    Ok(UsageReport {
        month,
        is_current: Month::at(now, zone) == Some(month),
        earliest: find_earliest(tx).await?.and_then(Month::of),
        totals,
        by_step,
        by_model,
        by_person: rank_people(by_person),
        by_day: fill_days(month, &by_day),
        limits: find_limits(tx).await?,
        alerts: list_alerts(tx, month).await?,
        price_versions: list_price_versions(tx, range).await?,
    })
}

/// What a counted row is about.
enum Line {
    Everything,
    Step(String),
    Model(ModelName),
    Person(Option<UserId>),
    Day(NaiveDate),
}

struct Count {
    /// Which of the columns don't count in this row, one bit each, as `grouping` tells them.
    level: i32,
    workflow_step: Option<String>,
    provider: Option<String>,
    ai_model: Option<String>,
    user_id: Option<UserId>,
    day: Option<NaiveDate>,
    calls: i64,
    provider_calls: i64,
    provider_answers: i64,
    provider_failures: i64,
    step_answers: i64,
    built_in_answers: i64,
    refused: i64,
    unpriced: i64,
    input_tokens: i64,
    output_tokens: i64,
    cost_micros: i64,
}

impl Count {
    fn into_line(self) -> Line {
        match (self.level, self.workflow_step, self.provider, self.ai_model, self.day) {
            (0b0111, Some(step), ..) => Line::Step(step),
            (0b1011, _, Some(provider), Some(ai_model), _) => Line::Model(ModelName { provider, ai_model }),
            (0b1101, ..) => Line::Person(self.user_id),
            (0b1110, _, _, _, Some(day)) => Line::Day(day),
            _ => Line::Everything,
        }
    }

    const fn tally(&self) -> Tally {
        Tally {
            calls: self.calls,
            provider_calls: self.provider_calls,
            provider_answers: self.provider_answers,
            provider_failures: self.provider_failures,
            step_answers: self.step_answers,
            built_in_answers: self.built_in_answers,
            refused: self.refused,
            unpriced: self.unpriced,
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cost_micros: self.cost_micros,
        }
    }
}

/// The first day, and the one after the last.
type Range = (NaiveDate, NaiveDate);

async fn count(tx: &mut TenantTx, (from, to): Range) -> Result<Vec<Count>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Count,
        r#"select grouping(workflow_step, provider, user_id, day) as "level!", workflow_step as "workflow_step?",
                  provider as "provider?", ai_model as "ai_model?", user_id as "user_id?: UserId", day as "day?",
                  sum(calls)::bigint as "calls!",
                  coalesce(sum(calls) filter (where is_provider), 0)::bigint as "provider_calls!",
                  coalesce(sum(answers) filter (where is_provider), 0)::bigint as "provider_answers!",
                  coalesce(sum(failures) filter (where is_provider), 0)::bigint as "provider_failures!",
                  coalesce(sum(answers) filter (where is_provider and is_step), 0)::bigint as "step_answers!",
                  coalesce(sum(answers) filter (where not is_provider and is_step), 0)::bigint as "built_in_answers!",
                  sum(refused)::bigint as "refused!",
                  coalesce(sum(calls) filter (where is_provider and price_version is null), 0)::bigint as "unpriced!",
                  sum(input_tokens)::bigint as "input_tokens!",
                  sum(output_tokens)::bigint as "output_tokens!",
                  sum(cost_micros)::bigint as "cost_micros!"
           from (select *, provider <> $4 as is_provider, workflow_step <> 'connection_test' as is_step
                 from usage_summaries
                 where tenant_id = $1 and day >= $2 and day < $3) as summaries
           group by grouping sets ((workflow_step), (provider, ai_model), (user_id), (day), ())
           having count(*) > 0"#,
        tenant_id.uuid(),
        from,
        to,
        BUILT_IN,
    )
    .fetch_all(tx.connection())
    .await?)
}

async fn list_names(tx: &mut TenantTx, counts: &[Count]) -> Result<HashMap<UserId, String>, AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = counts.iter().filter_map(|row| row.user_id).map(UserId::uuid).collect();
    let rows = sqlx::query!(
        r#"select user_id as "user_id: UserId", display_name from memberships
           where tenant_id = $1 and user_id = any($2)"#,
        tenant_id.uuid(),
        &ids,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.display_name)).collect())
}

async fn find_earliest(tx: &mut TenantTx) -> Result<Option<NaiveDate>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!("select min(day) from usage_summaries where tenant_id = $1", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?)
}

async fn list_price_versions(tx: &mut TenantTx, (from, to): Range) -> Result<Vec<String>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select distinct price_version as "version!" from usage_summaries
           where tenant_id = $1 and day >= $2 and day < $3 and price_version is not null
           order by 1"#,
        tenant_id.uuid(),
        from,
        to,
    )
    .fetch_all(tx.connection())
    .await?)
}
