//! Running a step.

use super::{BUILT_IN, provider::FallbackReason, verbatim::find_quote};
use crate::{
    analysis::analysis::{Condition, ConditionGroup, IncidentType, Severity, SuggestedClassification},
    error::AppError,
    ids::{CorrelationId, IncidentId, TenantId, UserId},
    incidents::narrative::{Narrative, Phase},
    platform::{Services, database::TenantTx},
    prompts::store::{self as prompts, PromptVersion, WorkflowStep},
};
use std::time::Duration;
use unicode_segmentation::UnicodeSegmentation;

/// Who asks for a step, and for what.
#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant_id: TenantId,
    pub user_id: Option<UserId>,
    pub incident_id: Option<IncidentId>,
    pub correlation_id: CorrelationId,
    pub is_trial: bool,
}

/// What a step made.
#[derive(Debug, Clone)]
pub struct Made<T> {
    pub output: T,
    pub maker: Maker,
}

/// Who made it.
#[derive(Debug, Clone)]
pub struct Maker {
    /// "built-in", or provider and model.
    pub model: String,
    pub prompt: PromptVersion,
    pub fallback: Option<FallbackReason>,
    pub latency: Duration,
}

/// Contributing conditions, and how sure the maker is of them.
pub async fn conditions(
    services: &Services,
    caller: &Caller,
    account: &Narrative,
) -> Result<Made<(Vec<Condition>, f32)>, AppError> {
    let maker = built_in(services, caller, WorkflowStep::AnalyseConditions).await?;
    Ok(Made { output: built_in_conditions(account), maker })
}

/// Classifications.
pub async fn classifications(
    services: &Services,
    caller: &Caller,
    account: &Narrative,
) -> Result<Made<Vec<SuggestedClassification>>, AppError> {
    let maker = built_in(services, caller, WorkflowStep::ClassifyIncident).await?;
    Ok(Made { output: built_in_classifications(account), maker })
}

async fn built_in(services: &Services, caller: &Caller, step: WorkflowStep) -> Result<Maker, AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    let prompt = prompts::find_active(&mut tx, step).await?;
    Ok(Maker { model: BUILT_IN.to_owned(), prompt, fallback: None, latency: Duration::from_millis(1) })
}

/// What the built-in engine says of an account.
pub fn built_in_conditions(account: &Narrative) -> (Vec<Condition>, f32) {
    let group = |phase| match phase {
        Phase::Before => ConditionGroup::Human,
        Phase::During => ConditionGroup::Environmental,
        Phase::End => ConditionGroup::Systemic,
        Phase::After => ConditionGroup::Procedural,
    };
    let conditions = Phase::ALL
        .into_iter()
        .filter_map(|phase| {
            let evidence = find_quote(account, first_sentence(account.phase(phase))?)?;
            Some(Condition {
                group: group(phase),
                text: format!("What was told of \"{}\".", phase.label()),
                evidence: Some(evidence),
            })
        })
        .collect();
    (conditions, 0.6)
}

/// What the built-in engine says of an account.
pub fn built_in_classifications(account: &Narrative) -> Vec<SuggestedClassification> {
    [
        (Phase::During, IncidentType::Medical, Severity::Medium, 0.78),
        (Phase::Before, IncidentType::Environmental, Severity::Low, 0.45),
    ]
    .into_iter()
    .filter_map(|(phase, incident_type, severity, confidence)| {
        let evidence = vec![find_quote(account, first_sentence(account.phase(phase))?)?];
        Some(SuggestedClassification { incident_type, severity, confidence, evidence })
    })
    .collect()
}

fn first_sentence(text: &str) -> Option<&str> {
    text.unicode_sentences().next().map(str::trim).filter(|sentence| !sentence.is_empty())
}
