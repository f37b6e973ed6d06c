//! The steps of the product that a prompt template belongs to.

use crate::text_enum::text_enum;

text_enum! {
    /// A step that an AI takes.
    WorkflowStep {
        GenerateQuestions = "generate_questions", "Clarification questions";
        EnhanceNarrative = "enhance_narrative", "Enhanced narrative";
        AnalyseConditions = "analyse_conditions", "Contributing conditions";
        ClassifyIncident = "classify_incident", "Classification";
        AnswerQuestion = "answer_question", "Answers in chat";
        SummariseChat = "summarise_chat", "Chat summaries";
    }
}

impl WorkflowStep {
    /// What it makes of what, in one sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::GenerateQuestions => "Finds what one phase of an account leaves out and asks for it.",
            Self::EnhanceNarrative => "Joins the worker's account of one phase with their answers, adding no fact.",
            Self::AnalyseConditions => "Names what made the event possible or worse, in four groups, with evidence.",
            Self::ClassifyIncident => "Says what kind of event it was and how severe, with evidence.",
            Self::AnswerQuestion => {
                "Answers a question from the organisation's documents, with a source behind every statement."
            }
            Self::SummariseChat => "Keeps the gist of a long conversation, so that a later question is understood.",
        }
    }

    /// Whether it works on an incident; the others work on a conversation.
    pub const fn is_about_incidents(self) -> bool {
        !matches!(self, Self::AnswerQuestion | Self::SummariseChat)
    }

    /// The variables that a template of the step may use, each as `{{name}}`.
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::GenerateQuestions => {
                &["participant_name", "location", "phase", "before_event", "during_event", "end_event", "post_event"]
            }
            Self::EnhanceNarrative => &["phase", "original", "answers"],
            Self::AnalyseConditions | Self::ClassifyIncident => {
                &["before_event", "during_event", "end_event", "post_event"]
            }
            Self::AnswerQuestion => &["question", "passages", "conversation"],
            Self::SummariseChat => &["summary", "conversation"],
        }
    }
}
