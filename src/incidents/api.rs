//! Server functions of incidents: writing a report, the lists, the record.

use super::{
    details::DetailsForm,
    draft::{Draft, Intent, Review, Saved},
    filter::IncidentFilter,
    narrative::Narrative,
    record::{IncidentPage, IncidentRecord},
};
use crate::{
    error::AppError, ids::IncidentId, participants::participant::ParticipantOption, sites::site::SiteOption,
    tenants::tenant::TenantSlug,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    super::{
        details::IncidentDetails,
        enhancement::{account_of, consolidate},
        incident::{CaptureStatus, WizardStep},
        jobs::EnhanceNarrative,
        paths, store,
        store::search::IncidentScope,
    },
    crate::{
        accounts::{authorise, member::Member, permission::Permission},
        analysis::{jobs::AnalyseIncident, store::close},
        audit::{event::Action, store as audit},
        clarification::{jobs::GenerateQuestions, store as clarification},
        jobs::{job::JobStatus, queue::Job, store as jobs},
        notifications::{notification::NotificationKind, store as notifications},
        participants::store as participants,
        platform::{Services, database::TenantTx},
        sites::store as sites,
    },
    serde_json::json,
};

/// What step 1 offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeOptions {
    pub participants: Vec<ParticipantOption>,
    pub sites: Vec<SiteOption>,
    /// The server's clock, so that the form can refuse the future by itself.
    pub now: DateTime<Utc>,
    pub time_zone: chrono_tz::Tz,
}

/// The participants and sites to choose from.
#[server(endpoint = "incidents/intake-options")]
pub async fn get_intake_options(tenant: TenantSlug) -> Result<IntakeOptions, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let participants = participants::list_options(&mut tx).await?;
    let sites = sites::list_options(&mut tx).await?;
    Ok(IntakeOptions { participants, sites, now: Utc::now(), time_zone: member.time_zone })
}

/// Starts a report with who, where and when.
#[server(endpoint = "incidents/start")]
pub async fn start_incident(
    tenant: TenantSlug,
    #[server(flatten)] details: DetailsForm,
) -> Result<IncidentId, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let details = IncidentDetails::parse(&details, member.time_zone, Utc::now())?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let id = store::insert_incident(&mut tx, &member, &details).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::step(&tenant, id, WizardStep::Narrative));
    Ok(id)
}

/// The reporter's own draft.
#[server(endpoint = "incidents/draft")]
pub async fn get_draft(tenant: TenantSlug, id: IncidentId) -> Result<Draft, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::find_draft(&mut tx, &member, id).await
}

/// Changes who, where and when of a draft.
#[server(endpoint = "incidents/save-details")]
pub async fn save_details(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(flatten)] details: DetailsForm,
    #[server(default)] intent: Intent,
) -> Result<Saved, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let details = IncidentDetails::parse(&details, member.time_zone, Utc::now())?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock_open_draft(&mut tx, id, member.user_id).await?.require_revision(revision)?;
    store::update_details(&mut tx, id, &details).await?;
    let saved = store::saved(&member, store::touch_draft(&mut tx, id, WizardStep::Narrative).await?);
    tx.commit().await?;
    paths::redirect_after(&tenant, id, intent, WizardStep::Narrative);
    Ok(saved)
}

/// Saves the four phases. Whatever is there is kept first; going on takes enough of a story.
#[server(endpoint = "incidents/save-narrative")]
pub async fn save_narrative(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(flatten)] account: Narrative,
    #[server(default)] intent: Intent,
) -> Result<Saved, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let narrative = account.parsed()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock_open_draft(&mut tx, id, member.user_id).await?.require_revision(revision)?;
    store::save_narrative(&mut tx, id, member.user_id, &narrative).await?;
    let goes_on = intent == Intent::Continue && narrative.is_told();
    let next = if goes_on { WizardStep::ClarifyBefore } else { WizardStep::Narrative };
    if goes_on {
        GenerateQuestions::request(&mut tx, id).await?;
    }
    let saved = store::saved(&member, store::touch_draft(&mut tx, id, next).await?);
    tx.commit().await?;
    if intent == Intent::Continue {
        narrative.require_told().map_err(|error| error.after_saving(saved.revision))?;
    }
    paths::redirect_after(&tenant, id, intent, next);
    Ok(saved)
}

/// Step 7: the original beside the enhanced narrative.
#[server(endpoint = "incidents/review")]
pub async fn get_review(tenant: TenantSlug, id: IncidentId) -> Result<Review, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let draft = store::find_draft(&mut tx, &member, id).await?;
    // The job first: once it is seen completed, what it made is seen too.
    let job = jobs::find_latest(&mut tx, EnhanceNarrative::JOB_NAME, store::SUBJECT, id.uuid()).await?;
    let questions = clarification::list_questions(&mut tx, id, None).await?;
    let current = store::find_narrative(&mut tx, id).await?;
    let digest = clarification::digest_answers(&questions);
    let fallback = current.as_ref().and_then(|current| current.fallback);
    let (enhancement, model) = current.map_or((None, None), |current| (current.enhancement, current.enhanced_by_model));
    Ok(Review {
        is_outdated: enhancement.as_ref().is_some_and(|enhancement| enhancement.answers_digest != digest),
        enhancement,
        questions: questions.into_iter().map(|question| (question.id, question.text)).collect(),
        job: job.filter(|job| job.status != JobStatus::Completed),
        model,
        fallback,
        draft,
    })
}

/// Makes the enhanced narrative (again); the reporter's edits to an older one are replaced.
#[server(endpoint = "incidents/rebuild-enhancement")]
pub async fn rebuild_enhancement(tenant: TenantSlug, id: IncidentId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock_open_draft(&mut tx, id, member.user_id).await?;
    EnhanceNarrative::request(&mut tx, id, true).await?;
    tx.commit().await
}

/// Saves the reporter's edits of the enhanced narrative.
#[server(endpoint = "incidents/save-enhancement")]
pub async fn save_enhancement(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(flatten)] account: Narrative,
    #[server(default)] intent: Intent,
) -> Result<Saved, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let edited = account.parsed()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock_open_draft(&mut tx, id, member.user_id).await?.require_revision(revision)?;
    let current = store::find_narrative(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if let Some(standing) = current.enhancement {
        let enhancement = standing.edited(&edited);
        if enhancement != standing {
            store::save_enhancement(&mut tx, current.id, &enhancement, None).await?;
            audit::record_stretch(
                &mut tx,
                Action::EnhancementEdited,
                store::SUBJECT,
                id.uuid(),
                json!({ "version": current.version }),
            )
            .await?;
        }
    }
    let next = if intent == Intent::Continue { WizardStep::Complete } else { WizardStep::Review };
    let saved = store::saved(&member, store::touch_draft(&mut tx, id, next).await?);
    tx.commit().await?;
    paths::redirect_after(&tenant, id, intent, next);
    Ok(saved)
}

/// Submits the report for analysis. A second press finds it submitted and changes nothing.
#[server(endpoint = "incidents/submit")]
pub async fn submit_incident(tenant: TenantSlug, id: IncidentId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let draft = store::lock_draft(&mut tx, id, member.user_id).await?;
    if draft.capture_status != CaptureStatus::Completed {
        draft.require_revision(revision)?;
        let current = store::find_narrative(&mut tx, id)
            .await?
            .ok_or_else(|| AppError::not_possible("This report has no account yet. Tell what happened first."))?;
        current.narrative.require_told()?;
        let account = account_of(&current.narrative, current.enhancement.as_ref());
        let consolidated = consolidate(|phase| account.phase(phase).to_owned());
        store::submit(&mut tx, id, current.id, &consolidated).await?;
        close::answer_return(&mut tx, id).await?;
        AnalyseIncident::request(&mut tx, id, current.id).await?;
        notifications::notify_those_who_may(
            &mut tx,
            Permission::ReviewIncidents,
            NotificationKind::IncidentSubmitted,
            id,
        )
        .await?;
        tx.commit().await?;
        metrics::counter!("incidents_submitted_total").increment(1);
    }
    leptos_axum::redirect(&format!("{}?submitted=1", paths::record(&tenant, id)));
    Ok(())
}

/// One page of the list that the person may see.
#[server(endpoint = "incidents/list")]
pub async fn list_incidents(
    tenant: TenantSlug,
    #[server(default)] filter: IncidentFilter,
) -> Result<IncidentPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let scope = scope_of(&member)?;
    let filter = filter.parse()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (rows, next) = store::search::list_incidents(&mut tx, scope, &filter, member.time_zone).await?;
    let mut choices =
        store::search::list_choices(&mut tx, scope, filter.participant, member.role.may(Permission::ReadRegisters))
            .await?;
    store::search::name_keys(&mut tx, &filter, rows.first(), &mut choices).await?;
    Ok(IncidentPage {
        rows,
        next: next.map(super::filter::Cursor::write),
        time_zone: member.time_zone,
        now: Utc::now(),
        choices,
    })
}

/// The whole record of an incident. Opening it marks what was said about it as read.
#[server(endpoint = "incidents/record")]
pub async fn get_record(tenant: TenantSlug, id: IncidentId) -> Result<IncidentRecord, AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let scope = scope_of(&member)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let record = store::record::find_record(&mut tx, &member, scope, id).await?;
    notifications::note_opened(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(record)
}

/// Whose reports the member may see.
#[cfg(feature = "ssr")]
pub fn scope_of(member: &Member) -> Result<IncidentScope, AppError> {
    let may = |permission| member.role.may(permission);
    match (may(Permission::ReadAllIncidents), may(Permission::ReportIncidents)) {
        (true, true) => Ok(IncidentScope::All),
        (true, false) => Ok(IncidentScope::Submitted),
        (false, true) => Ok(IncidentScope::Own(member.user_id)),
        (false, false) => Err(AppError::Forbidden),
    }
}
