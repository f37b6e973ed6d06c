//! What the reports of a period add up to, counted from the reports themselves.

use crate::{
    analysis::analysis::{Condition, ConditionGroup, IncidentType, Severity},
    dashboards::figures::{
        AiFigures, ConditionCount, DayCount, Figures, KindCount, NamedCount, Quality, Scope, SlowReport, Stage, Wait,
    },
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId},
    platform::database::TenantTx,
};
use chrono::NaiveDate;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};

struct RawReport {
    id: IncidentId,
    number: i64,
    day: NaiveDate,
    weekday: i32,
    hour: i32,
    participant_id: Option<ParticipantId>,
    participant_name: String,
    site_id: Option<SiteId>,
    site_name: Option<String>,
    is_signed_off: bool,
    phases: i32,
    asked: i64,
    answered: i64,
    not_known: i64,
    to_report: i64,
    to_submission: i64,
    to_sign_off: Option<i64>,
    kinds: Json<Vec<(String, String, bool, bool)>>,
    conditions: Json<Vec<Condition>>,
}

/// The figures of a scope.
pub async fn read(tx: &mut TenantTx, scope: &Scope) -> Result<Figures, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawReport,
        r#"select i.id as "id: IncidentId", i.number, (i.event_date_time at time zone t.time_zone)::date as "day!",
                  extract(isodow from i.event_date_time at time zone t.time_zone)::int as "weekday!",
                  extract(hour from i.event_date_time at time zone t.time_zone)::int as "hour!",
                  i.participant_id as "participant_id: ParticipantId", i.participant_name,
                  i.site_id as "site_id: SiteId", s.name as "site_name?", i.overall_status = 'completed' as "is_signed_off!",
                  coalesce((select num_nonnulls(nullif(btrim(n.before_event), ''), nullif(btrim(n.during_event), ''),
                                                nullif(btrim(n.end_event), ''), nullif(btrim(n.post_event), ''))
                            from incident_narratives n where n.tenant_id = $1 and n.incident_id = i.id
                            order by n.version desc limit 1), 0) as "phases!",
                  q.asked as "asked!", q.answered as "answered!", q.not_known as "not_known!",
                  (extract(epoch from greatest(i.created_at - i.event_date_time, interval '0')) / 60)::bigint as "to_report!",
                  (extract(epoch from greatest(i.submitted_at - i.created_at, interval '0')) / 60)::bigint as "to_submission!",
                  (extract(epoch from greatest(a.completed_at - i.submitted_at, interval '0')) / 60)::bigint as to_sign_off,
                  (select coalesce(jsonb_agg(jsonb_build_array(c.incident_type, c.severity, c.is_dismissed,
                                             c.ai_generated and (c.user_modified or c.is_dismissed))), '[]')
                   from incident_classifications c
                   where c.tenant_id = $1 and c.analysis_id = a.id) as "kinds!: Json<Vec<(String, String, bool, bool)>>",
                  coalesce(a.conditions, '[]') as "conditions!: Json<Vec<Condition>>"
           from incidents i
           join tenants t on t.id = i.tenant_id
           left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
           left join incident_analyses a on a.tenant_id = i.tenant_id and a.incident_id = i.id and a.is_current
                and a.analysis_status = 'completed'
           cross join lateral (
               select count(*) as asked, count(*) filter (where r.answer_text <> '') as answered,
                      count(*) filter (where r.not_known) as not_known
               from clarification_questions q
               left join clarification_answers r on r.tenant_id = q.tenant_id and r.question_id = q.id
               where q.tenant_id = $1 and q.incident_id = i.id and q.is_active) as q
           where i.tenant_id = $1 and i.capture_status = 'completed'
             and (i.event_date_time at time zone t.time_zone)::date between $2 and $3
             and ($4::uuid is null or i.site_id = $4) and ($5::uuid is null or i.participant_id = $5)
           order by i.event_date_time, i.id"#,
        tenant_id.uuid(),
        scope.from,
        scope.to,
        scope.site.map(SiteId::uuid),
        scope.participant.map(ParticipantId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut figures = add_up(&rows);
    let spent = sqlx::query!(
        r#"select coalesce(sum(calls), 0)::bigint as "calls!", coalesce(sum(cost_micros), 0)::bigint as "cost!"
           from usage_summaries where tenant_id = $1 and day between $2 and $3"#,
        tenant_id.uuid(),
        scope.from,
        scope.to,
    )
    .fetch_one(tx.connection())
    .await?;
    let suggestions = sqlx::query_scalar!(
        r#"select count(*) as "count!" from incident_classifications c
           join incident_analyses a on a.tenant_id = c.tenant_id and a.id = c.analysis_id
           where c.tenant_id = $1 and c.ai_generated and a.is_current and a.analysis_status = 'completed'
             and a.incident_id = any ($2)"#,
        tenant_id.uuid(),
        &rows.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(),
    )
    .fetch_one(tx.connection())
    .await?;
    figures.ai = AiFigures { calls: spent.calls, cost_micros: spent.cost, suggestions, ..figures.ai };
    Ok(figures)
}

fn add_up(rows: &[RawReport]) -> Figures {
    let mut days: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    let mut kinds: BTreeMap<(IncidentType, Severity), i64> = BTreeMap::new();
    let mut highest: BTreeMap<Severity, i64> = BTreeMap::new();
    let mut participants: BTreeMap<(Option<ParticipantId>, String), i64> = BTreeMap::new();
    let mut sites: BTreeMap<(Option<SiteId>, String), i64> = BTreeMap::new();
    let mut conditions: BTreeMap<(ConditionGroup, String), (String, i64)> = BTreeMap::new();
    let mut hours = [[0; 24]; 7];
    let (mut quality, mut ai) = (Quality::default(), AiFigures::default());
    for row in rows {
        *days.entry(row.day).or_default() += 1;
        let who = (row.participant_id, row.participant_name.clone());
        *participants.entry(who).or_default() += 1;
        *sites.entry((row.site_id, row.site_name.clone().unwrap_or_default())).or_default() += 1;
        let weekday = usize::try_from(row.weekday - 1).ok().and_then(|weekday| hours.get_mut(weekday));
        if let Some(cell) = weekday.and_then(|day| usize::try_from(row.hour).ok().and_then(|hour| day.get_mut(hour))) {
            *cell += 1;
        }
        if let Some(told) = usize::try_from(row.phases).ok().and_then(|told| quality.phases_told.get_mut(told)) {
            *told += 1;
        }
        quality.questions_asked += row.asked;
        quality.questions_answered += row.answered;
        quality.questions_not_known += row.not_known;
        let standing: BTreeSet<_> = row
            .kinds
            .iter()
            .filter(|(.., is_dismissed, _)| !is_dismissed)
            .filter_map(|(kind, severity, ..)| Some((IncidentType::parse(kind)?, Severity::parse(severity)?)))
            .collect();
        ai.overruled += i64::try_from(row.kinds.iter().filter(|(.., is_overruled)| *is_overruled).count()).unwrap_or(0);
        if let Some(most) = standing.iter().map(|(_, severity)| *severity).max() {
            *highest.entry(most).or_default() += 1;
        }
        for kind in standing {
            *kinds.entry(kind).or_default() += 1;
        }
        let mut seen = BTreeSet::new();
        for condition in row.conditions.iter() {
            let words = condition.text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            if seen.insert((condition.group, words.clone())) {
                conditions.entry((condition.group, words)).or_insert_with(|| (condition.text.clone(), 0)).1 += 1;
            }
        }
    }
    let mut conditions: Vec<_> =
        conditions.into_iter().map(|((group, _), (text, reports))| ConditionCount { group, text, reports }).collect();
    conditions.sort_by_key(|condition| std::cmp::Reverse(condition.reports));
    conditions.truncate(10);
    Figures {
        reports: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        signed_off: i64::try_from(rows.iter().filter(|row| row.is_signed_off).count()).unwrap_or(i64::MAX),
        days: days.into_iter().map(|(day, reports)| DayCount { day, reports }).collect(),
        kinds: kinds
            .into_iter()
            .map(|((incident_type, severity), reports)| KindCount { incident_type, severity, reports })
            .collect(),
        highest: highest.into_iter().collect(),
        waits: Stage::ALL.iter().map(|stage| wait(*stage, rows)).collect(),
        participants: most_first(participants),
        sites: most_first(sites),
        hours,
        conditions,
        quality,
        ai,
    }
}

fn most_first<Id>(counts: BTreeMap<(Option<Id>, String), i64>) -> Vec<NamedCount<Id>> {
    let mut counts: Vec<_> = counts.into_iter().map(|((id, name), reports)| NamedCount { id, name, reports }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.reports));
    counts.truncate(10);
    counts
}

fn wait(stage: Stage, rows: &[RawReport]) -> Wait {
    let mut slowest: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let minutes = match stage {
                Stage::EventToReport => Some(row.to_report),
                Stage::ReportToSubmission => Some(row.to_submission),
                Stage::SubmissionToSignOff => row.to_sign_off,
            };
            minutes.map(|minutes| SlowReport { id: row.id, number: row.number, minutes })
        })
        .collect();
    slowest.sort_by_key(|report| std::cmp::Reverse(report.minutes));
    let at = |percent: usize| {
        let index = slowest.len().saturating_sub(1) * (100 - percent) / 100;
        slowest.get(index).and_then(|report| i32::try_from(report.minutes).ok()).map(f64::from)
    };
    let (median_minutes, p90_minutes) = (at(50), at(90));
    let reports = i64::try_from(slowest.len()).unwrap_or(i64::MAX);
    slowest.truncate(3);
    Wait { stage, reports, median_minutes, p90_minutes, slowest }
}
