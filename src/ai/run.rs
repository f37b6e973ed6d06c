//! One step, from its input to an output that keeps the step's schema and rules: by the provider that
//! the tenant has chosen, or else by the built-in engine.
//!
//! What goes out is masked and rid of sentences that talk to the machine; what comes back is
//! unmasked, validated, given one chance of repair, and otherwise replaced by the built-in engine's
//! own output with the reason beside it. No transaction is open while a provider is asked.

mod call;
mod classification;
mod conditions;
mod enhancement;
mod questions;
pub mod text;
mod trial;

pub use classification::classifications;
pub use conditions::conditions;
pub use enhancement::{answers_of, enhancement};
pub use questions::questions;
pub use trial::{TriedOutput, try_step};

use super::{BUILT_IN, BUILT_IN_WITH_MEANING, masking::Masker, provider::FallbackReason, store::known_names};
use crate::{
    error::AppError,
    ids::{CorrelationId, IncidentId, TenantId, UserId},
    incidents::{
        narrative::{Narrative, Phase},
        store as incidents,
    },
    platform::{Services, database::TenantTx},
    prompts::store::{self as prompts, ActivePrompt, PromptVersion, WorkflowStep},
    providers::route::{Route, find_route},
    usage::{
        ledger::{CallStep, Outcome},
        price::ModelPrice,
        store::{self as ledger, CallResult, CallSubject},
    },
};
use call::{Call, Question, Reserved};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{
    future::ready,
    time::{Duration, Instant},
};

/// For whom a step is taken.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub tenant_id: TenantId,
    /// Whose limit it counts against, if a person started it.
    pub user_id: Option<UserId>,
    pub incident_id: Option<IncidentId>,
    pub correlation_id: CorrelationId,
    /// A try-out of a template: counted, but not as work.
    pub is_trial: bool,
}

/// What a step made, and who made it.
#[derive(Debug, Clone)]
pub struct Made<T> {
    pub output: T,
    pub maker: Maker,
}

/// Who made something.
#[derive(Debug, Clone)]
pub struct Maker {
    /// [`BUILT_IN`] or [`BUILT_IN_WITH_MEANING`], or the provider's name and the model.
    pub model: String,
    pub prompt: PromptVersion,
    /// Why the built-in engine had to stand in.
    pub fallback: Option<FallbackReason>,
    pub latency: Duration,
}

impl Maker {
    /// The built-in engine, by choice.
    pub fn built_in(prompt: PromptVersion) -> Self {
        Self { model: BUILT_IN.to_owned(), prompt, fallback: None, latency: Duration::ZERO }
    }
}

/// A step with its input.
trait Step: Sync {
    const STEP: WorkflowStep;
    /// As a provider writes it.
    type Wire: Serialize + DeserializeOwned + Send;
    /// As the product keeps it.
    type Output: Serialize + Send;

    /// The values of the template's variables.
    fn input(&self) -> Result<Map<String, Value>, AppError>;

    /// What the provider wrote, held against the input. `is_last` forgives what can be left out; the
    /// problems are sentences for the provider.
    fn accept(&self, wire: Self::Wire, is_last: bool) -> Result<Self::Output, Vec<String>>;

    /// The built-in engine's own answer.
    fn built_in(&self) -> Self::Output;

    /// The same with what the account means, for a step that goes by that too; nothing where it can't.
    fn built_in_with_meaning(&self, _services: &Services) -> impl Future<Output = Option<Self::Output>> + Send {
        ready(None)
    }
}

async fn run<S: Step>(
    services: &Services,
    caller: &Caller,
    step: &S,
    trial: Option<&ActivePrompt>,
) -> Result<Made<S::Output>, AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    let prompt = match trial {
        Some(prompt) => prompt.clone(),
        None => prompts::find_active(&mut tx, S::STEP).await?,
    };
    let route = find_route(&mut tx, S::STEP, caller.user_id, prompt.ai_model.as_deref()).await?;
    let known = match &route {
        Route::Provider(_) => Some(known_names(&mut tx, caller.incident_id).await?),
        Route::BuiltIn | Route::Fallback(_) => None,
    };
    tx.commit().await?;
    let reason = match (route, known) {
        (Route::Provider(access), Some(known)) => {
            let price = ModelPrice::of(access.kind, &access.model);
            let call = Call { services, caller, prompt: &prompt, access: &access, price };
            match call.ask(step, Masker::new(&known)).await? {
                Ok(made) => return Ok(made),
                Err(reason) => Some(reason),
            }
        }
        (Route::Fallback(reason), _) => Some(reason),
        _ => None,
    };
    answer_built_in(services, caller, step, prompt.version, reason).await
}

async fn answer_built_in<S: Step>(
    services: &Services,
    caller: &Caller,
    step: &S,
    prompt: PromptVersion,
    fallback: Option<FallbackReason>,
) -> Result<Made<S::Output>, AppError> {
    let started = Instant::now();
    let (output, model) = match step.built_in_with_meaning(services).await {
        Some(output) => (output, BUILT_IN_WITH_MEANING),
        None => (step.built_in(), BUILT_IN),
    };
    let maker = Maker { model: model.to_owned(), prompt, fallback, latency: started.elapsed() };
    record_built_in(services, caller, S::STEP, &maker).await?;
    Ok(Made { output, maker })
}

/// Writes down that the built-in engine answered.
async fn record_built_in(
    services: &Services,
    caller: &Caller,
    step: WorkflowStep,
    maker: &Maker,
) -> Result<(), AppError> {
    let result = CallResult {
        outcome: Outcome::Succeeded,
        problem: maker.fallback,
        input_tokens: 0,
        output_tokens: 0,
        cost_micros: 0,
        latency: maker.latency,
    };
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    ledger::record(&mut tx, &subject(caller, step, maker.prompt, BUILT_IN, &maker.model), &result).await?;
    tx.commit().await
}

fn subject(caller: &Caller, step: WorkflowStep, prompt: PromptVersion, provider: &str, model: &str) -> CallSubject {
    CallSubject {
        step: CallStep::WorkflowStep(step),
        prompt: Some(prompt),
        provider: provider.to_owned(),
        ai_model: model.to_owned(),
        user_id: caller.user_id,
        incident_id: caller.incident_id,
        correlation_id: caller.correlation_id,
        is_trial: caller.is_trial,
    }
}

/// The variables of a serialisable input.
fn variables(input: &impl Serialize) -> Result<Map<String, Value>, AppError> {
    match serde_json::to_value(input) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(AppError::Internal),
    }
}

/// Whom an account is about, for the built-in engine.
async fn participant_of(services: &Services, caller: &Caller) -> Result<String, AppError> {
    let Some(incident_id) = caller.incident_id else {
        return Ok(String::new());
    };
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    Ok(incidents::find_subject(&mut tx, incident_id).await?.0)
}

/// The account that is analysed: one text a phase.
impl incidents::CurrentNarrative {
    /// The enhanced text where there is one, else the reporter's own.
    pub fn account(&self) -> Narrative {
        let text = |phase| match &self.enhancement {
            Some(enhancement) => enhancement.text(phase),
            None => self.narrative.phase(phase).to_owned(),
        };
        Narrative {
            before: text(Phase::Before),
            during: text(Phase::During),
            end: text(Phase::End),
            after: text(Phase::After),
        }
    }
}
