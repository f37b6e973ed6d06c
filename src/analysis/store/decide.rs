//! Writing what a manager decides. What was suggested stays beside it.

use super::LockedAnalysis;
use crate::{
    analysis::{
        analysis::{Condition, Evidence, ReviewEvent},
        forms::{ChosenClassification, Decision, MAX_EDIT_SECONDS},
    },
    audit::{event::Action, store as audit},
    error::AppError,
    ids::ClassificationId,
    incidents::store::SUBJECT,
    platform::database::TenantTx,
};
use serde_json::{Value, json};
use sqlx::types::Json;

/// Accepts, dismisses or restores a classification of this analysis.
pub async fn decide(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    id: ClassificationId,
    decision: Decision,
    notes: &str,
    edit_seconds: i32,
) -> Result<(), AppError> {
    let edit = Edit { is_change: decision != Decision::Accept, seconds: edit_seconds };
    note_review(tx, analysis, edit, json!({ "decision": decision, "classification": id })).await?;
    match decision {
        Decision::Accept => accept(tx, analysis, id).await,
        Decision::Dismiss => dismiss(tx, analysis, id, notes).await,
        Decision::Restore => restore(tx, analysis, id).await,
    }
}

async fn accept(tx: &mut TenantTx, analysis: &LockedAnalysis, id: ClassificationId) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let accepted = sqlx::query!(
        "update incident_classifications
         set user_reviewed = true, is_dismissed = false, reviewed_by = $4, reviewed_at = now(), updated_at = now()
         where tenant_id = $1 and analysis_id = $2 and id = $3",
        tenant_id.uuid(),
        analysis.id.uuid(),
        id.uuid(),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    require_found(accepted.rows_affected())
}

async fn dismiss(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    id: ClassificationId,
    notes: &str,
) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let dismissed = sqlx::query!(
        "update incident_classifications
         set is_dismissed = true, user_reviewed = true, review_notes = $5, reviewed_by = $4, reviewed_at = now(),
             updated_at = now()
         where tenant_id = $1 and analysis_id = $2 and id = $3",
        tenant_id.uuid(),
        analysis.id.uuid(),
        id.uuid(),
        user_id.map(|id| id.uuid()),
        notes,
    )
    .execute(tx.connection())
    .await?;
    require_found(dismissed.rows_affected())
}

/// A suggestion is as it was made and waits for a decision; a person's own stands again.
async fn restore(tx: &mut TenantTx, analysis: &LockedAnalysis, id: ClassificationId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let restored = sqlx::query!(
        "update incident_classifications
         set is_dismissed = false, user_modified = false, user_reviewed = not ai_generated,
             incident_type = coalesce(original_ai_classification ->> 'incident_type', incident_type),
             severity = coalesce(original_ai_classification ->> 'severity', severity),
             review_notes = case when ai_generated then '' else review_notes end,
             reviewed_by = case when ai_generated then null else reviewed_by end,
             reviewed_at = case when ai_generated then null else reviewed_at end,
             updated_at = now()
         where tenant_id = $1 and analysis_id = $2 and id = $3",
        tenant_id.uuid(),
        analysis.id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    require_found(restored.rows_affected())
}

/// Changes type, severity and notes; the classification stands by that.
pub async fn change(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    id: ClassificationId,
    chosen: &ChosenClassification,
    edit_seconds: i32,
) -> Result<(), AppError> {
    let details = json!({
        "decision": "change",
        "classification": id,
        "incident_type": chosen.incident_type,
        "severity": chosen.severity,
    });
    note_review(tx, analysis, Edit { is_change: true, seconds: edit_seconds }, details).await?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let changed = sqlx::query!(
        "update incident_classifications
         set incident_type = $4, severity = $5, review_notes = $6, user_reviewed = true, is_dismissed = false,
             user_modified = ai_generated and ($4, $5) is distinct from
                 (original_ai_classification ->> 'incident_type', original_ai_classification ->> 'severity'),
             reviewed_by = $7, reviewed_at = now(), updated_at = now()
         where tenant_id = $1 and analysis_id = $2 and id = $3",
        tenant_id.uuid(),
        analysis.id.uuid(),
        id.uuid(),
        chosen.incident_type.as_str(),
        chosen.severity.as_str(),
        chosen.notes,
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    require_found(changed.rows_affected())
}

/// Adds a person's own classification, which is reviewed by that.
pub async fn add(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    chosen: &ChosenClassification,
    evidence: Option<Evidence>,
    edit_seconds: i32,
) -> Result<ClassificationId, AppError> {
    let id = ClassificationId::generate();
    let details = json!({
        "decision": "add",
        "classification": id,
        "incident_type": chosen.incident_type,
        "severity": chosen.severity,
    });
    note_review(tx, analysis, Edit { is_change: true, seconds: edit_seconds }, details).await?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let evidence: Vec<_> = evidence.into_iter().collect();
    sqlx::query!(
        "insert into incident_classifications
             (tenant_id, id, analysis_id, incident_type, severity, review_notes, supporting_evidence, ai_generated,
              user_reviewed, classified_by, reviewed_by, reviewed_at, position)
         select $1, $2, $3, $4, $5, $6, $7, false, true, $8, $8, now(), coalesce(max(position), 0) + 1
         from incident_classifications where tenant_id = $1 and analysis_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        analysis.id.uuid(),
        chosen.incident_type.as_str(),
        chosen.severity.as_str(),
        chosen.notes,
        Json(evidence) as _,
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Saves all conditions in place of those that stand. Nothing is written where nothing changed.
pub async fn save_conditions(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    conditions: &[Condition],
    edit_seconds: i32,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let saved = sqlx::query!(
        "update incident_analyses
         set conditions = $3, conditions_edited = $3 is distinct from conditions_original
         where tenant_id = $1 and id = $2 and conditions is distinct from $3",
        tenant_id.uuid(),
        analysis.id.uuid(),
        Json(conditions) as _,
    )
    .execute(tx.connection())
    .await?;
    if saved.rows_affected() == 0 {
        return Ok(());
    }
    let details = json!({ "decision": "conditions", "conditions": conditions.len() });
    note_review(tx, analysis, Edit { is_change: true, seconds: edit_seconds }, details).await
}

/// What counts of a review.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// Whether something is now otherwise than it was suggested or decided before.
    is_change: bool,
    /// As the browser says.
    seconds: i32,
}

/// The analysis has been reviewed: its state, revision, counts and the audit trail say so.
async fn note_review(tx: &mut TenantTx, analysis: &LockedAnalysis, edit: Edit, details: Value) -> Result<(), AppError> {
    let state = analysis.state.after(ReviewEvent::Reviewed)?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    sqlx::query!(
        "update incident_analyses
         set analysis_status = $3, revision = revision + 1, revision_count = revision_count + $4,
             total_edit_time_s = total_edit_time_s + $5, reviewed_by = $6, reviewed_at = now(), updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        analysis.id.uuid(),
        state.as_str(),
        i32::from(edit.is_change),
        edit.seconds.clamp(0, MAX_EDIT_SECONDS),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::AnalysisEdited, SUBJECT, analysis.incident.id.uuid(), details).await
}

fn require_found(rows: u64) -> Result<(), AppError> {
    if rows == 1 { Ok(()) } else { Err(AppError::NotFound) }
}
