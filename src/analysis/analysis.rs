//! Contributing conditions, classifications, and the states on the way to the sign-off.

use crate::{error::AppError, incidents::narrative::Phase, text_enum::text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// A group of contributing conditions.
    ConditionGroup {
        Environmental = "environmental", "Environmental";
        Human = "human", "Human";
        Systemic = "systemic", "Systemic";
        Procedural = "procedural", "Procedural";
    }
}

text_enum! {
    /// What kind of event it was (seed 000: incident_type).
    IncidentType {
        Behavioural = "Behavioural", "Behavioural";
        Environmental = "Environmental", "Environmental";
        Medical = "Medical", "Medical";
        Communication = "Communication", "Communication";
        Other = "Other", "Other";
    }
}

text_enum! {
    /// How much harm and danger there was. Separate from whether it is reportable.
    Severity {
        Low = "Low", "Low";
        Medium = "Medium", "Medium";
        High = "High", "High";
    }
}

text_enum! {
    /// How far the managers are with one analysis.
    ReviewState {
        /// Asked for, nothing suggested yet.
        Draft = "draft", "Being prepared";
        /// Suggested, no person has decided anything.
        AiGenerated = "ai_generated", "Suggested";
        /// A person has changed or accepted something.
        UserReviewed = "user_reviewed", "In review";
        /// Signed off.
        Completed = "completed", "Signed off";
    }
}

/// The very words of the account that support something: `quote` stands in `phase`, letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub phase: Phase,
    pub quote: String,
}

/// Something that made the event possible, more likely or worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub group: ConditionGroup,
    pub text: String,
    /// None when a person wrote the condition without a quote.
    pub evidence: Option<Evidence>,
}

/// One suggestion: `confidence` from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedClassification {
    pub incident_type: IncidentType,
    pub severity: Severity,
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
}

/// What happens to an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewEvent {
    /// The suggestions arrive.
    Suggested,
    /// Newer suggestions take its place.
    Replaced,
    /// A person changes, accepts or dismisses something.
    Reviewed,
    SignedOff,
    /// The report goes back to its reporter.
    SentBack,
}

impl ReviewState {
    /// The state after the event, or why it can't happen. An analysis that was replaced or whose report
    /// was sent back keeps its state and is current no longer.
    pub fn after(self, event: ReviewEvent) -> Result<Self, AppError> {
        use ReviewEvent::{Replaced, Reviewed, SentBack, SignedOff, Suggested};
        match (self, event) {
            (Self::Draft, Suggested) => Ok(Self::AiGenerated),
            (Self::AiGenerated | Self::UserReviewed, Reviewed) => Ok(Self::UserReviewed),
            (Self::UserReviewed, SignedOff) => Ok(Self::Completed),
            (Self::AiGenerated, Replaced) => Ok(self),
            (Self::Draft | Self::AiGenerated | Self::UserReviewed, SentBack) => Ok(self),
            (Self::Completed, _) => Err(AppError::not_possible(
                "This report has been signed off, so its analysis can't be changed any more.",
            )),
            (Self::Draft, Reviewed | SignedOff | Replaced) => {
                Err(AppError::not_possible("The analysis isn't ready yet. Open the page again in a moment."))
            }
            (Self::AiGenerated, SignedOff) => Err(undecided()),
            (Self::UserReviewed, Suggested | Replaced) => {
                Err(AppError::not_possible("Somebody has begun to review this analysis, so it isn't made again."))
            }
            (Self::AiGenerated, Suggested) => Err(AppError::not_possible("This analysis has its suggestions already.")),
        }
    }

    /// Whether people can decide on it now.
    pub fn is_open_for_review(self) -> bool {
        self.after(ReviewEvent::Reviewed).is_ok()
    }
}

/// What a manager has decided about one classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Undecided,
    /// It stands, as suggested or as changed.
    Kept,
    /// Overruled altogether.
    Dismissed,
}

impl Verdict {
    /// From the marks that are stored.
    pub const fn of(is_reviewed: bool, is_dismissed: bool) -> Self {
        match (is_reviewed, is_dismissed) {
            (_, true) => Self::Dismissed,
            (true, false) => Self::Kept,
            (false, false) => Self::Undecided,
        }
    }
}

/// Passes if a sign-off leaves nothing open: every classification is decided on and at least one stands.
pub fn require_decided(verdicts: &[Verdict]) -> Result<(), AppError> {
    if verdicts.contains(&Verdict::Undecided) {
        Err(undecided())
    } else if verdicts.contains(&Verdict::Kept) {
        Ok(())
    } else {
        Err(AppError::not_possible(
            "At least one classification has to stand. Restore one or add your own, then sign off.",
        ))
    }
}

fn undecided() -> AppError {
    AppError::not_possible("Accept, change or dismiss every classification, then sign off.")
}

/// How sure a maker is: "fairly sure, 78 %". `confidence` from 0 to 1.
pub fn confidence_in_words(confidence: f32) -> String {
    let words = match confidence {
        sure if sure >= 0.85 => "very sure",
        sure if sure >= 0.65 => "fairly sure",
        sure if sure >= 0.45 => "not very sure",
        _ => "unsure",
    };
    format!("{words}, {:.0} %", confidence * 100.0)
}

#[cfg(test)]
mod tests {
    use super::{ReviewEvent, ReviewState, Verdict, confidence_in_words, require_decided};
    use proptest::prelude::*;

    const EVENTS: [ReviewEvent; 5] = [
        ReviewEvent::Suggested,
        ReviewEvent::Replaced,
        ReviewEvent::Reviewed,
        ReviewEvent::SignedOff,
        ReviewEvent::SentBack,
    ];

    #[test]
    fn the_table_of_states_reads_as_agreed() {
        let mut table = String::new();
        for state in ReviewState::ALL {
            for event in EVENTS {
                let after = state.after(event).map_or("-", ReviewState::as_str);
                table.push_str(&format!("{} {event:?}: {after}\n", state.as_str()));
            }
        }
        insta::assert_snapshot!(table, @r"
        draft Suggested: ai_generated
        draft Replaced: -
        draft Reviewed: -
        draft SignedOff: -
        draft SentBack: draft
        ai_generated Suggested: -
        ai_generated Replaced: ai_generated
        ai_generated Reviewed: user_reviewed
        ai_generated SignedOff: -
        ai_generated SentBack: ai_generated
        user_reviewed Suggested: -
        user_reviewed Replaced: -
        user_reviewed Reviewed: user_reviewed
        user_reviewed SignedOff: completed
        user_reviewed SentBack: user_reviewed
        completed Suggested: -
        completed Replaced: -
        completed Reviewed: -
        completed SignedOff: -
        completed SentBack: -
        ");
    }

    proptest! {
        #[test]
        fn no_order_of_events_skips_a_person_or_reopens_what_is_signed_off(
            events in proptest::collection::vec(0_usize..EVENTS.len(), 0..40)
        ) {
            let mut state = ReviewState::Draft;
            let mut was_reviewed = false;
            for event in events.into_iter().map(|index| EVENTS[index]) {
                let Ok(next) = state.after(event) else { continue };
                prop_assert!(state != ReviewState::Completed, "signed off is final");
                prop_assert!(next >= state, "nothing goes back: {state:?} to {next:?}");
                was_reviewed |= event == ReviewEvent::Reviewed;
                prop_assert!(next != ReviewState::Completed || was_reviewed, "a person has decided");
                state = next;
            }
        }

        #[test]
        fn a_sign_off_needs_every_decision_and_one_that_stands(
            marks in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..6)
        ) {
            let verdicts: Vec<_> = marks.iter().map(|(reviewed, dismissed)| Verdict::of(*reviewed, *dismissed)).collect();
            let all_decided = marks.iter().all(|(reviewed, dismissed)| *reviewed || *dismissed);
            let one_stands = marks.iter().any(|(reviewed, dismissed)| *reviewed && !dismissed);
            prop_assert_eq!(require_decided(&verdicts).is_ok(), all_decided && one_stands);
        }
    }

    #[test]
    fn confidence_is_a_word_and_a_number() {
        let told = [0.93, 0.78, 0.5, 0.2].map(confidence_in_words);
        assert_eq!(told, ["very sure, 93 %", "fairly sure, 78 %", "not very sure, 50 %", "unsure, 20 %"]);
    }
}
