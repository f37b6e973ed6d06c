//! The end of an analysis: signed off, or its report goes back to its reporter.

use super::{LockedAnalysis, suggest};
use crate::{
    analysis::{
        analysis::{ReviewEvent, Verdict, require_decided},
        jobs::AnalyseIncident,
        record::Return,
    },
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{IncidentId, ReturnId},
    incidents::{
        incident::AnalysisStatus,
        store::{SUBJECT, review},
    },
    jobs::{queue::Job, store as jobs},
    notifications::{notification::NotificationKind, store as notifications},
    platform::database::TenantTx,
};
use serde_json::json;

/// Signs an analysis off, if everything in it is decided; its reporter is told.
pub async fn sign_off(tx: &mut TenantTx, analysis: &LockedAnalysis) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let state = analysis.state.after(ReviewEvent::SignedOff)?;
    let verdicts = list_verdicts(tx, analysis).await?;
    require_decided(&verdicts)?;
    sqlx::query!(
        "update incident_analyses
         set analysis_status = $3, completed_by = $4, completed_at = now(), revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        analysis.id.uuid(),
        state.as_str(),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    let incident = analysis.incident;
    review::set_analysis_status(tx, incident.id, AnalysisStatus::Completed).await?;
    let dismissed = verdicts.iter().filter(|verdict| **verdict == Verdict::Dismissed).count();
    let details = json!({ "analysis": analysis.id, "classifications": verdicts.len(), "dismissed": dismissed });
    audit::record(tx, Action::AnalysisSignedOff, SUBJECT, incident.id.uuid(), details).await?;
    notifications::notify_person(tx, incident.reporter_id, NotificationKind::IncidentSignedOff, incident.id).await
}

async fn list_verdicts(tx: &mut TenantTx, analysis: &LockedAnalysis) -> Result<Vec<Verdict>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        "select user_reviewed, is_dismissed from incident_classifications where tenant_id = $1 and analysis_id = $2",
        tenant_id.uuid(),
        analysis.id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Verdict::of(row.user_reviewed, row.is_dismissed)).collect())
}

/// Sends a report back to its reporter with a question. The analysis is kept and current no longer; work
/// on it that still waits is withdrawn.
pub async fn send_back(tx: &mut TenantTx, analysis: &LockedAnalysis, question: &str) -> Result<(), AppError> {
    analysis.state.after(ReviewEvent::SentBack)?;
    let incident = analysis.incident;
    insert_return(tx, analysis, question).await?;
    suggest::set_aside(tx, analysis.id).await?;
    review::reopen(tx, incident.id).await?;
    jobs::withdraw(tx, AnalyseIncident::JOB_NAME, incident.id.uuid()).await?;
    let details = json!({ "analysis": analysis.id, "state": analysis.state });
    audit::record(tx, Action::IncidentReturned, SUBJECT, incident.id.uuid(), details).await?;
    notifications::notify_person(tx, incident.reporter_id, NotificationKind::IncidentReturned, incident.id).await
}

async fn insert_return(tx: &mut TenantTx, analysis: &LockedAnalysis, question: &str) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    sqlx::query!(
        "insert into incident_returns (tenant_id, id, incident_id, question, asked_by, submitted_at)
         values ($1, $2, $3, $4, $5, $6)",
        tenant_id.uuid(),
        ReturnId::generate().uuid(),
        analysis.incident.id.uuid(),
        question,
        user_id.ok_or(AppError::Forbidden)?.uuid(),
        analysis.incident.submitted_at.ok_or(AppError::Internal)?,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The questions with which a report went back, the latest first.
pub async fn list_returns(tx: &mut TenantTx, id: IncidentId) -> Result<Vec<Return>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Return,
        "select r.question, m.display_name as asked_by, r.asked_at, r.answered_at
         from incident_returns r join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.asked_by
         where r.tenant_id = $1 and r.incident_id = $2
         order by r.asked_at desc, r.id desc",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The question that the reporter has to answer now, if the report came back.
pub async fn find_open_return(tx: &mut TenantTx, id: IncidentId) -> Result<Option<Return>, AppError> {
    Ok(list_returns(tx, id).await?.into_iter().find(|one| one.answered_at.is_none()))
}

/// The report is submitted again, and with it the question is answered.
pub async fn answer_return(tx: &mut TenantTx, id: IncidentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incident_returns set answered_at = now()
         where tenant_id = $1 and incident_id = $2 and answered_at is null",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
