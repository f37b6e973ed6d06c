//! Server functions of try-outs. They show what stands in reports, so whoever makes one may read them;
//! a system admin may not.

use crate::{
    error::AppError,
    ids::{PromptId, PromptTrialId},
    prompts::{
        step::WorkflowStep,
        trial::{Trial, TrialChoices},
    },
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    chat::question::Question,
    ids::IncidentId,
    platform::{Services, database::TenantTx},
    prompts::{
        jobs::TryPrompt,
        paths,
        store::{
            self,
            trials::{self, NewSubject},
        },
    },
};

/// The reports that a version can be tried on; `search` is a number, a participant's name or words.
#[server(endpoint = "prompts/trial-choices")]
pub async fn list_trial_choices(
    tenant: TenantSlug,
    step: WorkflowStep,
    id: PromptId,
    #[server(default)] search: String,
) -> Result<TrialChoices, AppError> {
    let services = Services::current()?;
    let member = tester(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let prompt = store::find_version_of(&mut tx, step, id).await?.version;
    let against = trials::find_opponent(&mut tx, step, &prompt).await?;
    let incidents = if step.is_about_incidents() {
        trials::list_choices(&mut tx, search, member.time_zone).await?
    } else {
        Vec::new()
    };
    Ok(TrialChoices {
        step,
        prompt_id: id,
        prompt: prompt.name(),
        against: against.name(),
        incidents,
        time_zone: member.time_zone,
    })
}

/// Tries a version beside the one in use, on a report or for a step of the chat on a typed text; leads
/// to where the two outputs will stand.
#[server(endpoint = "prompts/try")]
pub async fn request_trial(
    tenant: TenantSlug,
    step: WorkflowStep,
    id: PromptId,
    #[server(default)] incident_id: String,
    #[server(default)] question: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = tester(&services, &tenant).await?;
    let subject = subject_of(step, &incident_id, &question)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let prompt = store::find_version_of(&mut tx, step, id).await?.version;
    let (trial_id, is_new) = trials::insert_trial(&mut tx, step, prompt, &subject, member.user_id).await?;
    if is_new {
        TryPrompt::request(&mut tx, trial_id).await?;
    }
    tx.commit().await?;
    leptos_axum::redirect(&paths::trial(&tenant, step, trial_id));
    Ok(())
}

/// A try-out: how far it is, and what the two versions made.
#[server(endpoint = "prompts/trial")]
pub async fn get_trial(tenant: TenantSlug, id: PromptTrialId) -> Result<Trial, AppError> {
    let services = Services::current()?;
    let member = tester(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    trials::find_trial(&mut tx, &member, id).await
}

/// A report, or for a step of the chat what was typed.
#[cfg(feature = "ssr")]
fn subject_of(step: WorkflowStep, incident_id: &str, question: &str) -> Result<NewSubject, AppError> {
    if !step.is_about_incidents() {
        return Ok(NewSubject::Typed(Question::parse(question)?.as_str().to_owned()));
    }
    let id: IncidentId =
        incident_id.trim().parse().map_err(|_| AppError::field("incident_id", "Choose a report from the list."))?;
    Ok(NewSubject::Report(id))
}

/// Who may edit prompts and read reports.
#[cfg(feature = "ssr")]
async fn tester(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    let member = authorise::member_who_may(services, tenant, Permission::EditPrompts).await?;
    member.require(Permission::ReadAllIncidents)?;
    Ok(member)
}
