//! Reading the figures of a period. Without a participant they come from the rollup: years, months and days that add
//! up to the period, some days taken away; a participant's come from their own reports.

mod counts;
mod ranks;
mod slowest;
mod sums;

use crate::{
    dashboards::{
        figures::{Figures, NamedCount, Scope, Totals},
        period::{self, Row},
        tally::{Count, Tally},
    },
    error::AppError,
    ids::{ParticipantId, SiteId},
    platform::database::TenantTx,
};
use chrono::NaiveDate;
use ranks::add_ranks;
use slowest::{list_slowest, list_slowest_of};
use std::collections::HashMap;
use sums::{Wanted, add_sums};
use uuid::Uuid;

/// What the reports of the scope add up to. Five queries, four for a participant, six where a month has more people
/// or conditions than are read; how long they take depends on the months of the period and hardly on how many
/// reports there are.
pub async fn read(tx: &mut TenantTx, scope: &Scope) -> Result<Figures, AppError> {
    let mut tally = Tally::default();
    match scope.participant {
        Some(participant) => add_participant(tx, scope, participant, &mut tally).await?,
        None => {
            let rows = period::rows(scope).ok_or(AppError::NotFound)?;
            let of_days = add_sums(tx, scope, &rows, Wanted::All, &mut tally).await?;
            add_ranks(tx, scope, &rows, of_days, &mut tally).await?;
        }
    }
    let mut figures = tally.into_figures();
    let slowest = match scope.participant {
        Some(participant) => list_slowest_of(tx, scope, participant).await?,
        None => list_slowest(tx, scope).await?,
    };
    for (stage, report) in slowest {
        let waits = figures.totals.waits.iter_mut();
        waits.filter(|wait| wait.stage == stage).for_each(|wait| wait.slowest.push(report.clone()));
    }
    add_names(tx, &mut figures).await?;
    (figures.totals.ai.calls, figures.totals.ai.cost_micros) = sum_calls(tx, scope).await?;
    Ok(figures)
}

/// What another period is compared with. Two queries.
pub async fn read_totals(tx: &mut TenantTx, scope: &Scope) -> Result<Totals, AppError> {
    let mut tally = Tally::default();
    match scope.participant {
        Some(participant) => add_participant(tx, scope, participant, &mut tally).await?,
        None => {
            let rows = period::rows(scope).ok_or(AppError::NotFound)?;
            add_sums(tx, scope, &rows, Wanted::Totals, &mut tally).await?;
        }
    }
    let mut totals = tally.into_totals();
    (totals.ai.calls, totals.ai.cost_micros) = sum_calls(tx, scope).await?;
    Ok(totals)
}

/// Rows of the rollup as columns of the same length.
struct Columns {
    spans: Vec<String>,
    starts: Vec<NaiveDate>,
    are_taken_away: Vec<bool>,
}

impl Columns {
    fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut columns = Self { spans: Vec::new(), starts: Vec::new(), are_taken_away: Vec::new() };
        for Row { span, start, is_taken_away } in rows {
            columns.spans.push(span.as_str().to_owned());
            columns.starts.push(*start);
            columns.are_taken_away.push(*is_taken_away);
        }
        columns
    }
}

/// Whose sums: a site's, or with the tenant's own id those of all reports together.
fn summed_scope(tx: &TenantTx, scope: &Scope) -> Uuid {
    scope.site.map_or(tx.tenant_id().uuid(), SiteId::uuid)
}

/// From the participant's own reports.
async fn add_participant(
    tx: &mut TenantTx,
    scope: &Scope,
    participant: ParticipantId,
    tally: &mut Tally,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select e.key as "key!", sum(e.value::bigint)::bigint as "amount!", min(f.day) as "first!"
           from incident_figures f cross join lateral jsonb_each(f.counts) e
           where f.tenant_id = $1 and f.participant_id = $2 and f.day between $3 and $4
             and ($5::uuid is null or f.site_id = $5)
           group by e.key"#,
        tenant_id.uuid(),
        participant.uuid(),
        scope.from,
        scope.to,
        scope.site.map(SiteId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        tally.add(&row.key, Count { amount: row.amount, first: row.first }).ok_or(AppError::Internal)?;
    }
    Ok(())
}

/// Participants and sites as the registers name them now.
async fn add_names(tx: &mut TenantTx, figures: &mut Figures) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let participants: Vec<_> = figures.participants.iter().filter_map(|one| one.id).map(ParticipantId::uuid).collect();
    let sites: Vec<_> = figures.sites.iter().filter_map(|one| one.id).map(SiteId::uuid).collect();
    let rows = sqlx::query!(
        r#"select id as "id!", name as "name!" from participants where tenant_id = $1 and id = any($2)
           union all
           select id, name from sites where tenant_id = $1 and id = any($3)"#,
        tenant_id.uuid(),
        &participants,
        &sites,
    )
    .fetch_all(tx.connection())
    .await?;
    let names: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    name_them(&mut figures.participants, &names, ParticipantId::uuid);
    name_them(&mut figures.sites, &names, SiteId::uuid);
    Ok(())
}

fn name_them<Id: Copy>(counted: &mut [NamedCount<Id>], names: &HashMap<Uuid, String>, uuid: fn(Id) -> Uuid) {
    for one in &mut *counted {
        if let Some(name) = one.id.and_then(|id| names.get(&uuid(id))) {
            one.name.clone_from(name);
        }
    }
    counted.sort_by(|one, other| other.reports.cmp(&one.reports).then_with(|| one.name.cmp(&other.name)));
}

/// Calls and what they cost, in millionths of a US dollar.
async fn sum_calls(tx: &mut TenantTx, scope: &Scope) -> Result<(i64, i64), AppError> {
    let tenant_id = tx.tenant_id();
    let sums = sqlx::query!(
        r#"select coalesce(sum(calls), 0)::bigint as "calls!", coalesce(sum(cost_micros), 0)::bigint as "cost_micros!"
           from usage_days where tenant_id = $1 and day between $2 and $3"#,
        tenant_id.uuid(),
        scope.from,
        scope.to,
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((sums.calls, sums.cost_micros))
}
