//! The step that says what kind of event it was and how severe.

use super::{Caller, Made, Step, participant_of, run, variables};
use crate::{
    ai::{
        builtin::classify::classify,
        steps::{AccountInput, ClassificationOutput, ClassificationsOutput},
        verbatim::find_quote,
    },
    analysis::analysis::SuggestedClassification,
    error::AppError,
    incidents::narrative::Narrative,
    platform::Services,
    prompts::step::WorkflowStep,
};
use serde_json::{Map, Value};

/// One classification for each kind of event that the account tells.
pub async fn classifications(
    services: &Services,
    caller: &Caller,
    account: &Narrative,
) -> Result<Made<Vec<SuggestedClassification>>, AppError> {
    let participant_name = participant_of(services, caller).await?;
    run(services, caller, &Classify { account, participant_name: &participant_name }, None).await
}

pub(super) struct Classify<'a> {
    pub account: &'a Narrative,
    pub participant_name: &'a str,
}

impl Step for Classify<'_> {
    const STEP: WorkflowStep = WorkflowStep::ClassifyIncident;
    type Wire = ClassificationsOutput;
    type Output = Vec<SuggestedClassification>;

    fn input(&self) -> Result<Map<String, Value>, AppError> {
        variables(&AccountInput::from(self.account))
    }

    /// A quote that the account doesn't have is sent back, and the second time dropped; a
    /// classification without any evidence is none.
    fn accept(&self, wire: ClassificationsOutput, is_last: bool) -> Result<Self::Output, Vec<String>> {
        let mut classifications = Vec::new();
        let mut problems = Vec::new();
        for (number, given) in (1..).zip(wire.classifications) {
            let ClassificationOutput { incident_type, severity, confidence, evidence: quotes } = given;
            let mut evidence = Vec::new();
            for quote in &quotes {
                match find_quote(self.account, quote) {
                    Some(found) if evidence.contains(&found) => {}
                    Some(found) => evidence.push(found),
                    None => problems.push(format!("A quote of classification {number} doesn't stand in the account.")),
                }
            }
            if !evidence.is_empty() {
                classifications.push(SuggestedClassification { incident_type, severity, confidence, evidence });
            }
        }
        if classifications.is_empty() {
            problems.push("No classification has a quote that stands in the account.".to_owned());
            return Err(problems);
        }
        if problems.is_empty() || is_last { Ok(classifications) } else { Err(problems) }
    }

    fn built_in(&self) -> Self::Output {
        classify(self.account, self.participant_name, None)
    }

    async fn built_in_with_meaning(&self, services: &Services) -> Option<Self::Output> {
        let meaning = services.meanings.read(self.account, self.participant_name).await?;
        Some(classify(self.account, self.participant_name, Some(&meaning)))
    }
}
