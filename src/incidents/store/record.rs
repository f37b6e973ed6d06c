//! The whole record of one incident.

use super::{SUBJECT, search::IncidentScope};
use crate::{
    accounts::{member::Member, permission::Permission},
    ai::provider::FallbackReason,
    analysis::store::{close, find_analysis},
    audit::store as audit,
    clarification,
    error::AppError,
    ids::{IncidentId, UserId},
    incidents::{
        enhancement::Enhancement,
        incident::{AnalysisStatus, CaptureStatus, OverallStatus, WizardStep},
        narrative::Narrative,
        record::{IncidentRecord, NarrativeVersion},
    },
    platform::database::TenantTx,
};
use chrono::Utc;
use sqlx::types::Json;

/// The record, if it is in the person's scope.
pub async fn find_record(
    tx: &mut TenantTx,
    member: &Member,
    scope: IncidentScope,
    id: IncidentId,
) -> Result<IncidentRecord, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select i.number, i.participant_name, i.headline, s.name as "site_name?", i.location, i.event_date_time, i.late_reason,
                  i.reporter_id as "reporter_id: UserId", i.reporter_name, i.capture_status, i.analysis_status,
                  i.overall_status as "overall_status!", i.wizard_step, i.created_at, i.updated_at, i.submitted_at
           from incidents i left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
           where i.tenant_id = $1 and i.id = $2
             and ($3::uuid is null or i.reporter_id = $3)
             and (not $4 or i.capture_status = 'completed')"#,
        tenant_id.uuid(),
        id.uuid(),
        scope.reporter().map(UserId::uuid),
        scope == IncidentScope::Submitted,
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let analysis_status = AnalysisStatus::parse(&row.analysis_status).ok_or(AppError::Internal)?;
    let may_see_analysis = analysis_status == AnalysisStatus::Completed || member.role.may(Permission::ReviewIncidents);
    Ok(IncidentRecord {
        id,
        number: row.number,
        participant_name: row.participant_name,
        headline: row.headline,
        site_name: row.site_name,
        location: row.location,
        event_date_time: row.event_date_time,
        late_reason: row.late_reason,
        is_mine: row.reporter_id == member.user_id,
        reporter_name: row.reporter_name,
        capture_status: CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?,
        analysis_status,
        overall_status: OverallStatus::parse(&row.overall_status).ok_or(AppError::Internal)?,
        wizard_step: WizardStep::parse(&row.wizard_step).ok_or(AppError::Internal)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
        versions: list_versions(tx, id).await?,
        questions: clarification::store::list_questions(tx, id, None).await?,
        analysis: if may_see_analysis { find_analysis(tx, id).await? } else { None },
        returns: close::list_returns(tx, id).await?,
        history: audit::list_history(tx, SUBJECT, id.uuid()).await?,
        time_zone: member.time_zone,
        now: Utc::now(),
    })
}

/// All versions of the account, the current one first.
pub async fn list_versions(tx: &mut TenantTx, id: IncidentId) -> Result<Vec<NarrativeVersion>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select n.version, m.display_name as author_name, n.created_at, n.updated_at,
                  n.before_event, n.during_event, n.end_event, n.post_event,
                  n.enhancement as "enhancement: Json<Enhancement>", n.enhanced_by_model,
                  n.enhancement_fallback_reason, p.prompt_version as "prompt_version?"
           from incident_narratives n
           join memberships m on m.tenant_id = n.tenant_id and m.user_id = n.created_by
           left join prompt_templates p on p.tenant_id = n.enhancement_prompt_tenant_id and p.id = n.enhancement_prompt_id
           where n.tenant_id = $1 and n.incident_id = $2
           order by n.version desc"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| NarrativeVersion {
            version: row.version,
            author_name: row.author_name,
            created_at: row.created_at,
            updated_at: row.updated_at,
            narrative: Narrative {
                before: row.before_event,
                during: row.during_event,
                end: row.end_event,
                after: row.post_event,
            },
            enhancement: row.enhancement.map(|json| json.0),
            enhanced_by_model: row.enhanced_by_model,
            fallback: row.enhancement_fallback_reason.as_deref().and_then(FallbackReason::parse),
            prompt_version: row.prompt_version,
        })
        .collect())
}
