//! Reading the figures of a period. Without a participant they come from the rollup: whole months or years, and
//! the days at both ends; a participant's come from their own reports.

use super::counts;
use crate::{
    dashboards::{
        figures::{Figures, NamedCount, Scope, SlowReport, Stage, Totals},
        period::{self, Row, Span},
        tally::{Count, MOST, Tally, is_condition, is_ranked},
    },
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId},
    platform::database::TenantTx,
};
use chrono::NaiveDate;
use std::{cmp::Reverse, collections::HashMap};
use uuid::Uuid;

/// People and conditions of a month or year that are read, the most frequent first. The rollup has them all, and
/// where there are more, those who may be shown are counted once again; one that is never among the first fifty
/// doesn't belong among the first ten of a period.
const MOST_OF_A_SPAN: i64 = 50;
/// The slowest reports of a stage.
const SLOWEST: i64 = 3;

/// What the reports of the scope add up to. Five queries, four for a participant, six where a month has more people
/// or conditions than are read; how long they take depends on the months of the period and not on how many reports
/// there are.
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

    /// The rows that have people and conditions as rows of their own.
    fn of_ranks(rows: &[Row]) -> Self {
        Self::of(rows.iter().filter(|row| row.span != Span::Day))
    }
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

/// How much of the sums is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    Totals,
}

/// From the sums of the organisation or of one site; people and conditions of the days are returned. They are
/// added here: to open each row's keys and group them takes the database several times as long as to send the rows.
async fn add_sums(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    wanted: Wanted,
    tally: &mut Tally,
) -> Result<Ranks, AppError> {
    let tenant_id = tx.tenant_id();
    let columns = Columns::of(rows.iter());
    let sums = sqlx::query!(
        r#"select f.span = 'year' as "is_year!", f.starts_on, wanted.is_taken_away as "is_taken_away!",
                  f.totals::text as "totals!", case when $6 then f.counts::text else '{}' end as "counts!"
           from unnest($3::text[], $4::date[], $5::boolean[]) wanted (span, starts_on, is_taken_away)
           -- With an offset of its own each row is looked up by its key, whatever is expected of the arrays.
           cross join lateral (
               select span, starts_on, totals, counts from incident_period_figures
               where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
               offset 0) f"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &columns.spans,
        &columns.starts,
        &columns.are_taken_away,
        wanted == Wanted::All,
    )
    .fetch_all(tx.connection())
    .await?;
    let mut ranks = Ranks::default();
    for row in sums {
        let first = row.starts_on;
        let mut add = |key: &str, amount: i64| {
            let amount = if row.is_taken_away { -amount } else { amount };
            // A year's row has no days.
            if row.is_year && key == "reports" {
                tally.add(&format!("day.{first}"), Count { amount, first })?;
            }
            if is_ranked(key) {
                ranks.add(key, Count { amount, first });
                Some(())
            } else {
                tally.add(key, Count { amount, first })
            }
        };
        counts::read(&row.totals, &mut add)?;
        counts::read(&row.counts, &mut add)?;
    }
    Ok(ranks)
}

/// People and conditions by how often they are reported.
#[derive(Default)]
struct Ranks(HashMap<String, Count>);

impl Ranks {
    /// What is taken away says nothing about when something stood first.
    fn add(&mut self, key: &str, count: Count) {
        let first = if count.amount > 0 { count.first } else { NaiveDate::MAX };
        if let Some(sum) = self.0.get_mut(key) {
            *sum = Count { amount: sum.amount + count.amount, first: sum.first.min(first) };
        } else {
            self.0.insert(key.to_owned(), Count { first, ..count });
        }
    }
}

/// The people and conditions of the whole months and years, of which the sums say nothing, to those of the days.
async fn add_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    of_days: Ranks,
    tally: &mut Tally,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let rows = Columns::of_ranks(rows);
    let listed = sqlx::query!(
        r#"with listed as materialized (
               select r.*, wanted.ordinality as place, k.kind
               from unnest($3::text[], $4::date[]) with ordinality wanted (span, starts_on, ordinality)
               cross join (values ('participant'), ('condition')) k (kind)
               cross join lateral (
                   select key, reports, starts_on from incident_ranks
                   where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                     and kind = k.kind
                   order by reports desc limit $5) r
           )
           select key as "key!", sum(reports)::bigint as "amount!", min(starts_on) as "first!",
                  kind in (select kind from listed group by place, kind having count(*) = $5) as "are_more!"
           from listed
           group by key, kind"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &rows.spans,
        &rows.starts,
        MOST_OF_A_SPAN,
    )
    .fetch_all(tx.connection())
    .await?;
    let mut unsure = Vec::new();
    for are_conditions in [false, true] {
        if listed.iter().any(|row| row.are_more && is_condition(&row.key) == are_conditions) {
            let counts = listed.iter().map(|row| (row.key.as_str(), row.amount));
            let counts = counts.chain(of_days.0.iter().map(|(key, count)| (key.as_str(), count.amount)));
            unsure.extend(foremost(counts.filter(|(key, _)| is_condition(key) == are_conditions)));
        }
    }
    let mut known: HashMap<String, Count> =
        listed.into_iter().map(|row| (row.key, Count { amount: row.amount, first: row.first })).collect();
    if !unsure.is_empty() {
        known.extend(count_ranks(tx, scope, &rows, &unsure).await?);
    }
    let mut ranks = of_days;
    for (key, count) in &known {
        ranks.add(key, *count);
    }
    for (key, count) in ranks.0.iter().filter(|(_, count)| count.amount > 0) {
        tally.add(key, *count).ok_or(AppError::Internal)?;
    }
    Ok(())
}

/// The keys that can be among those shown, as far as their counts are known.
fn foremost<'a>(counts: impl Iterator<Item = (&'a str, i64)>) -> Vec<String> {
    let mut known = HashMap::new();
    for (key, amount) in counts {
        *known.entry(key).or_insert(0) += amount;
    }
    let mut known: Vec<_> = known.into_iter().collect();
    known.sort_by_key(|(key, amount)| (Reverse(*amount), *key));
    known.into_iter().take(2 * MOST).map(|(key, _)| key.to_owned()).collect()
}

/// What some people and conditions count in whole months and years, the rows that list them late included.
async fn count_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &Columns,
    keys: &[String],
) -> Result<Vec<(String, Count)>, AppError> {
    let tenant_id = tx.tenant_id();
    let counted = sqlx::query!(
        r#"select k.key as "key!", sum(r.reports)::bigint as "amount!", min(wanted.starts_on) as "first!"
           from unnest($3::text[], $4::date[]) wanted (span, starts_on)
           cross join unnest($5::text[]) k (key)
           cross join lateral (
               select reports from incident_ranks
               where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                 and key = k.key
               offset 0) r
           group by k.key"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &rows.spans,
        &rows.starts,
        keys,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(counted.into_iter().map(|row| (row.key, Count { amount: row.amount, first: row.first })).collect())
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

struct SlowRow {
    stage: String,
    id: IncidentId,
    number: i64,
    minutes: i64,
}

fn into_slowest(rows: Vec<SlowRow>) -> Result<Vec<(Stage, SlowReport)>, AppError> {
    rows.into_iter()
        .map(|row| {
            let stage = Stage::parse(&row.stage).ok_or(AppError::Internal)?;
            Ok((stage, SlowReport { id: row.id, number: row.number, minutes: row.minutes }))
        })
        .collect()
}

/// The slowest of each month's days that are of the period, and of these the slowest.
async fn list_slowest(tx: &mut TenantTx, scope: &Scope) -> Result<Vec<(Stage, SlowReport)>, AppError> {
    let tenant_id = tx.tenant_id();
    into_slowest(
        sqlx::query_as!(
            SlowRow,
            r#"with months as (
                   select month::date as month
                   from generate_series(date_trunc('month', $2::date::timestamp), $3::date::timestamp, interval '1 month') month
               ), waited as (
                   select 'event_to_report' as stage, f.incident_id, f.minutes
                   from months m cross join lateral (
                       select incident_id, event_to_report as minutes from incident_figures
                       where tenant_id = $1 and month = m.month and day between $2 and $3
                         and ($4::uuid is null or site_id = $4)
                       order by event_to_report desc, incident_id limit $5) f
                   union all
                   select 'report_to_submission', f.incident_id, f.minutes
                   from months m cross join lateral (
                       select incident_id, report_to_submission as minutes from incident_figures
                       where tenant_id = $1 and month = m.month and day between $2 and $3
                         and ($4::uuid is null or site_id = $4)
                       order by report_to_submission desc, incident_id limit $5) f
                   union all
                   select 'submission_to_sign_off', f.incident_id, f.minutes
                   from months m cross join lateral (
                       select incident_id, submission_to_sign_off as minutes from incident_figures
                       where tenant_id = $1 and month = m.month and day between $2 and $3
                         and ($4::uuid is null or site_id = $4) and submission_to_sign_off is not null
                       order by submission_to_sign_off desc, incident_id limit $5) f
               ), ranked as (
                   select waited.*, row_number() over (partition by stage order by minutes desc, incident_id) as place
                   from waited
               )
               select r.stage as "stage!", r.incident_id as "id!: IncidentId", r.minutes as "minutes!",
                      (select i.number from incidents i where i.tenant_id = $1 and i.id = r.incident_id) as "number!"
               from ranked r
               where r.place <= $5
               order by r.stage, r.place"#,
            tenant_id.uuid(),
            scope.from,
            scope.to,
            scope.site.map(SiteId::uuid),
            SLOWEST,
        )
        .fetch_all(tx.connection())
        .await?,
    )
}

/// The slowest of a participant's own reports.
async fn list_slowest_of(
    tx: &mut TenantTx,
    scope: &Scope,
    participant: ParticipantId,
) -> Result<Vec<(Stage, SlowReport)>, AppError> {
    let tenant_id = tx.tenant_id();
    into_slowest(
        sqlx::query_as!(
            SlowRow,
            r#"with ranked as (
                   select stage.name as stage, f.incident_id, stage.minutes,
                          row_number() over (partition by stage.name order by stage.minutes desc, f.incident_id) as place
                   from incident_figures f
                   cross join lateral (values
                       ('event_to_report', f.event_to_report), ('report_to_submission', f.report_to_submission),
                       ('submission_to_sign_off', f.submission_to_sign_off)) stage (name, minutes)
                   where f.tenant_id = $1 and f.participant_id = $2 and f.day between $3 and $4
                     and ($5::uuid is null or f.site_id = $5) and stage.minutes is not null
               )
               select r.stage as "stage!", r.incident_id as "id!: IncidentId", r.minutes as "minutes!",
                      (select i.number from incidents i where i.tenant_id = $1 and i.id = r.incident_id) as "number!"
               from ranked r
               where r.place <= $6
               order by r.stage, r.place"#,
            tenant_id.uuid(),
            participant.uuid(),
            scope.from,
            scope.to,
            scope.site.map(SiteId::uuid),
            SLOWEST,
        )
        .fetch_all(tx.connection())
        .await?,
    )
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
