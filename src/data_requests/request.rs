//! A data request: whose data, what is asked, and how far it is.

use super::{hold::LegalHold, plan::DeletionPlan};
use crate::{
    error::AppError,
    ids::{DataRequestId, ParticipantId, UserId},
    incidents::narrative::clean_text,
    jobs::job::JobState,
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A request should be answered within so many days: what the Australian Information Commissioner's
/// guidance on access to personal information calls reasonable.
pub const ANSWER_DAYS: i64 = 30;
/// A finished file can be opened for so many days.
pub const FILE_DAYS: i64 = 7;
/// Where the guidance is.
pub const GUIDANCE: &str = "https://www.oaic.gov.au/privacy";
const MAX_NOTE: usize = 1_000;

text_enum! {
    /// What is asked.
    RequestType {
        Export = "export", "A file of the data";
        Deletion = "deletion", "Deletion";
    }
}

text_enum! {
    /// How far it is.
    RequestStatus {
        /// Nobody has decided.
        Received = "received", "Waiting for a decision";
        /// Background work is doing what was decided.
        Preparing = "preparing", "Being carried out";
        Completed = "completed", "Done";
        Refused = "refused", "Refused";
    }
}

impl RequestStatus {
    /// Whether somebody still waits for it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Preparing)
    }

    /// Passes while nobody has decided.
    pub fn require_undecided(self) -> Result<(), AppError> {
        match self {
            Self::Received => Ok(()),
            _ => Err(AppError::not_possible("This request has been decided already.")),
        }
    }
}

/// Whose data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum DataSubject {
    Participant(ParticipantId),
    /// Somebody who works here, or did.
    Member(UserId),
}

impl DataSubject {
    /// Reads what [`DataSubject::form_value`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(':')? {
            ("participant", id) => id.parse().ok().map(Self::Participant),
            ("member", id) => id.parse().ok().map(Self::Member),
            _ => None,
        }
    }

    /// As forms write it: "participant:01890000-...".
    pub fn form_value(self) -> String {
        match self {
            Self::Participant(id) => format!("participant:{id}"),
            Self::Member(id) => format!("member:{id}"),
        }
    }

    /// What the person is here.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Participant(_) => "participant",
            Self::Member(_) => "works here",
        }
    }
}

/// The form that opens a request, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    pub request_type: RequestType,
    pub subject: DataSubject,
    pub note: String,
}

impl NewRequest {
    /// Reads the form.
    pub fn parse(request_type: &str, subject: &str, note: &str) -> Result<Self, AppError> {
        let request_type = RequestType::parse(request_type)
            .ok_or_else(|| AppError::field("request_type", "Choose what is asked for."))?;
        let subject =
            DataSubject::parse(subject).ok_or_else(|| AppError::field("subject", "Choose whose data it is about."))?;
        Ok(Self { request_type, subject, note: parse_note(note)? })
    }
}

/// Reads a note that may be empty.
pub fn parse_note(note: &str) -> Result<String, AppError> {
    parse_text("note", note)
}

/// Reads a reason, which has to be told.
pub fn parse_reason(reason: &str) -> Result<String, AppError> {
    let reason = parse_text("reason", reason)?;
    if reason.is_empty() { Err(AppError::field("reason", "Write the reason.")) } else { Ok(reason) }
}

fn parse_text(field: &str, text: &str) -> Result<String, AppError> {
    let text = clean_text(text).trim().to_owned();
    if text.chars().count() > MAX_NOTE {
        return Err(AppError::field(field, "Use at most 1,000 characters."));
    }
    Ok(text)
}

/// A request as lists and its page show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequest {
    pub id: DataRequestId,
    pub request_type: RequestType,
    pub subject: DataSubject,
    pub subject_name: String,
    /// The person asked for themself: the file is theirs alone.
    pub is_own: bool,
    pub note: String,
    pub status: RequestStatus,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused, or why it couldn't be carried out.
    pub reason: String,
    pub completed_at: Option<DateTime<Utc>>,
    /// What the file holds or what the deletion did, line by line.
    pub outcome: Vec<String>,
    pub file: Option<FinishedFile>,
    pub revision: i32,
}

impl DataRequest {
    /// Whether it should have been answered by now.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.status.is_open() && self.due_at < now
    }

    /// The file, while it can be opened.
    pub fn open_file(&self, now: DateTime<Utc>) -> Option<&FinishedFile> {
        self.file.as_ref().filter(|file| file.expires_at > now)
    }
}

/// A file that can be opened for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishedFile {
    pub byte_size: i64,
    pub expires_at: DateTime<Utc>,
}

/// The admin's page of requests and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequestDesk {
    /// The open ones first, by when they are due.
    pub requests: Vec<DataRequest>,
    /// The standing ones first.
    pub holds: Vec<LegalHold>,
    /// Reports that no longer have to be kept.
    pub past_retention: i64,
    pub retention_years: i32,
    pub now: DateTime<Utc>,
}

/// One request with what a decision needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequestView {
    pub request: DataRequest,
    /// What a deletion would do now, while it isn't decided.
    pub plan: Option<DeletionPlan>,
    /// The work, while it runs or when it has failed.
    pub job: Option<JobState>,
    /// Whether it is about the person who looks.
    pub is_about_me: bool,
    pub now: DateTime<Utc>,
}

/// Whom a request or a hold can be about, as (form value, name).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectChoices {
    pub people: Vec<(String, String)>,
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{DataSubject, NewRequest, RequestType, parse_reason};
    use crate::ids::{ParticipantId, UserId};

    #[test]
    fn a_form_says_who_and_what() {
        let id = ParticipantId::generate();
        let subject = DataSubject::Participant(id);
        let new = NewRequest::parse("export", &subject.form_value(), " By letter. ").expect("complete");
        assert_eq!(new, NewRequest { request_type: RequestType::Export, subject, note: "By letter.".to_owned() });
        assert_eq!(
            DataSubject::parse(&DataSubject::Member(UserId::from(id.uuid())).form_value()).map(DataSubject::label),
            Some("works here")
        );
        for (request_type, subject, field) in
            [("", "participant:1", "request_type"), ("export", "", "subject"), ("export", "site:1", "subject")]
        {
            let error = NewRequest::parse(request_type, subject, "").expect_err(field);
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_reason_is_told_and_short() {
        assert!(parse_reason(" \n").expect_err("empty").at("reason").is_some());
        assert!(parse_reason(&"a".repeat(1_001)).expect_err("long").at("reason").is_some());
        assert_eq!(parse_reason(" Court. ").expect("told"), "Court.");
    }
}
