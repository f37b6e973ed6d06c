//! Writing what was suggested, once.

use super::{LockedAnalysis, find_locked};
use crate::{
    ai::run::{Made, Maker},
    analysis::analysis::{Condition, ReviewEvent, SuggestedClassification},
    error::AppError,
    ids::{AnalysisId, ClassificationId, IncidentId, NarrativeId},
    incidents::{incident::AnalysisStatus, store::review},
    platform::database::TenantTx,
};
use sqlx::types::Json;

/// Everything that is suggested about one account.
#[derive(Debug, Clone)]
pub struct Suggestions {
    pub conditions: Made<(Vec<Condition>, f32)>,
    pub classifications: Made<Vec<SuggestedClassification>>,
}

/// Makes the current analysis of a submitted account, without suggestions yet. Its revision goes on from
/// the last one's, so that no page made from an older analysis fits it.
pub async fn insert_analysis(
    tx: &mut TenantTx,
    id: AnalysisId,
    incident_id: IncidentId,
    narrative_id: NarrativeId,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into incident_analyses (tenant_id, id, incident_id, narrative_id, revision)
         select $1, $2, $3, $4, coalesce(max(revision), 0) + 1
         from incident_analyses where tenant_id = $1 and incident_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        incident_id.uuid(),
        narrative_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The analysis for which suggestions are wanted, held by this transaction: `id` itself, or the one that
/// it replaces. None if nobody waits for them any more: they are there already, a person has decided
/// something meanwhile, or the report went back.
pub async fn lock_awaited(
    tx: &mut TenantTx,
    incident_id: IncidentId,
    id: AnalysisId,
    replaces: Option<AnalysisId>,
) -> Result<Option<LockedAnalysis>, AppError> {
    let incident = review::lock_incident(tx, incident_id).await?;
    let current = find_locked(tx, incident).await?;
    let (awaited, event) = match replaces {
        Some(replaced) => (replaced, ReviewEvent::Replaced),
        None => (id, ReviewEvent::Suggested),
    };
    Ok(current.filter(|current| current.id == awaited && current.state.after(event).is_ok()))
}

/// Puts a new analysis in the place of one that nobody has reviewed; the old one is kept.
pub async fn replace(tx: &mut TenantTx, old: &LockedAnalysis, id: AnalysisId) -> Result<(), AppError> {
    set_aside(tx, old.id).await?;
    insert_analysis(tx, id, old.incident.id, old.narrative_id).await
}

/// An analysis is no longer the current one.
pub async fn set_aside(tx: &mut TenantTx, id: AnalysisId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incident_analyses set is_current = false, updated_at = now() where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes suggestions into an analysis that has none.
pub async fn fill(
    tx: &mut TenantTx,
    incident_id: IncidentId,
    id: AnalysisId,
    suggestions: &Suggestions,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let Made { output: (conditions, confidence), maker } = &suggestions.conditions;
    // Both steps ran side by side.
    let took = maker.latency.max(suggestions.classifications.maker.latency);
    let filled = sqlx::query!(
        "update incident_analyses
         set analysis_status = 'ai_generated', conditions = $3, conditions_original = $3, conditions_confidence = $4,
             conditions_model = $5, conditions_prompt_tenant_id = $6, conditions_prompt_id = $7,
             conditions_fallback_reason = $8, processing_time_ms = $9, analyzed_at = now(), updated_at = now(),
             revision = revision + 1
         where tenant_id = $1 and id = $2 and analysis_status = 'draft'",
        tenant_id.uuid(),
        id.uuid(),
        Json(conditions) as _,
        confidence.clamp(0.0, 1.0),
        maker.model,
        maker.prompt.tenant_id.uuid(),
        maker.prompt.id.uuid(),
        maker.fallback.map(|reason| reason.as_str()),
        i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await?;
    if filled.rows_affected() != 1 {
        return Err(AppError::Internal);
    }
    insert_classifications(tx, id, &suggestions.classifications.output, &suggestions.classifications.maker).await?;
    review::set_analysis_status(tx, incident_id, AnalysisStatus::InProgress).await
}

/// One statement, however many there are.
async fn insert_classifications(
    tx: &mut TenantTx,
    id: AnalysisId,
    suggested: &[SuggestedClassification],
    maker: &Maker,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = suggested.iter().map(|_| ClassificationId::generate().uuid()).collect();
    let types: Vec<_> = suggested.iter().map(|one| one.incident_type.as_str().to_owned()).collect();
    let severities: Vec<_> = suggested.iter().map(|one| one.severity.as_str().to_owned()).collect();
    let confidences: Vec<_> = suggested.iter().map(|one| one.confidence.clamp(0.0, 1.0)).collect();
    let evidence = to_json(suggested.iter().map(|one| &one.evidence))?;
    let originals = to_json(suggested.iter())?;
    sqlx::query!(
        "insert into incident_classifications
             (tenant_id, id, analysis_id, incident_type, severity, confidence_score, supporting_evidence, ai_generated,
              original_ai_classification, ai_model, prompt_tenant_id, prompt_id, fallback_reason, position)
         select $1, new.id, $2, new.incident_type, new.severity, new.confidence, new.evidence, true,
                new.original, $3, $4, $5, $6, new.position
         from unnest($7::uuid[], $8::text[], $9::text[], $10::real[], $11::jsonb[], $12::jsonb[])
              with ordinality as new (id, incident_type, severity, confidence, evidence, original, position)",
        tenant_id.uuid(),
        id.uuid(),
        maker.model,
        maker.prompt.tenant_id.uuid(),
        maker.prompt.id.uuid(),
        maker.fallback.map(|reason| reason.as_str()),
        &ids,
        &types,
        &severities,
        &confidences,
        &evidence,
        &originals,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn to_json<T: serde::Serialize>(values: impl Iterator<Item = T>) -> Result<Vec<serde_json::Value>, AppError> {
    values.map(|value| serde_json::to_value(value).map_err(|_| AppError::Internal)).collect()
}
