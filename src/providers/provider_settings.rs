//! What an organisation has set up: its providers, which one answers for which step, its limits, and
//! who may use them.

use crate::{
    accounts::role::Role,
    ai::provider::{FallbackReason, ProviderKind},
    ids::{ProviderId, UserId},
    prompts::step::WorkflowStep,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiSettings {
    pub switch: Switch,
    /// Spent this month so far, in millionths of a US dollar.
    pub spent_micros: i64,
    pub steps: Vec<StepSetting>,
    pub embedding: EmbeddingSetting,
    /// By name.
    pub providers: Vec<Provider>,
    /// By name; at most [`MAX_PEOPLE`].
    pub people: Vec<PersonAccess>,
    pub known_models: KnownModels,
    pub time_zone: Tz,
}

/// The models of the price table, by kind of provider.
pub type KnownModels = Vec<(ProviderKind, Vec<String>)>;

/// The page of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderPage {
    /// Nothing: a new one.
    pub provider: Option<Provider>,
    pub known_models: KnownModels,
    /// This server lets providers be on its own network.
    pub may_be_private: bool,
}

/// How many people the page lists.
pub const MAX_PEOPLE: i64 = 500;

/// The switch and the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// The built-in engine only, whatever else is set up.
    pub providers_off: bool,
    /// In millionths of a US dollar; nothing: no limit.
    pub monthly_cap_micros: Option<i64>,
    pub person_monthly_cap_micros: Option<i64>,
    /// Of the switch, the limits and the choices for steps together.
    pub revision: i32,
}

impl Switch {
    /// Whether a limit is set.
    pub const fn has_limit(&self) -> bool {
        self.monthly_cap_micros.is_some() || self.person_monthly_cap_micros.is_some()
    }
}

/// As it is for a tenant that has never saved anything.
impl Default for Switch {
    fn default() -> Self {
        Self { providers_off: false, monthly_cap_micros: None, person_monthly_cap_micros: None, revision: 1 }
    }
}

/// Who answers for a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSetting {
    pub step: WorkflowStep,
    /// Nothing: the built-in engine.
    pub choice: Option<StepChoice>,
}

/// A provider and one of its models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepChoice {
    pub provider_id: ProviderId,
    pub ai_model: String,
    /// What it costs is known, so that a limit can be kept.
    pub has_price: bool,
}

/// Who compares the meanings of questions and documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbeddingSetting {
    /// Nothing: the model on this machine.
    pub choice: Option<StepChoice>,
    /// The documents are still being prepared for it; search uses the former choice until then.
    pub is_being_prepared: bool,
    pub revision: i32,
    /// The models of the price table that can do it.
    pub known_models: KnownModels,
}

/// A provider, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    pub id: ProviderId,
    pub kind: ProviderKind,
    /// No two providers of an organisation share it.
    pub name: String,
    /// Nothing: the kind's own address.
    pub base_url: Option<String>,
    /// A key is stored.
    pub has_key: bool,
    /// Its last characters.
    pub key_hint: Option<String>,
    pub is_enabled: bool,
    /// The model to test with.
    pub test_model: Option<String>,
    pub last_test: Option<TestResult>,
    /// The steps that it answers for.
    pub steps: Vec<WorkflowStep>,
    pub revision: i32,
}

/// How the last test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    pub tested_at: DateTime<Utc>,
    /// Nothing: it answered.
    pub problem: Option<FallbackReason>,
    pub latency_ms: Option<i32>,
}

/// Whether what a person starts may go to a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAccess {
    pub user_id: UserId,
    pub display_name: String,
    pub role: Role,
    pub llm_access: bool,
}

/// What went wrong, as a sentence.
pub fn problem_sentence(problem: FallbackReason) -> String {
    let mut letters = problem.label().chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What an admin can do about it.
pub const fn advice(problem: FallbackReason) -> Option<&'static str> {
    use FallbackReason::{
        CapPerson, CapTenant, CircuitOpen, InvalidOutput, ModelUnknown, NoAccess, NoKey, ProviderDisabled,
        ProviderFailed, ProvidersOff, RateLimited, Refused, TimedOut, Truncated, Unauthorised, Unreachable,
    };
    match problem {
        Unauthorised => Some("Check the key, or enter it again."),
        NoKey => Some("Enter the key."),
        ModelUnknown => Some("Check the model's name."),
        Unreachable => {
            Some("Check the address. A server on a private network has to be allowed by whoever runs SupportSignal.")
        }
        CapTenant | CapPerson => Some("Raise the limit. While one is set, only models with a known price can be used."),
        ProvidersOff => Some("Switch AI providers on to test."),
        RateLimited | TimedOut | ProviderFailed | CircuitOpen => Some("Try again in a few minutes."),
        NoAccess | ProviderDisabled | Refused | Truncated | InvalidOutput => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{advice, problem_sentence};
    use crate::ai::provider::FallbackReason;

    #[test]
    fn a_problem_is_told_in_a_sentence() {
        assert_eq!(problem_sentence(FallbackReason::Unauthorised), "The provider refused the key.");
        assert_eq!(
            problem_sentence(FallbackReason::ProvidersOff),
            "AI providers are switched off for the organisation."
        );
        assert!(advice(FallbackReason::Unauthorised).is_some_and(|advice| advice.contains("key")));
    }
}
