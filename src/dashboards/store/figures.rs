//! Reading the figures of a period. Without a participant they come from the rollup: years, months and days that add
//! up to the period, some days taken away; a participant's come from their own reports.

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
use chrono::{Datelike, NaiveDate};
use std::{cmp::Reverse, collections::HashMap};
use uuid::Uuid;

/// People and conditions of a month or year that are read, the most frequent first. The rollup has them all, and
/// those who may be shown are counted where a list ends before them; one that is never among the first fifty doesn't
/// belong among the first ten of a period.
const MOST_OF_A_SPAN: i64 = 50;
/// The slowest reports of a stage.
const SLOWEST: i64 = 3;

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

/// People and conditions of the days.
#[derive(Default)]
struct OfDays {
    ranks: Ranks,
    /// The months that some of it was taken away from, by their first day.
    lessened: Vec<NaiveDate>,
}

/// Adds the sums of the organisation or of one site; people and conditions of the days are returned. They are
/// added here: to open each row's keys and group them takes the database several times as long as to send the rows.
async fn add_sums(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    wanted: Wanted,
    tally: &mut Tally,
) -> Result<OfDays, AppError> {
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
    let OfDays { mut ranks, mut lessened } = OfDays::default();
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
        if row.is_taken_away {
            lessened.extend(first.with_day(1));
        }
    }
    Ok(OfDays { ranks, lessened })
}

/// People and conditions by how often they are reported.
#[derive(Default)]
struct Ranks(HashMap<String, Count>);

impl Ranks {
    /// What is taken away says nothing about when something stood first: the latest of all days, until a count does.
    fn add(&mut self, key: &str, count: Count) {
        let first = if count.amount > 0 { count.first } else { NaiveDate::MAX };
        if let Some(sum) = self.0.get_mut(key) {
            *sum = Count { amount: sum.amount + count.amount, first: sum.first.min(first) };
        } else {
            self.0.insert(key.to_owned(), Count { first, ..count });
        }
    }

    /// Those that can be among the ones shown, where a list doesn't have them and may be cut off before them.
    fn unlisted(&self, lists: &[RankList]) -> Unlisted {
        let mut unlisted = Unlisted::default();
        for are_conditions in [false, true] {
            let foremost = self.foremost(are_conditions);
            for list in lists.iter().filter(|list| list.are_conditions == are_conditions && list.is_cut) {
                for key in foremost.iter().filter(|key| !list.keys.contains(key)) {
                    unlisted.spans.push(list.span.clone());
                    unlisted.starts.push(list.starts_on);
                    unlisted.keys.push((*key).clone());
                }
            }
        }
        unlisted
    }

    /// The most frequent people or conditions, twice as many as are shown.
    fn foremost(&self, are_conditions: bool) -> Vec<&String> {
        let mut known: Vec<_> = self.0.iter().filter(|(key, _)| is_condition(key) == are_conditions).collect();
        known.sort_unstable_by_key(|(key, count)| (Reverse(count.amount), *key));
        known.into_iter().take(2 * MOST).map(|(key, _)| key).collect()
    }
}

/// The most frequent people or conditions of a month or year, as two columns of the same length.
struct RankList {
    span: String,
    starts_on: NaiveDate,
    are_conditions: bool,
    /// Whether there may be more than it has.
    is_cut: bool,
    keys: Vec<String>,
    reports: Vec<i64>,
}

/// Adds the people and conditions of months and years, which the sums don't have, to those of the days.
async fn add_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    of_days: OfDays,
    tally: &mut Tally,
) -> Result<(), AppError> {
    let OfDays { mut ranks, lessened } = of_days;
    let lists = list_ranks(tx, scope, rows, &lessened).await?;
    for list in &lists {
        for (key, reports) in list.keys.iter().zip(&list.reports) {
            ranks.add(key, Count { amount: *reports, first: list.starts_on });
        }
    }
    let unlisted = ranks.unlisted(&lists);
    if !unlisted.keys.is_empty() {
        for row in count_ranks(tx, scope, &unlisted).await? {
            ranks.add(&row.key, Count { amount: row.reports, first: row.starts_on });
        }
    }
    for (key, count) in ranks.0.iter().filter(|(_, count)| count.amount > 0) {
        tally.add(key, *count).ok_or(AppError::Internal)?;
    }
    Ok(())
}

/// The lists of the months and years among the rows. Of a month that days are taken away from, it is the whole
/// list: whoever is foremost in the month may have nothing left, and who comes behind be foremost in the period.
async fn list_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    lessened: &[NaiveDate],
) -> Result<Vec<RankList>, AppError> {
    let tenant_id = tx.tenant_id();
    // Days have theirs in the sums.
    let columns = Columns::of(rows.iter().filter(|row| row.span != Span::Day));
    Ok(sqlx::query_as!(
        RankList,
        r#"select wanted.span as "span!", wanted.starts_on as "starts_on!", k.kind = 'condition' as "are_conditions!",
                  not wanted.is_whole and cardinality(most.keys) >= $6 as "is_cut!",
                  most.keys as "keys!", most.reports as "reports!"
           from (select span, starts_on, starts_on = any ($5) as is_whole
                 from unnest($3::text[], $4::date[]) wanted (span, starts_on)) wanted
           cross join (values ('participant'), ('condition')) k (kind)
           cross join lateral (
               select array_agg(r.key) as keys, array_agg(r.reports) as reports
               from (select key, reports from incident_ranks
                     where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                       and kind = k.kind
                     order by reports desc limit case when not wanted.is_whole then $6::bigint end) r) most
           where most.keys is not null"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &columns.spans,
        &columns.starts,
        lessened,
        MOST_OF_A_SPAN,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Who is to be counted in which month or year, as columns of the same length.
#[derive(Default)]
struct Unlisted {
    spans: Vec<String>,
    starts: Vec<NaiveDate>,
    keys: Vec<String>,
}

struct RankCount {
    starts_on: NaiveDate,
    key: String,
    reports: i64,
}

/// What people and conditions count in months and years that don't list them.
async fn count_ranks(tx: &mut TenantTx, scope: &Scope, unlisted: &Unlisted) -> Result<Vec<RankCount>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        RankCount,
        r#"select wanted.starts_on as "starts_on!", wanted.key as "key!", r.reports
           from unnest($3::text[], $4::date[], $5::text[]) wanted (span, starts_on, key)
           cross join lateral (
               select reports from incident_ranks
               where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                 and key = wanted.key
               offset 0) r"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &unlisted.spans,
        &unlisted.starts,
        &unlisted.keys,
    )
    .fetch_all(tx.connection())
    .await?)
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
