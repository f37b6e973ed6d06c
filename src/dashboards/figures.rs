//! What the reports of a period add up to.
//!
//! A report counts on the day of its event, in the organisation's time zone, once it is submitted. Types,
//! severities and conditions come from signed-off analyses only, because a suggestion is nobody's decision.

use crate::{
    analysis::analysis::{ConditionGroup, IncidentType, Severity},
    ids::{IncidentId, ParticipantId, SiteId},
    text_enum::text_enum,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Which reports count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// First day of the events, where the organisation is.
    pub from: NaiveDate,
    /// Last day, itself included; at most five years after `from`.
    pub to: NaiveDate,
    pub site: Option<SiteId>,
    pub participant: Option<ParticipantId>,
}

/// What they add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub totals: Totals,
    /// Reports by day; days without one are left out. Of a period that is drawn by year, all reports of a whole
    /// year stand at its first day.
    pub days: Vec<DayCount>,
    /// Participants by number of reports, the most first; at most ten.
    pub participants: Vec<NamedCount<ParticipantId>>,
    /// Sites by number of reports, the most first; at most ten. None: no site is named.
    pub sites: Vec<NamedCount<SiteId>>,
    /// Reports by weekday (Monday first) and hour of the event.
    pub hours: [[i64; 24]; 7],
    /// Contributing conditions of signed-off analyses, the most frequent first; at most ten.
    pub conditions: Vec<ConditionCount>,
}

/// What two periods are compared by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Submitted reports of events in the period.
    pub reports: i64,
    /// Of these, signed off.
    pub signed_off: i64,
    /// Signed-off reports by type and severity. A report with two types counts in both.
    pub kinds: Vec<KindCount>,
    /// Signed-off reports by their highest severity.
    pub highest: Vec<(Severity, i64)>,
    /// How long reports waited, in the order of [`Stage`].
    pub waits: Vec<Wait>,
    pub quality: Quality,
    pub ai: AiFigures,
}

/// Reports of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    pub day: NaiveDate,
    pub reports: i64,
}

/// Reports of one type and severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    pub incident_type: IncidentType,
    pub severity: Severity,
    pub reports: i64,
}

text_enum! {
    /// A stretch of a report's way.
    Stage {
        EventToReport = "event_to_report", "From the event to the first words";
        ReportToSubmission = "report_to_submission", "From the first words to submitting";
        SubmissionToSignOff = "submission_to_sign_off", "From submitting to signing off";
    }
}

/// How long reports took for one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    pub stage: Stage,
    /// Reports that have passed the stage.
    pub reports: i64,
    /// Half of them took at most this long, in minutes; none if there are no reports. Read from a histogram
    /// of the rollup, so near, not exact.
    pub median_minutes: Option<f64>,
    /// Nine of ten took at most this long, in minutes.
    pub p90_minutes: Option<f64>,
    /// The slowest, the longest first; at most three. Not looked up for a period that others are compared with.
    pub slowest: Vec<SlowReport>,
}

/// A report that took long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlowReport {
    pub id: IncidentId,
    pub number: i64,
    pub minutes: i64,
}

/// How often one thing with a name occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedCount<Id> {
    /// None: a name that is in no register, or none at all.
    pub id: Option<Id>,
    pub name: String,
    pub reports: i64,
}

/// How often one contributing condition was signed off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionCount {
    pub group: ConditionGroup,
    /// The words of the condition, as first written in the period; of one month, whichever comes first in the alphabet.
    pub text: String,
    pub reports: i64,
}

/// How complete the submitted reports are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// Reports with 0, 1, 2, 3 and 4 of the four phases told.
    pub phases_told: [i64; 5],
    pub questions_asked: i64,
    /// Of these, answered with words.
    pub questions_answered: i64,
    /// Of these, answered with "I don't know / doesn't apply".
    pub questions_not_known: i64,
}

/// What AI did for these reports and what people made of it. The cost is the whole organisation's in the
/// period, whatever the filter: calls are not booked to sites.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiFigures {
    pub calls: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    /// Classifications that an AI suggested, in signed-off analyses.
    pub suggestions: i64,
    /// Of these, changed or dismissed by a person.
    pub overruled: i64,
}
