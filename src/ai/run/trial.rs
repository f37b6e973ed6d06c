//! Trying one version of a template on an incident of the past.

use super::{
    Caller, Made, Maker,
    classification::Classify,
    conditions::Conditions,
    enhancement::{Enhance, answers_of},
    questions::Questions,
    run,
};
use crate::{
    ai::provider::FallbackReason,
    clarification::store as clarification,
    error::AppError,
    ids::IncidentId,
    incidents::{narrative::Phase, store as incidents},
    platform::{Services, database::TenantTx},
    prompts::store::{ActivePrompt, WorkflowStep},
};
use serde::Serialize;
use serde_json::{Value, json};

/// What one version of a template makes of an incident; the incident stays as it is.
#[derive(Debug, Clone)]
pub struct TriedOutput {
    pub output: Value,
    /// As [`Maker::model`].
    pub maker: String,
    pub problem: Option<FallbackReason>,
}

/// Takes a step for a past incident with a given version of its template.
pub async fn try_step(
    services: &Services,
    caller: &Caller,
    step: WorkflowStep,
    incident_id: IncidentId,
    prompt: &ActivePrompt,
) -> Result<TriedOutput, AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    let (participant_name, location) = incidents::find_subject(&mut tx, incident_id).await?;
    let current = incidents::find_narrative(&mut tx, incident_id).await?.ok_or(AppError::NotFound)?;
    let asked = clarification::list_questions(&mut tx, incident_id, None).await?;
    tx.commit().await?;
    match step {
        WorkflowStep::GenerateQuestions => {
            let mut all = Vec::new();
            for phase in Phase::ALL {
                let step = Questions {
                    narrative: &current.narrative,
                    phase,
                    participant_name: &participant_name,
                    location: &location,
                };
                all.push(run(services, caller, &step, Some(prompt)).await?);
            }
            Ok(tried("questions", all))
        }
        WorkflowStep::EnhanceNarrative => {
            let mut all = Vec::new();
            for phase in Phase::ALL {
                let answers = answers_of(&asked, phase);
                let step = Enhance { phase, original: current.narrative.phase(phase), answers: &answers };
                all.push(run(services, caller, &step, Some(prompt)).await?);
            }
            Ok(tried("sentences", all))
        }
        WorkflowStep::AnalyseConditions => {
            let account = current.account();
            let step = Conditions { account: &account, participant_name: &participant_name };
            let Made { output: (conditions, confidence), maker } = run(services, caller, &step, Some(prompt)).await?;
            Ok(tried_by(json!({ "conditions": conditions, "confidence": confidence }), maker))
        }
        WorkflowStep::ClassifyIncident => {
            let account = current.account();
            let step = Classify { account: &account, participant_name: &participant_name };
            let Made { output, maker } = run(services, caller, &step, Some(prompt)).await?;
            Ok(tried_by(json!({ "classifications": output }), maker))
        }
        WorkflowStep::AnswerQuestion | WorkflowStep::SummariseChat => Err(AppError::NotFound),
    }
}

fn tried_by(output: Value, maker: Maker) -> TriedOutput {
    TriedOutput { output, maker: maker.model, problem: maker.fallback }
}

/// The phases' lists, each under its phase. A phase that the built-in engine had to answer marks the
/// whole.
fn tried<T: Serialize>(what: &str, made: Vec<Made<Vec<T>>>) -> TriedOutput {
    let problem = made.iter().find_map(|made| made.maker.fallback);
    let maker = made.first().map(|made| made.maker.model.clone()).unwrap_or_default();
    let phases: Vec<_> =
        Phase::ALL.into_iter().zip(&made).map(|(phase, made)| json!({ "phase": phase, what: made.output })).collect();
    TriedOutput { output: json!({ "phases": phases }), maker, problem }
}
