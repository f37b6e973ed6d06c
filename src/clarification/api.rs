//! Server functions of clarification.

use super::question::{AnswerFields, ClarificationStep};
use crate::{
    error::AppError,
    ids::IncidentId,
    incidents::{
        draft::{Intent, Saved},
        narrative::Phase,
    },
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{jobs::GenerateQuestions, question::parse_answers, store},
    crate::{
        accounts::{authorise, permission::Permission},
        audit::{event::Action, store as audit},
        incidents::{
            incident::WizardStep,
            jobs::EnhanceNarrative,
            paths,
            store::{self as incidents, SUBJECT},
        },
        jobs::{queue::Job, store as jobs},
        platform::{Services, database::TenantTx},
    },
    serde_json::json,
};

/// One clarification step: the questions of a phase, or the work that makes them.
#[server(endpoint = "clarification/get")]
pub async fn get_clarification(
    tenant: TenantSlug,
    id: IncidentId,
    phase: Phase,
) -> Result<ClarificationStep, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let draft = incidents::find_draft(&mut tx, &member, id).await?;
    // The job first: once it is seen completed, what it made is seen too.
    let job = jobs::find_latest(&mut tx, GenerateQuestions::JOB_NAME, SUBJECT, id.uuid()).await?;
    let questions = store::list_questions(&mut tx, id, Some(phase)).await?;
    Ok(ClarificationStep {
        incident_id: id,
        participant_name: draft.participant_name,
        number: draft.number,
        phase,
        told: draft.narrative.phase(phase).to_owned(),
        questions,
        revision: draft.revision,
        updated_at: draft.updated_at,
        time_zone: member.time_zone,
        job: job.filter(|job| job.status != crate::jobs::job::JobStatus::Completed),
        returned: draft.returned,
    })
}

/// Saves the answers of one phase.
#[server(endpoint = "clarification/save-answers")]
pub async fn save_answers(
    tenant: TenantSlug,
    id: IncidentId,
    phase: Phase,
    revision: i32,
    #[server(default)] answers: AnswerFields,
    #[server(default)] not_known: AnswerFields,
    #[server(default)] intent: Intent,
) -> Result<Saved, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReportIncidents).await?;
    let answers = parse_answers(&answers, &not_known)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    incidents::lock_open_draft(&mut tx, id, member.user_id).await?.require_revision(revision)?;
    let changed = store::save_answers(&mut tx, id, member.user_id, &answers).await?;
    if changed > 0 {
        audit::record_stretch(&mut tx, Action::AnswersSaved, SUBJECT, id.uuid(), json!({ "phase": phase })).await?;
    }
    let here = WizardStep::clarifying(phase);
    let next = if intent == Intent::Continue { here.next().unwrap_or(here) } else { here };
    if next == WizardStep::Review {
        EnhanceNarrative::request(&mut tx, id, false).await?;
    }
    let saved = incidents::saved(&member, incidents::touch_draft(&mut tx, id, next).await?);
    tx.commit().await?;
    paths::redirect_after(&tenant, id, intent, next);
    Ok(saved)
}
