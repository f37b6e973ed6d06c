//! The queries of a report while it is written. Lists are in `store/search.rs`, the whole record in
//! `store/record.rs`, what its review needs in `store/review.rs`.
//!
//! Only the reporter writes a draft. Every save takes the incident's row for itself, compares the
//! revision that the page was made from, and raises it.

pub mod record;
pub mod review;
pub mod search;
mod words;

use super::{
    details::{IncidentDetails, ReportedParticipant},
    draft::{Draft, Saved},
    enhancement::Enhancement,
    incident::{CaptureStatus, WizardStep, require_open},
    narrative::Narrative,
};
use crate::{
    accounts::member::Member,
    ai::{provider::FallbackReason, run::Maker},
    analysis,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{IncidentId, NarrativeId, ParticipantId, SiteId, UserId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

/// The subject type of incidents in audit events and jobs.
pub const SUBJECT: &str = "incident";

/// A draft that the current transaction holds for itself.
#[derive(Debug, Clone, Copy)]
pub struct LockedDraft {
    pub id: IncidentId,
    pub capture_status: CaptureStatus,
    pub revision: i32,
}

impl LockedDraft {
    /// Passes if the page that saves was made from what is stored now.
    pub fn require_revision(&self, revision: i32) -> Result<(), AppError> {
        if self.revision == revision { Ok(()) } else { Err(AppError::Stale { current_revision: self.revision }) }
    }
}

/// Starts a report with its details. `now` is when the person pressed the button.
pub async fn insert_incident(
    tx: &mut TenantTx,
    reporter: &Member,
    details: &IncidentDetails,
) -> Result<IncidentId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = IncidentId::generate();
    let names = resolve_names(tx, details).await?;
    let number = sqlx::query_scalar!(
        "insert into tenant_counters (tenant_id, counter, value) values ($1, 'incident', 1)
         on conflict (tenant_id, counter) do update set value = tenant_counters.value + 1
         returning value",
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    sqlx::query!(
        "insert into incidents (tenant_id, id, number, reporter_id, reporter_name, participant_id, participant_name,
                                site_id, location, event_date_time, late_reason, wizard_step)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'narrative')",
        tenant_id.uuid(),
        id.uuid(),
        number,
        reporter.user_id.uuid(),
        reporter.display_name,
        names.participant_id.map(ParticipantId::uuid),
        names.participant_name,
        details.site.map(SiteId::uuid),
        details.location,
        details.event_date_time,
        details.late_reason,
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::IncidentStarted, SUBJECT, id.uuid(), json!({ "number": number })).await?;
    Ok(id)
}

struct ResolvedNames {
    participant_id: Option<ParticipantId>,
    participant_name: String,
}

/// The participant's name as the register has it now. Somebody else's participant or site is not
/// in the list, whatever id was sent.
async fn resolve_names(tx: &mut TenantTx, details: &IncidentDetails) -> Result<ResolvedNames, AppError> {
    let tenant_id = tx.tenant_id();
    if let Some(site) = details.site {
        let exists = sqlx::query_scalar!(
            r#"select exists (select from sites where tenant_id = $1 and id = $2) as "exists!""#,
            tenant_id.uuid(),
            site.uuid(),
        )
        .fetch_one(tx.connection())
        .await?;
        if !exists {
            return Err(AppError::field("site_id", "Choose a site from the list."));
        }
    }
    match &details.participant {
        ReportedParticipant::Named(name) => Ok(ResolvedNames { participant_id: None, participant_name: name.clone() }),
        ReportedParticipant::Known(id) => {
            let name = sqlx::query_scalar!(
                "select name from participants where tenant_id = $1 and id = $2",
                tenant_id.uuid(),
                id.uuid(),
            )
            .fetch_optional(tx.connection())
            .await?
            .ok_or_else(|| AppError::field("participant_id", "Choose a participant from the list."))?;
            Ok(ResolvedNames { participant_id: Some(*id), participant_name: name })
        }
    }
}

/// Takes a report for this transaction. Another person's is not found; a submitted one is closed.
pub async fn lock_open_draft(tx: &mut TenantTx, id: IncidentId, reporter: UserId) -> Result<LockedDraft, AppError> {
    let draft = lock_draft(tx, id, reporter).await?;
    require_open(draft.capture_status)?;
    Ok(draft)
}

/// Takes a report for this transaction, submitted or not.
pub async fn lock_draft(tx: &mut TenantTx, id: IncidentId, reporter: UserId) -> Result<LockedDraft, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select capture_status, revision from incidents
         where tenant_id = $1 and id = $2 and reporter_id = $3 for update",
        tenant_id.uuid(),
        id.uuid(),
        reporter.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let capture_status = CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?;
    Ok(LockedDraft { id, capture_status, revision: row.revision })
}

/// Changes who, where and when.
pub async fn update_details(tx: &mut TenantTx, id: IncidentId, details: &IncidentDetails) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let names = resolve_names(tx, details).await?;
    sqlx::query!(
        "update incidents set participant_id = $3, participant_name = $4, site_id = $5, location = $6,
                event_date_time = $7, late_reason = $8
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        names.participant_id.map(ParticipantId::uuid),
        names.participant_name,
        details.site.map(SiteId::uuid),
        details.location,
        details.event_date_time,
        details.late_reason,
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::IncidentDetailsChanged, SUBJECT, id.uuid(), json!({})).await
}

/// Raises the revision after a save and remembers where the reporter is.
pub async fn touch_draft(
    tx: &mut TenantTx,
    id: IncidentId,
    step: WizardStep,
) -> Result<(i32, DateTime<Utc>), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "update incidents set revision = revision + 1, wizard_step = $3, updated_at = now()
         where tenant_id = $1 and id = $2 returning revision, updated_at",
        tenant_id.uuid(),
        id.uuid(),
        step.as_str(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.revision, row.updated_at))
}

/// A [`Saved`] for the page, from what [`touch_draft`] answered.
pub fn saved(member: &Member, (revision, saved_at): (i32, DateTime<Utc>)) -> Saved {
    Saved { revision, saved_at, time_zone: member.time_zone }
}

/// The current version of a narrative.
#[derive(Debug, Clone)]
pub struct CurrentNarrative {
    pub id: NarrativeId,
    pub version: i32,
    pub narrative: Narrative,
    pub enhancement: Option<Enhancement>,
    pub enhanced_by_model: Option<String>,
    pub fallback: Option<FallbackReason>,
}

/// The current version, if anything was written yet.
pub async fn find_narrative(tx: &mut TenantTx, id: IncidentId) -> Result<Option<CurrentNarrative>, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id as "id: NarrativeId", version, before_event, during_event, end_event, post_event,
                  enhancement as "enhancement: Json<Enhancement>", enhanced_by_model, enhancement_fallback_reason
           from incident_narratives where tenant_id = $1 and incident_id = $2
           order by version desc limit 1"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| CurrentNarrative {
        id: row.id,
        version: row.version,
        narrative: Narrative {
            before: row.before_event,
            during: row.during_event,
            end: row.end_event,
            after: row.post_event,
        },
        enhancement: row.enhancement.map(|json| json.0),
        enhanced_by_model: row.enhanced_by_model,
        fallback: row.enhancement_fallback_reason.as_deref().and_then(FallbackReason::parse),
    }))
}

/// Saves the account. Goes into the open version if the same person has been writing it in the last
/// half hour and nothing was made from it yet; otherwise it is a new version. Returns whether the
/// text changed.
pub async fn save_narrative(
    tx: &mut TenantTx,
    id: IncidentId,
    author: UserId,
    narrative: &Narrative,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let current = find_narrative(tx, id).await?;
    if current.as_ref().is_some_and(|current| current.narrative == *narrative) {
        return Ok(false);
    }
    let went_into_open_version = sqlx::query!(
        "update incident_narratives
         set before_event = $4, during_event = $5, end_event = $6, post_event = $7, updated_at = now()
         where tenant_id = $1 and incident_id = $2 and version = $8 and created_by = $3
           and sealed_at is null and created_at > now() - interval '30 minutes'",
        tenant_id.uuid(),
        id.uuid(),
        author.uuid(),
        narrative.before,
        narrative.during,
        narrative.end,
        narrative.after,
        current.as_ref().map_or(0, |current| current.version),
    )
    .execute(tx.connection())
    .await?
    .rows_affected()
        == 1;
    if !went_into_open_version {
        let version = current.map_or(1, |current| current.version + 1);
        sqlx::query!(
            "insert into incident_narratives
                 (tenant_id, id, incident_id, version, before_event, during_event, end_event, post_event, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tenant_id.uuid(),
            NarrativeId::generate().uuid(),
            id.uuid(),
            version,
            narrative.before,
            narrative.during,
            narrative.end,
            narrative.after,
            author.uuid(),
        )
        .execute(tx.connection())
        .await?;
        audit::record(tx, Action::NarrativeSaved, SUBJECT, id.uuid(), json!({ "version": version })).await?;
    }
    refresh_search(tx, id, narrative).await?;
    Ok(true)
}

/// What lists show and find an incident by, after its text changed.
async fn refresh_search(tx: &mut TenantTx, id: IncidentId, narrative: &Narrative) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incidents
         set capture_status = 'in_progress', headline = $3,
             search_document = to_tsvector('english', translate(concat_ws(' ', $4::text, $5::text, $6::text, $7::text), '/<>', '   '))
         where tenant_id = $1 and id = $2 and capture_status in ('draft', 'in_progress')",
        tenant_id.uuid(),
        id.uuid(),
        narrative.headline(),
        narrative.before,
        narrative.during,
        narrative.end,
        narrative.after,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Closes a version for further writing because something was made from it.
pub async fn seal_narrative(tx: &mut TenantTx, narrative_id: NarrativeId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incident_narratives set sealed_at = coalesce(sealed_at, now()) where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        narrative_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps an enhancement with the version it was made from. Without a `maker`, a person edited what was
/// there.
pub async fn save_enhancement(
    tx: &mut TenantTx,
    narrative_id: NarrativeId,
    enhancement: &Enhancement,
    maker: Option<&Maker>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incident_narratives
         set enhancement = $3, sealed_at = coalesce(sealed_at, now()), updated_at = now(),
             enhanced_at = case when $4::text is null then enhanced_at else now() end,
             enhanced_by_model = coalesce($4, enhanced_by_model),
             enhancement_prompt_tenant_id = coalesce($5, enhancement_prompt_tenant_id),
             enhancement_prompt_id = coalesce($6, enhancement_prompt_id),
             enhancement_fallback_reason = case when $4::text is null then enhancement_fallback_reason else $7 end
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        narrative_id.uuid(),
        Json(enhancement) as _,
        maker.map(|maker| maker.model.as_str()),
        maker.map(|maker| maker.prompt.tenant_id.uuid()),
        maker.map(|maker| maker.prompt.id.uuid()),
        maker.and_then(|maker| maker.fallback).map(FallbackReason::as_str),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Submits: capture is completed, the consolidated narrative is fixed.
pub async fn submit(
    tx: &mut TenantTx,
    id: IncidentId,
    narrative_id: NarrativeId,
    consolidated: &str,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incidents
         set capture_status = 'completed', wizard_step = 'complete', submitted_at = now(), updated_at = now(),
             revision = revision + 1
         where tenant_id = $1 and id = $2 and capture_status <> 'completed'",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "update incident_narratives
         set consolidated_narrative = $3, sealed_at = coalesce(sealed_at, now())
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        narrative_id.uuid(),
        consolidated,
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::IncidentSubmitted, SUBJECT, id.uuid(), json!({})).await
}

/// The reporter's draft as the wizard shows it.
pub async fn find_draft(tx: &mut TenantTx, member: &Member, id: IncidentId) -> Result<Draft, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select number, capture_status, wizard_step, revision, updated_at, participant_id as "participant_id: ParticipantId",
                  participant_name, site_id as "site_id: SiteId", location, event_date_time, late_reason
           from incidents where tenant_id = $1 and id = $2 and reporter_id = $3"#,
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let narrative = find_narrative(tx, id).await?.map(|current| current.narrative).unwrap_or_default();
    Ok(Draft {
        id,
        number: row.number,
        capture_status: CaptureStatus::parse(&row.capture_status).ok_or(AppError::Internal)?,
        wizard_step: WizardStep::parse(&row.wizard_step).ok_or(AppError::Internal)?,
        revision: row.revision,
        updated_at: row.updated_at,
        time_zone: member.time_zone,
        participant_id: row.participant_id,
        participant_name: row.participant_name,
        site_id: row.site_id,
        location: row.location,
        event_date_time: row.event_date_time,
        late_reason: row.late_reason,
        narrative,
        returned: analysis::store::close::find_open_return(tx, id).await?,
    })
}

/// Whom and where a report is about, for background work.
pub async fn find_subject(tx: &mut TenantTx, id: IncidentId) -> Result<(String, String), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select participant_name, location from incidents where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok((row.participant_name, row.location))
}
