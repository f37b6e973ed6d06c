//! The step that names contributing conditions.

use super::{Caller, Made, Step, participant_of, run, variables};
use crate::{
    ai::{
        builtin,
        steps::{AccountInput, ConditionsOutput},
        verbatim::find_quote,
    },
    analysis::analysis::Condition,
    error::AppError,
    incidents::narrative::Narrative,
    platform::Services,
    prompts::step::WorkflowStep,
};
use serde_json::{Map, Value};

/// What made the event possible or worse, and how sure that is (0 to 1).
pub async fn conditions(
    services: &Services,
    caller: &Caller,
    account: &Narrative,
) -> Result<Made<(Vec<Condition>, f32)>, AppError> {
    let participant_name = participant_of(services, caller).await?;
    run(services, caller, &Conditions { account, participant_name: &participant_name }, None).await
}

pub(super) struct Conditions<'a> {
    pub account: &'a Narrative,
    pub participant_name: &'a str,
}

impl Step for Conditions<'_> {
    const STEP: WorkflowStep = WorkflowStep::AnalyseConditions;
    type Wire = ConditionsOutput;
    type Output = (Vec<Condition>, f32);

    fn input(&self) -> Result<Map<String, Value>, AppError> {
        variables(&AccountInput::from(self.account))
    }

    /// A condition whose evidence the account doesn't have is sent back, and the second time dropped.
    fn accept(&self, wire: ConditionsOutput, is_last: bool) -> Result<Self::Output, Vec<String>> {
        let mut conditions = Vec::new();
        let mut problems = Vec::new();
        for (number, given) in (1..).zip(wire.conditions) {
            match find_quote(self.account, &given.evidence) {
                Some(evidence) => conditions.push(Condition {
                    group: given.group,
                    text: given.text.trim().to_owned(),
                    evidence: Some(evidence),
                }),
                None => problems.push(format!("The evidence of condition {number} doesn't stand in the account.")),
            }
        }
        if problems.is_empty() || is_last { Ok((conditions, wire.confidence)) } else { Err(problems) }
    }

    fn built_in(&self) -> Self::Output {
        builtin::conditions::conditions(self.account, self.participant_name)
    }
}
