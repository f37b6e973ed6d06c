//! The queries of analyses. Suggestions are written in `store/suggest.rs`, decisions in
//! `store/decide.rs`, the sign-off and the way back in `store/close.rs`.
//!
//! Every change takes the incident's row for itself first, compares the revision that the page was made
//! from, and raises it.

pub mod close;
pub mod decide;
pub mod suggest;

use super::{
    analysis::{Condition, Evidence, IncidentType, ReviewState, Severity, SuggestedClassification, Verdict},
    jobs::AnalyseIncident,
    record::{Analysis, Classification, IncidentAnalysis, SuggestionMaker},
};
use crate::{
    accounts::member::Member,
    ai::provider::FallbackReason,
    audit::store as audit,
    error::AppError,
    ids::{AnalysisId, ClassificationId, IncidentId, NarrativeId, UserId},
    incidents::{
        incident::{CaptureStatus, OverallStatus},
        store::{
            SUBJECT,
            review::{self, LockedIncident},
        },
    },
    jobs::{job::JobStatus, queue::Job, store as jobs},
    platform::database::TenantTx,
};
use chrono::Utc;
use sqlx::types::Json;

/// An analysis that the current transaction holds for itself, with its incident.
#[derive(Debug, Clone, Copy)]
pub struct LockedAnalysis {
    pub id: AnalysisId,
    pub incident: LockedIncident,
    pub narrative_id: NarrativeId,
    pub state: ReviewState,
    pub revision: i32,
    completed_by: Option<UserId>,
}

impl LockedAnalysis {
    /// Passes if the page that saves was made from what is stored now.
    pub fn require_revision(self, revision: i32) -> Result<Self, AppError> {
        if self.revision == revision { Ok(self) } else { Err(AppError::Stale { current_revision: self.revision }) }
    }

    /// Whether this person has signed it off already.
    pub fn is_signed_off_by(&self, user_id: UserId) -> bool {
        self.completed_by == Some(user_id)
    }
}

/// Takes a submitted report and its current analysis for this transaction.
pub async fn lock_current(tx: &mut TenantTx, id: IncidentId) -> Result<LockedAnalysis, AppError> {
    let incident = review::lock_incident(tx, id).await?;
    find_locked(tx, incident).await?.ok_or_else(|| match incident.capture_status {
        CaptureStatus::Completed => AppError::not_possible("This report has not been analysed yet."),
        CaptureStatus::Draft | CaptureStatus::InProgress => {
            AppError::not_possible("This report is with its reporter now. You will be told when it is submitted again.")
        }
    })
}

/// The current analysis of a report that this transaction holds already.
pub async fn find_locked(tx: &mut TenantTx, incident: LockedIncident) -> Result<Option<LockedAnalysis>, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id as "id: AnalysisId", narrative_id as "narrative_id: NarrativeId", analysis_status, revision,
                  completed_by as "completed_by: UserId"
           from incident_analyses where tenant_id = $1 and incident_id = $2 and is_current"#,
        tenant_id.uuid(),
        incident.id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        Ok(LockedAnalysis {
            id: row.id,
            incident,
            narrative_id: row.narrative_id,
            state: ReviewState::parse(&row.analysis_status).ok_or(AppError::Internal)?,
            revision: row.revision,
            completed_by: row.completed_by,
        })
    })
    .transpose()
}

/// Everything on a manager's page.
pub async fn find_incident_analysis(
    tx: &mut TenantTx,
    member: &Member,
    id: IncidentId,
) -> Result<IncidentAnalysis, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select number, participant_name, reporter_name, event_date_time, submitted_at, capture_status,
                  overall_status as "overall_status!"
           from incidents where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let job = jobs::find_latest(tx, AnalyseIncident::JOB_NAME, SUBJECT, id.uuid()).await?;
    Ok(IncidentAnalysis {
        incident_id: id,
        number: row.number,
        participant_name: row.participant_name,
        reporter_name: row.reporter_name,
        event_date_time: row.event_date_time,
        submitted_at: row.submitted_at,
        capture_status: CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?,
        overall_status: OverallStatus::parse(&row.overall_status).ok_or(AppError::Internal)?,
        analysis: find_analysis(tx, id).await?,
        job: job.filter(|job| job.status != JobStatus::Completed),
        returns: close::list_returns(tx, id).await?,
        history: audit::list_history(tx, SUBJECT, id.uuid()).await?,
        time_zone: member.time_zone,
        now: Utc::now(),
    })
}

/// The current analysis of an incident.
pub async fn find_analysis(tx: &mut TenantTx, id: IncidentId) -> Result<Option<Analysis>, AppError> {
    Ok(read_analyses(tx, id, true).await?.into_iter().next().map(|(_, analysis)| analysis))
}

/// All analyses of an incident, the latest first, each with whether it is the current one.
pub async fn list_analyses(tx: &mut TenantTx, id: IncidentId) -> Result<Vec<(bool, Analysis)>, AppError> {
    read_analyses(tx, id, false).await
}

async fn read_analyses(
    tx: &mut TenantTx,
    id: IncidentId,
    only_current: bool,
) -> Result<Vec<(bool, Analysis)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select a.id as "id: AnalysisId", a.is_current, a.narrative_id as "narrative_id: NarrativeId", a.analysis_status,
                  a.revision, a.revision_count, a.total_edit_time_s, a.conditions as "conditions: Json<Vec<Condition>>",
                  a.conditions_original as "conditions_original: Json<Vec<Condition>>", a.conditions_confidence,
                  a.conditions_model, p.prompt_version as "prompt_version?", a.conditions_fallback_reason, a.analyzed_at,
                  reviewer.display_name as "reviewer_name?", a.reviewed_at,
                  completer.display_name as "completer_name?", a.completed_at
           from incident_analyses a
           left join prompt_templates p on p.tenant_id = a.conditions_prompt_tenant_id and p.id = a.conditions_prompt_id
           left join memberships reviewer on reviewer.tenant_id = a.tenant_id and reviewer.user_id = a.reviewed_by
           left join memberships completer on completer.tenant_id = a.tenant_id and completer.user_id = a.completed_by
           where a.tenant_id = $1 and a.incident_id = $2 and (a.is_current or not $3)
           order by a.created_at desc, a.id desc"#,
        tenant_id.uuid(),
        id.uuid(),
        only_current,
    )
    .fetch_all(tx.connection())
    .await?;
    let mut analyses = Vec::with_capacity(rows.len());
    for row in rows {
        let analysis = Analysis {
            id: row.id,
            state: ReviewState::parse(&row.analysis_status).ok_or(AppError::Internal)?,
            revision: row.revision,
            revision_count: row.revision_count,
            edit_seconds: row.total_edit_time_s,
            account: review::find_account(tx, row.narrative_id).await?,
            classifications: list_classifications(tx, row.id).await?,
            conditions: row.conditions.0,
            suggested_conditions: row.conditions_original.map(|json| json.0),
            conditions_confidence: row.conditions_confidence,
            conditions_maker: maker(row.conditions_model, row.prompt_version, row.conditions_fallback_reason),
            analyzed_at: row.analyzed_at,
            reviewer_name: row.reviewer_name,
            reviewed_at: row.reviewed_at,
            completer_name: row.completer_name,
            completed_at: row.completed_at,
        };
        analyses.push((row.is_current, analysis));
    }
    Ok(analyses)
}

async fn list_classifications(tx: &mut TenantTx, id: AnalysisId) -> Result<Vec<Classification>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select c.id as "id: ClassificationId", c.incident_type, c.severity, c.confidence_score,
                  c.supporting_evidence as "evidence: Json<Vec<Evidence>>",
                  c.original_ai_classification as "suggested: Json<SuggestedClassification>",
                  c.user_reviewed, c.is_dismissed, c.review_notes, c.ai_model, p.prompt_version as "prompt_version?",
                  c.fallback_reason, author.display_name as "author_name?", reviewer.display_name as "reviewer_name?",
                  c.reviewed_at
           from incident_classifications c
           left join prompt_templates p on p.tenant_id = c.prompt_tenant_id and p.id = c.prompt_id
           left join memberships author on author.tenant_id = c.tenant_id and author.user_id = c.classified_by
           left join memberships reviewer on reviewer.tenant_id = c.tenant_id and reviewer.user_id = c.reviewed_by
           where c.tenant_id = $1 and c.analysis_id = $2
           order by c.position, c.id"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Classification {
                id: row.id,
                incident_type: IncidentType::parse(&row.incident_type).ok_or(AppError::Internal)?,
                severity: Severity::parse(&row.severity).ok_or(AppError::Internal)?,
                confidence: row.confidence_score,
                evidence: row.evidence.0,
                suggested: row.suggested.map(|json| json.0),
                verdict: Verdict::of(row.user_reviewed, row.is_dismissed),
                notes: row.review_notes,
                maker: maker(row.ai_model, row.prompt_version, row.fallback_reason),
                author_name: row.author_name,
                reviewer_name: row.reviewer_name,
                reviewed_at: row.reviewed_at,
            })
        })
        .collect()
}

fn maker(model: Option<String>, prompt_version: Option<i32>, fallback: Option<String>) -> Option<SuggestionMaker> {
    let fallback = fallback.and_then(|reason| FallbackReason::parse(&reason));
    Some(SuggestionMaker { model: model?, prompt_version, fallback })
}
