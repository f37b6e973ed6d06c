//! The enhanced narrative: the reporter's account put in order, with what the answers added.

pub use crate::ai::builtin::enhance::{Sentence, Source};

use super::narrative::{Narrative, Phase};
use crate::{ai::builtin::enhance, ids::QuestionId};
use serde::{Deserialize, Serialize};

/// All four phases, sentence by sentence, each traceable to where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enhancement {
    pub phases: Vec<EnhancedPhase>,
    /// Tells which answers went in (hex SHA-256), so that a later change of answers shows.
    pub answers_digest: String,
}

/// One phase of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnhancedPhase {
    pub phase: Phase,
    pub sentences: Vec<Sentence<QuestionId>>,
}

impl Enhancement {
    /// The sentences of one phase.
    pub fn sentences(&self, phase: Phase) -> &[Sentence<QuestionId>] {
        self.phases.iter().find(|enhanced| enhanced.phase == phase).map_or(&[], |enhanced| &enhanced.sentences)
    }

    /// The text of one phase.
    pub fn text(&self, phase: Phase) -> String {
        enhance::join(self.sentences(phase))
    }

    /// Whether the reporter changed a sentence by hand.
    pub fn is_edited(&self) -> bool {
        self.phases.iter().flat_map(|enhanced| &enhanced.sentences).any(|sentence| sentence.source == Source::Edited)
    }

    /// With the reporter's edits: sentences that they left alone keep their source.
    pub fn edited(&self, edited: &Narrative) -> Self {
        let phases = Phase::ALL
            .into_iter()
            .map(|phase| EnhancedPhase {
                phase,
                sentences: enhance::retrace(self.sentences(phase), edited.phase(phase)),
            })
            .collect();
        Self { phases, answers_digest: self.answers_digest.clone() }
    }
}

/// The account that managers read: the enhanced text if there is one, or else the reporter's own.
pub fn account_of(original: &Narrative, enhancement: Option<&Enhancement>) -> Narrative {
    let Some(enhancement) = enhancement else {
        return original.clone();
    };
    Narrative {
        before: enhancement.text(Phase::Before),
        during: enhancement.text(Phase::During),
        end: enhancement.text(Phase::End),
        after: enhancement.text(Phase::After),
    }
}

/// One text out of four phases, each under its heading.
pub fn consolidate(text_of: impl Fn(Phase) -> String) -> String {
    Phase::ALL
        .into_iter()
        .map(|phase| (phase, text_of(phase)))
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(phase, text)| format!("{}\n{}", phase.label(), text.trim()))
        .collect::<Vec<_>>()
        .join("\n\n")
}
