// merge: replaced by the runner of steps.
//! Runs a step for somebody.

use super::{BUILT_IN, builtin::clarify, provider::FallbackReason};
use crate::{
    clarification::store as clarification,
    error::AppError,
    ids::{CorrelationId, IncidentId, TenantId, UserId},
    incidents::{jobs::enhance_narrative, narrative::Phase, store as incidents},
    platform::{Services, database::TenantTx},
    prompts::{step::WorkflowStep, store::ActivePrompt},
};
use serde_json::{Value, json};

/// For whom a step runs.
#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant_id: TenantId,
    pub user_id: Option<UserId>,
    pub incident_id: Option<IncidentId>,
    pub correlation_id: CorrelationId,
    pub is_trial: bool,
}

/// What a step made in a try-out.
#[derive(Debug, Clone)]
pub struct TriedOutput {
    pub output: Value,
    /// "built-in", or provider and model.
    pub maker: String,
    /// Why the built-in engine had to answer.
    pub problem: Option<FallbackReason>,
}

/// Runs a step on a report with this version, changing nothing.
pub async fn try_step(
    services: &Services,
    caller: &Caller,
    step: WorkflowStep,
    incident_id: IncidentId,
    _prompt: &ActivePrompt,
) -> Result<TriedOutput, AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    let (participant_name, location) = incidents::find_subject(&mut tx, incident_id).await?;
    let current = incidents::find_narrative(&mut tx, incident_id).await?.ok_or(AppError::NotFound)?;
    let questions = clarification::list_questions(&mut tx, incident_id, None).await?;
    drop(tx);
    let subject = clarify::Context { participant_name: &participant_name, location: &location };
    let enhancement = enhance_narrative(&current.narrative, &questions);
    let phases = Phase::ALL.into_iter().map(|phase| match step {
        WorkflowStep::GenerateQuestions => {
            let questions: Vec<_> = clarify::questions(&current.narrative, phase, &subject)
                .into_iter()
                .map(|draft| json!({ "topic": draft.topic, "text": draft.text, "purpose": draft.purpose }))
                .collect();
            json!({ "phase": phase, "questions": questions })
        }
        _ => json!({ "phase": phase, "sentences": enhancement.sentences(phase) }),
    });
    let output = match step {
        WorkflowStep::GenerateQuestions | WorkflowStep::EnhanceNarrative => {
            json!({ "phases": phases.collect::<Vec<_>>() })
        }
        WorkflowStep::AnalyseConditions => json!({ "conditions": [], "confidence": 0.0 }),
        WorkflowStep::ClassifyIncident => json!({ "classifications": [] }),
    };
    Ok(TriedOutput { output, maker: BUILT_IN.to_owned(), problem: None })
}
