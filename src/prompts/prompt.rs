//! Versions of prompt templates as people see them: whose they are, whether they are in use, and the
//! form that makes a new one. A version's text never changes.

use super::{
    figures::{Figures, format_count},
    step::WorkflowStep,
    trial::TrialRow,
};
use crate::{error::AppError, ids::PromptId};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A template takes up to this many characters.
pub const MAX_TEMPLATE_CHARACTERS: usize = 20_000;
/// What a version is for, in one line of at most this many characters.
pub const MAX_DESCRIPTION_CHARACTERS: usize = 200;

/// Whose version it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The organisation's.
    Own,
    /// Supplied with the product: what an organisation without a version of its own uses.
    Default,
}

/// What people call a version. An organisation's numbers and those of the defaults run apart, so the
/// number alone doesn't say which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionName {
    pub owner: Owner,
    pub number: i32,
}

impl VersionName {
    /// Inside a sentence: "own version 2".
    pub fn in_sentence(self) -> String {
        match self.owner {
            Owner::Own => format!("own version {}", self.number),
            Owner::Default => format!("default version {}", self.number),
        }
    }
}

impl fmt::Display for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            Owner::Own => write!(f, "Own version {}", self.number),
            Owner::Default => write!(f, "Default version {}", self.number),
        }
    }
}

/// Whether a version answers for its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// The organisation's reports go through it.
    InUse,
    /// The default that would be used if the organisation had no version of its own in use.
    CurrentDefault,
    NotInUse,
}

impl VersionState {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InUse => "In use",
            Self::CurrentDefault => "Current default",
            Self::NotInUse => "Not in use",
        }
    }
}

/// One version without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub id: PromptId,
    pub step: WorkflowStep,
    pub name: VersionName,
    pub state: VersionState,
    /// What it is for, in its author's words.
    pub description: String,
    /// Nobody of this organisation: it was supplied.
    pub author: Option<String>,
    pub created_at: DateTime<Utc>,
    pub figures: Figures,
}

/// A step and the version that answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSummary {
    pub in_use: Version,
    /// Of all versions, in the organisation's current month, in millionths of a US dollar.
    pub cost_this_month_micros: i64,
    /// A default that came after the own version in use.
    pub newer_default: Option<VersionName>,
}

/// The versions of one step, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepVersions {
    pub step: WorkflowStep,
    pub versions: Vec<Version>,
    /// The id of the version in use. A page sends it along with what it changes, so that a change by
    /// somebody else in between is noticed.
    pub in_use: PromptId,
    /// A default that came after the own version in use.
    pub newer_default: Option<VersionName>,
    pub time_zone: Tz,
}

impl StepVersions {
    /// The version in use.
    pub fn version_in_use(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == self.in_use)
    }

    /// Whether the organisation uses a version of its own.
    pub fn uses_own(&self) -> bool {
        self.version_in_use().is_some_and(|version| version.name.owner == Owner::Own)
    }
}

/// One version in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionDetails {
    pub version: Version,
    pub template: String,
    /// Nothing: what the organisation has chosen for the step.
    pub ai_model: Option<String>,
    /// Nothing: the provider's own limit.
    pub max_tokens: Option<i32>,
    /// Nothing: the provider's own.
    pub temperature: Option<f32>,
    /// What the product itself fills the step in with and holds answers against; JSON, to read.
    pub input_schema: String,
    pub output_schema: String,
    /// The id of the version in use for the step.
    pub in_use: PromptId,
    /// The latest try-outs, the newest first.
    pub trials: Vec<TrialRow>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

impl VersionDetails {
    /// The model, in words where there is none of its own.
    pub fn model_in_words(&self) -> String {
        self.ai_model.clone().unwrap_or_else(|| "The one chosen for the step".to_owned())
    }

    /// The most tokens of an answer, in words where there is no limit of its own.
    pub fn max_tokens_in_words(&self) -> String {
        self.max_tokens.map_or_else(|| "The provider's own limit".to_owned(), |tokens| format_count(i64::from(tokens)))
    }

    /// The temperature, in words where there is none of its own.
    pub fn temperature_in_words(&self) -> String {
        self.temperature.map_or_else(|| "The provider's own".to_owned(), |temperature| temperature.to_string())
    }
}

/// The form of a new version as it is sent, all text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptForm {
    pub description: String,
    pub template: String,
    /// A whole number, or empty.
    pub max_tokens: String,
    /// 0 to 2, or empty.
    pub temperature: String,
    /// A model's name, or empty.
    pub ai_model: String,
}

/// What the form of a new version starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editor {
    pub step: WorkflowStep,
    /// The version that the text was taken from.
    pub from: PromptId,
    pub from_name: VersionName,
    pub form: PromptForm,
    /// What is wrong with it, when it was sent without JavaScript and came back.
    pub problem: Option<AppError>,
}

/// What a template's variable holds, for its author.
pub fn variable_meaning(variable: &str) -> &'static str {
    match variable {
        "participant_name" => "The name of the participant whom the report is about.",
        "location" => "The place, as the reporter named it.",
        "phase" => "The phase that is worked on: before, during, end or after.",
        "before_event" => "What the reporter wrote about the time before the event.",
        "during_event" => "What the reporter wrote about the event itself.",
        "end_event" => "What the reporter wrote about how it ended.",
        "post_event" => "What the reporter wrote about the time after.",
        "original" => "The reporter's words about the phase.",
        "answers" => "The answers about the phase, each under its id and question.",
        "question" => "The question, as the person typed it.",
        "passages" => "The passages that search found, each with its number, document and headings.",
        "conversation" => "What was said before: a summary of the older part and the last turns.",
        "summary" => "The summary of what came before this part of the conversation.",
        _ => "A part of what the step is given.",
    }
}

#[cfg(test)]
mod tests {
    use super::{Owner, VersionName, variable_meaning};
    use crate::prompts::step::WorkflowStep;

    #[test]
    fn a_name_tells_whose_version_it_is() {
        assert_eq!(VersionName { owner: Owner::Own, number: 1 }.to_string(), "Own version 1");
        assert_eq!(VersionName { owner: Owner::Default, number: 1 }.to_string(), "Default version 1");
        assert_eq!(VersionName { owner: Owner::Own, number: 3 }.in_sentence(), "own version 3");
    }

    #[test]
    fn every_variable_is_explained() {
        for variable in WorkflowStep::ALL.iter().flat_map(|step| step.variables()) {
            assert!(!variable_meaning(variable).starts_with("A part of"), "{variable}");
        }
    }
}
