//! Reading the whole record. Call it in a snapshot, so that all parts are of one moment.

use super::{
    AnalysisDepth, ExportFrame, ExportedAnalysis, ExportedDetails, ExportedEvent, ExportedQuestion, IncidentExport,
    SCHEMA_VERSION,
};
use crate::{
    ai::provider::FallbackReason,
    analysis::{
        analysis::ReviewState,
        store::{close, list_analyses},
    },
    audit::event::{SUPPORT, describe},
    clarification::question::{Answer, Question},
    error::AppError,
    ids::{IncidentId, QuestionId, UserId},
    incidents::{
        incident::{AnalysisStatus, CaptureStatus},
        narrative::Phase,
        store::{SUBJECT, record::list_versions, search::IncidentScope},
    },
    platform::database::TenantTx,
};

/// The record of an incident in the scope; not found if it isn't.
pub async fn read_incident(
    tx: &mut TenantTx,
    id: IncidentId,
    scope: IncidentScope,
    depth: AnalysisDepth,
    frame: &ExportFrame,
) -> Result<IncidentExport, AppError> {
    let details = find_details(tx, id, scope).await?;
    Ok(IncidentExport {
        schema_version: SCHEMA_VERSION,
        exported_at: frame.exported_at,
        exported_by: frame.exported_by.clone(),
        organisation: frame.organisation.clone(),
        time_zone: frame.time_zone,
        details,
        versions: list_versions(tx, id).await?,
        questions: list_questions(tx, id).await?,
        analyses: read_analyses(tx, id, depth).await?,
        returns: close::list_returns(tx, id).await?,
        history: list_events(tx, id).await?,
    })
}

async fn find_details(tx: &mut TenantTx, id: IncidentId, scope: IncidentScope) -> Result<ExportedDetails, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select i.number, i.participant_name, i.reporter_name, s.name as "site_name?", i.location, i.event_date_time,
                  i.late_reason, i.capture_status, i.analysis_status, i.created_at, i.updated_at, i.submitted_at
           from incidents i left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
           where i.tenant_id = $1 and i.id = $2
             and ($3::uuid is null or i.reporter_id = $3)
             and (not $4 or i.capture_status = 'completed')"#,
        tenant_id.uuid(),
        id.uuid(),
        scope.reporter().map(UserId::uuid),
        // A reporter saves what they submitted; what they still write is on their screen.
        !matches!(scope, IncidentScope::All),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(ExportedDetails {
        id,
        number: row.number,
        participant_name: row.participant_name,
        reporter_name: row.reporter_name,
        site_name: row.site_name,
        location: row.location,
        event_date_time: row.event_date_time,
        late_reason: row.late_reason,
        capture_status: CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?,
        analysis_status: AnalysisStatus::parse(&row.analysis_status).ok_or(AppError::Internal)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
    })
}

async fn list_questions(tx: &mut TenantTx, id: IncidentId) -> Result<Vec<ExportedQuestion>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select q.id as "id: QuestionId", q.phase, q.topic, q.question_text, q.purpose, q.ai_model, q.prompt_version,
                  q.fallback_reason, q.is_active, q.generated_at, n.version, a.answer_text as "answer_text?",
                  a.not_known as "not_known?", a.answered_at as "answered_at?", m.display_name as "answered_by?"
           from clarification_questions q
           join incident_narratives n on n.tenant_id = q.tenant_id and n.id = q.narrative_id
           left join clarification_answers a on a.tenant_id = q.tenant_id and a.question_id = q.id
           left join memberships m on m.tenant_id = a.tenant_id and m.user_id = a.answered_by
           where q.tenant_id = $1 and q.incident_id = $2
           order by array_position(array['before', 'during', 'end', 'after'], q.phase), n.version, q.question_order, q.id"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let question = Question {
                id: row.id,
                phase: Phase::parse(&row.phase).ok_or(AppError::Internal)?,
                topic: row.topic,
                text: row.question_text,
                purpose: row.purpose,
                ai_model: row.ai_model,
                prompt_version: row.prompt_version,
                fallback: row.fallback_reason.as_deref().and_then(FallbackReason::parse),
                answer: row.answer_text.zip(row.not_known).map(|(text, not_known)| Answer { text, not_known }),
            };
            Ok(ExportedQuestion {
                question,
                narrative_version: row.version,
                is_withdrawn: !row.is_active,
                asked_at: row.generated_at,
                answered_by: row.answered_by,
                answered_at: row.answered_at,
            })
        })
        .collect()
}

async fn read_analyses(
    tx: &mut TenantTx,
    id: IncidentId,
    depth: AnalysisDepth,
) -> Result<Vec<ExportedAnalysis>, AppError> {
    let analyses = list_analyses(tx, id).await?;
    Ok(analyses
        .into_iter()
        .map(|(is_current, analysis)| ExportedAnalysis { is_current, analysis })
        .filter(|one| depth == AnalysisDepth::All || one.is_current && one.analysis.state == ReviewState::Completed)
        .collect())
}

async fn list_events(tx: &mut TenantTx, id: IncidentId) -> Result<Vec<ExportedEvent>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select e.occurred_at, e.action, e.details,
                  case when e.details ? 'acting' then $4 || ' as ' || m.display_name else m.display_name end as "actor_name?"
           from audit_events e
           left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_id
           where e.tenant_id = $1 and e.subject_type = $2 and e.subject_id = $3
           order by e.position"#,
        tenant_id.uuid(),
        SUBJECT,
        id.uuid(),
        SUPPORT,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ExportedEvent {
            occurred_at: row.occurred_at,
            description: describe(&row.action).to_owned(),
            action: row.action,
            actor_name: row.actor_name,
            details: row.details,
        })
        .collect())
}
