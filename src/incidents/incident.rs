//! The states of an incident and the steps of the wizard.

use super::narrative::Phase;
use crate::{error::AppError, text_enum::text_enum};

text_enum! {
    /// How far the reporter is.
    CaptureStatus {
        /// Only the details are known.
        Draft = "draft", "Draft";
        /// The account is being told.
        InProgress = "in_progress", "Being written";
        /// Submitted.
        Completed = "completed", "Submitted";
    }
}

text_enum! {
    /// How far the managers are.
    AnalysisStatus {
        NotStarted = "not_started", "Waiting for review";
        InProgress = "in_progress", "In review";
        Completed = "completed", "Signed off";
    }
}

text_enum! {
    /// Both together.
    OverallStatus {
        CapturePending = "capture_pending", "Draft";
        AnalysisPending = "analysis_pending", "Waiting for review";
        Completed = "completed", "Completed";
    }
}

text_enum! {
    /// A step of the wizard, and where a reporter goes on.
    WizardStep {
        Details = "details", "Incident details";
        Narrative = "narrative", "What happened";
        ClarifyBefore = "clarify_before", "Before the event";
        ClarifyDuring = "clarify_during", "During the event";
        ClarifyEnd = "clarify_end", "How it ended";
        ClarifyAfter = "clarify_after", "After the event";
        Review = "review", "Review";
        Complete = "complete", "Submit";
    }
}

impl OverallStatus {
    /// The same rule as the generated column `incidents.overall_status`.
    pub const fn of(capture: CaptureStatus, analysis: AnalysisStatus) -> Self {
        match (capture, analysis) {
            (CaptureStatus::Draft | CaptureStatus::InProgress, _) => Self::CapturePending,
            (CaptureStatus::Completed, AnalysisStatus::Completed) => Self::Completed,
            (CaptureStatus::Completed, _) => Self::AnalysisPending,
        }
    }
}

impl WizardStep {
    /// 1 to 8, as the progress line counts.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).map_or(1, |position| position + 1)
    }

    /// The step's part of the address below the incident.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Narrative => "narrative",
            Self::ClarifyBefore => "clarify/before",
            Self::ClarifyDuring => "clarify/during",
            Self::ClarifyEnd => "clarify/end",
            Self::ClarifyAfter => "clarify/after",
            Self::Review => "review",
            Self::Complete => "submit",
        }
    }

    /// The step that asks about `phase`.
    pub const fn clarifying(phase: Phase) -> Self {
        match phase {
            Phase::Before => Self::ClarifyBefore,
            Phase::During => Self::ClarifyDuring,
            Phase::End => Self::ClarifyEnd,
            Phase::After => Self::ClarifyAfter,
        }
    }

    /// The phase that the step asks about.
    pub const fn phase(self) -> Option<Phase> {
        match self {
            Self::ClarifyBefore => Some(Phase::Before),
            Self::ClarifyDuring => Some(Phase::During),
            Self::ClarifyEnd => Some(Phase::End),
            Self::ClarifyAfter => Some(Phase::After),
            _ => None,
        }
    }

    /// The step after this one; the last one has none.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    /// The step before this one; the first one has none.
    pub fn previous(self) -> Option<Self> {
        self.number().checked_sub(2).and_then(|index| Self::ALL.get(index)).copied()
    }
}

/// Passes while the report still belongs to its reporter.
pub fn require_open(capture: CaptureStatus) -> Result<(), AppError> {
    match capture {
        CaptureStatus::Draft | CaptureStatus::InProgress => Ok(()),
        CaptureStatus::Completed => {
            Err(AppError::not_possible("This report has been submitted, so it can't be changed here any more."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CaptureStatus, WizardStep, require_open};

    #[test]
    fn the_wizard_has_eight_steps_that_lead_to_each_other() {
        assert_eq!(WizardStep::ALL.len(), 8);
        let mut step = WizardStep::Details;
        while let Some(next) = step.next() {
            assert_eq!(next.previous(), Some(step));
            assert_eq!(next.number(), step.number() + 1);
            step = next;
        }
        assert_eq!(step, WizardStep::Complete);
        assert_eq!(WizardStep::Details.previous(), None);
        for step in WizardStep::ALL {
            assert_eq!(step.phase().map_or(*step, WizardStep::clarifying), *step);
        }
    }

    #[test]
    fn a_submitted_report_is_closed() {
        assert!(require_open(CaptureStatus::InProgress).is_ok());
        assert!(require_open(CaptureStatus::Completed).is_err());
    }
}
