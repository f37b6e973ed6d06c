//! The step that asks about one phase.

use super::{Caller, Made, Step, run, variables};
use crate::{
    ai::{
        builtin::clarify::{self, DraftQuestion},
        steps::{AccountInput, QuestionOutput, QuestionsInput, QuestionsOutput},
    },
    error::AppError,
    incidents::narrative::{Narrative, Phase},
    platform::Services,
    prompts::step::WorkflowStep,
};
use serde_json::{Map, Value};

/// A question may be somewhat longer than the template asks for.
const MOST_WORDS: usize = 40;

/// First words of questions that yes or no would answer.
const CLOSED_OPENINGS: &[&str] = &[
    "did", "do", "does", "was", "were", "is", "are", "am", "has", "have", "had", "can", "could", "would", "will",
    "should", "may", "might",
];

/// Three to five questions about what the phase leaves out.
pub async fn questions(
    services: &Services,
    caller: &Caller,
    narrative: &Narrative,
    phase: Phase,
    participant_name: &str,
    location: &str,
) -> Result<Made<Vec<DraftQuestion>>, AppError> {
    run(services, caller, &Questions { narrative, phase, participant_name, location }, None).await
}

pub(super) struct Questions<'a> {
    pub narrative: &'a Narrative,
    pub phase: Phase,
    pub participant_name: &'a str,
    pub location: &'a str,
}

impl Step for Questions<'_> {
    const STEP: WorkflowStep = WorkflowStep::GenerateQuestions;
    type Wire = QuestionsOutput;
    type Output = Vec<DraftQuestion>;

    fn input(&self) -> Result<Map<String, Value>, AppError> {
        variables(&QuestionsInput {
            participant_name: self.participant_name.to_owned(),
            location: self.location.to_owned(),
            phase: self.phase,
            account: AccountInput::from(self.narrative),
        })
    }

    fn accept(&self, wire: QuestionsOutput, _is_last: bool) -> Result<Vec<DraftQuestion>, Vec<String>> {
        let problems: Vec<_> =
            (1..).zip(&wire.questions).filter_map(|(number, question)| problem_of(number, question)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut drafts: Vec<DraftQuestion> = Vec::new();
        for QuestionOutput { topic, text, purpose } in wire.questions {
            let topic = self.topic_key(&topic);
            if drafts.iter().any(|draft| draft.topic == topic) {
                return Err(vec!["Two questions are about the same topic.".to_owned()]);
            }
            let (text, purpose) = (text.trim().to_owned(), purpose.trim().to_owned());
            drafts.push(DraftQuestion { phase: self.phase, topic, text, purpose });
        }
        Ok(drafts)
    }

    fn built_in(&self) -> Vec<DraftQuestion> {
        let context = clarify::Context { participant_name: self.participant_name, location: self.location };
        clarify::questions(self.narrative, self.phase, &context)
    }
}

impl Questions<'_> {
    /// "Who was told" becomes "after.who_told", like the built-in engine's topics.
    fn topic_key(&self, topic: &str) -> String {
        let phase = self.phase.as_str();
        let topic = topic.trim().to_lowercase();
        let bare = topic.strip_prefix(phase).map_or(topic.as_str(), |rest| rest.trim_start_matches('.'));
        let key: String = bare.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
        format!("{phase}.{}", key.trim_matches('_')).chars().take(60).collect()
    }
}

fn problem_of(number: usize, question: &QuestionOutput) -> Option<String> {
    let text = question.text.trim();
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    if !text.ends_with('?') {
        Some(format!("Question {number} doesn't end with a question mark."))
    } else if CLOSED_OPENINGS.contains(&first.as_str()) {
        Some(format!("Question {number} can be answered with yes or no."))
    } else if text.split_whitespace().count() > MOST_WORDS {
        Some(format!("Question {number} is longer than 30 words."))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Narrative, Phase, QuestionOutput, Questions, QuestionsOutput, Step};

    fn accept(questions: &[(&str, &str)]) -> Result<Vec<String>, Vec<String>> {
        let narrative = Narrative::default();
        let step = Questions { narrative: &narrative, phase: Phase::After, participant_name: "Sam", location: "" };
        let questions = questions
            .iter()
            .map(|(topic, text)| QuestionOutput {
                topic: (*topic).to_owned(),
                text: (*text).to_owned(),
                purpose: "To know.".to_owned(),
            })
            .collect();
        let drafts = step.accept(QuestionsOutput { questions }, false)?;
        Ok(drafts.into_iter().map(|draft| draft.topic).collect())
    }

    #[test]
    fn open_questions_with_topics_of_their_own_are_accepted() {
        let topics = accept(&[("Who was told", "Who did you tell?"), ("after.injury", "What did you see on his arm?")]);
        assert_eq!(topics, Ok(vec!["after.who_was_told".to_owned(), "after.injury".to_owned()]));
    }

    #[test]
    fn closed_and_doubled_questions_are_sent_back() {
        assert!(accept(&[("told", "Did you tell anybody?")]).is_err());
        assert!(accept(&[("told", "Tell me who you told.")]).is_err());
        assert!(accept(&[("told", "Who was told?"), ("Told", "Whom did you tell?")]).is_err());
    }
}
