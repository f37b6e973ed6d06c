//! The queries of the home pages; those of the figures are in `store/figures.rs`. The only store that reads
//! across capabilities.

pub mod figures;
pub mod overview;
pub mod views;

use super::home::{Counts, KnowledgeCounts, STUCK_AFTER_HOURS};
use crate::{
    error::AppError,
    ids::{IncidentId, UserId},
    incidents::{
        incident::{OverallStatus, WizardStep},
        record::IncidentRow,
    },
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use sqlx::postgres::types::PgInterval;

struct RawRow {
    id: IncidentId,
    number: i64,
    participant_name: String,
    headline: String,
    event_date_time: DateTime<Utc>,
    reporter_id: UserId,
    reporter_name: String,
    site_name: Option<String>,
    overall_status: String,
    wizard_step: String,
    submitted_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    question: Option<String>,
}

fn into_rows(rows: Vec<RawRow>) -> Result<Vec<IncidentRow>, AppError> {
    rows.into_iter()
        .map(|row| {
            Ok(IncidentRow {
                id: row.id,
                number: row.number,
                participant_name: row.participant_name,
                headline: row.headline,
                event_date_time: row.event_date_time,
                reporter_id: row.reporter_id,
                reporter_name: row.reporter_name,
                site_name: row.site_name,
                overall_status: OverallStatus::parse(&row.overall_status).ok_or(AppError::Internal)?,
                wizard_step: WizardStep::parse(&row.wizard_step).ok_or(AppError::Internal)?,
                submitted_at: row.submitted_at,
                updated_at: row.updated_at,
                findings: Vec::new(),
                question: row.question,
            })
        })
        .collect()
}

/// The columns of a line; what differs is which lines and in which order.
macro_rules! select_rows {
    ($condition:literal, $tx:expr $(, $argument:expr)* $(,)?) => {{
        let tenant_id = $tx.tenant_id();
        into_rows(
            sqlx::query_as!(
                RawRow,
                r#"select i.id as "id: IncidentId", i.number, i.participant_name, i.headline, i.event_date_time,
                          i.reporter_id as "reporter_id: UserId", i.reporter_name, s.name as "site_name?",
                          i.overall_status as "overall_status!", i.wizard_step, i.submitted_at, i.updated_at,
                          (select r.question from incident_returns r
                           where r.tenant_id = $1 and r.incident_id = i.id and r.answered_at is null
                           order by r.asked_at desc limit 1) as question
                   from incidents i left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
                   where i.tenant_id = $1 and "#
                    + $condition,
                tenant_id.uuid(),
                $($argument,)*
            )
            .fetch_all($tx.connection())
            .await?,
        )
    }};
}

/// Submitted reports that wait for a reviewer, the longest-waiting first.
pub async fn list_queue(tx: &mut TenantTx, limit: i64) -> Result<Vec<IncidentRow>, AppError> {
    select_rows!("i.overall_status = 'analysis_pending' order by i.submitted_at, i.id limit $2", tx, limit)
}

/// Drafts that nobody has touched for a while, the longest-forgotten first.
pub async fn list_stuck(tx: &mut TenantTx, limit: i64) -> Result<Vec<IncidentRow>, AppError> {
    select_rows!(
        "i.overall_status = 'capture_pending' and i.updated_at < now() - $2::interval order by i.updated_at, i.id limit $3",
        tx,
        stuck_after(),
        limit,
    )
}

/// The person's drafts, the latest touched first.
pub async fn list_own_drafts(tx: &mut TenantTx, user_id: UserId, limit: i64) -> Result<Vec<IncidentRow>, AppError> {
    select_rows!(
        "i.reporter_id = $2 and i.overall_status = 'capture_pending' order by i.updated_at desc, i.id desc limit $3",
        tx,
        user_id.uuid(),
        limit,
    )
}

/// The person's submitted reports, the latest first.
pub async fn list_own_recent(tx: &mut TenantTx, user_id: UserId, limit: i64) -> Result<Vec<IncidentRow>, AppError> {
    select_rows!(
        "i.reporter_id = $2 and i.capture_status = 'completed' order by i.submitted_at desc, i.id desc limit $3",
        tx,
        user_id.uuid(),
        limit,
    )
}

/// How many reports are where.
pub async fn count_reports(tx: &mut TenantTx) -> Result<Counts, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Counts,
        // Each by an index of its own; together they would read every report.
        r#"select waiting.reports as "waiting_for_review!", drafts.stuck as "stuck_drafts!", drafts.open as "open_drafts!",
                  submitted.last_week as "submitted_last_week!", submitted.week_before as "submitted_week_before!"
           from (select count(*) as reports from incidents
                 where tenant_id = $1 and overall_status = 'analysis_pending') waiting,
                (select count(*) as open, count(*) filter (where updated_at < now() - $2::interval) as stuck
                 from incidents where tenant_id = $1 and overall_status = 'capture_pending') drafts,
                (select count(*) filter (where submitted_at >= now() - interval '7 days') as last_week,
                        count(*) filter (where submitted_at < now() - interval '7 days') as week_before
                 from incidents where tenant_id = $1 and submitted_at >= now() - interval '14 days') submitted"#,
        tenant_id.uuid(),
        stuck_after(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// What waits in the knowledge base.
pub async fn count_knowledge(tx: &mut TenantTx) -> Result<KnowledgeCounts, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        KnowledgeCounts,
        r#"select (select count(*) from knowledge_gaps where tenant_id = $1 and status = 'open') as "open_gaps!",
                  (select count(*) from documents
                   where tenant_id = $1 and processing_status = 'failed' and archived_at is null) as "failed_documents!""#,
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

fn stuck_after() -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: STUCK_AFTER_HOURS * 3_600_000_000 }
}
