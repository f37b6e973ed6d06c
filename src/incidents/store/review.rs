//! What reviewing a submitted report reads of it and changes in it.

use crate::{
    error::AppError,
    ids::{IncidentId, NarrativeId, UserId},
    incidents::{
        enhancement::{Enhancement, account_of},
        incident::{AnalysisStatus, CaptureStatus},
        narrative::Narrative,
    },
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// A report that the current transaction holds for itself.
#[derive(Debug, Clone, Copy)]
pub struct LockedIncident {
    pub id: IncidentId,
    pub reporter_id: UserId,
    pub capture_status: CaptureStatus,
    pub submitted_at: Option<DateTime<Utc>>,
}

/// Takes a report for this transaction, whoever wrote it. Whatever decides on it takes it first, and
/// its analysis after that.
pub async fn lock_incident(tx: &mut TenantTx, id: IncidentId) -> Result<LockedIncident, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select reporter_id as "reporter_id: UserId", capture_status, submitted_at
           from incidents where tenant_id = $1 and id = $2 for update"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let capture_status = CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?;
    Ok(LockedIncident { id, reporter_id: row.reporter_id, capture_status, submitted_at: row.submitted_at })
}

/// The account of one version as it was submitted: the enhanced text, or where there is none the
/// reporter's own.
pub async fn find_account(tx: &mut TenantTx, narrative_id: NarrativeId) -> Result<Narrative, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select before_event, during_event, end_event, post_event, enhancement as "enhancement: Json<Enhancement>"
           from incident_narratives where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        narrative_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let original =
        Narrative { before: row.before_event, during: row.during_event, end: row.end_event, after: row.post_event };
    Ok(account_of(&original, row.enhancement.as_deref()))
}

/// Notes how far the managers are.
pub async fn set_analysis_status(tx: &mut TenantTx, id: IncidentId, status: AnalysisStatus) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incidents set analysis_status = $3, updated_at = now() where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        status.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Opens a submitted report for its reporter again, at the account.
pub async fn reopen(tx: &mut TenantTx, id: IncidentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incidents
         set capture_status = 'in_progress', analysis_status = 'not_started', submitted_at = null,
             wizard_step = 'narrative', revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
