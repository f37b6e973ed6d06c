//! The reports that waited longest, by stage.

use crate::{
    dashboards::figures::{Scope, SlowReport, Stage},
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId},
    platform::database::TenantTx,
};

/// The slowest reports of a stage.
const SLOWEST: i64 = 3;

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
pub async fn list_slowest(tx: &mut TenantTx, scope: &Scope) -> Result<Vec<(Stage, SlowReport)>, AppError> {
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
pub async fn list_slowest_of(
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
