//! A report while it is being written.

use super::{
    enhancement::Enhancement,
    incident::{CaptureStatus, WizardStep},
    narrative::Narrative,
};
use crate::{
    ai::provider::FallbackReason,
    analysis::record::Return,
    ids::{IncidentId, ParticipantId, SiteId},
    jobs::job::JobState,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Everything the wizard shows of a report except its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: IncidentId,
    pub number: i64,
    pub capture_status: CaptureStatus,
    pub wizard_step: WizardStep,
    /// Names the state that the page was made from; a save sends it along.
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
    pub time_zone: Tz,
    pub participant_id: Option<ParticipantId>,
    pub participant_name: String,
    pub site_id: Option<SiteId>,
    pub location: String,
    pub event_date_time: DateTime<Utc>,
    pub late_reason: String,
    pub narrative: Narrative,
    /// Why it is open again, if it came back with a question.
    pub returned: Option<Return>,
}

/// What a save answers: the next save has to name this revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub revision: i32,
    pub saved_at: DateTime<Utc>,
    pub time_zone: Tz,
}

/// What the person wants after saving.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Go on writing.
    #[default]
    Stay,
    /// To the next step.
    Continue,
    /// Home; the report waits.
    Leave,
}

/// Step 7: the original beside the enhanced narrative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub draft: Draft,
    pub enhancement: Option<Enhancement>,
    /// Answers changed after the reporter had edited the enhanced text: theirs to decide.
    pub is_outdated: bool,
    /// The question behind each added sentence, by id as text.
    pub questions: Vec<(crate::ids::QuestionId, String)>,
    /// The work that makes the enhancement, while it runs.
    pub job: Option<JobState>,
    /// "built-in", or the model that wrote it.
    pub model: Option<String>,
    /// Why the built-in engine wrote it although a provider was chosen.
    pub fallback: Option<FallbackReason>,
}

impl Draft {
    /// The furthest step that the reporter can go to.
    pub fn reached(&self) -> WizardStep {
        if self.narrative.is_told() { WizardStep::Complete } else { WizardStep::Narrative }
    }

    /// "Saved" means at this time of day, in the organisation's zone.
    pub fn saved_at(&self) -> String {
        crate::ui::format_time_of_day(self.updated_at, self.time_zone)
    }
}
