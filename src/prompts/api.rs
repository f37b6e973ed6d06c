//! Server functions of prompts: versions and which one is in use. Try-outs are in `api/trials.rs`.

pub mod trials;

use super::{
    comparison::Comparison,
    prompt::{Editor, PromptForm, StepSummary, StepVersions, VersionDetails},
    step::WorkflowStep,
};
use crate::{error::AppError, ids::PromptId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{diff, new_prompt::NewPrompt, paths, store},
    crate::{
        accounts::{authorise, permission::Permission},
        incidents::narrative::clean_text,
        platform::{Services, database::TenantTx, posted, posted::Posted},
    },
};

/// Every step with the version in use and how it did.
#[server(endpoint = "prompts/list")]
pub async fn list_prompts(tenant: TenantSlug) -> Result<Vec<StepSummary>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::versions::list_steps(&mut tx, &member).await
}

/// The versions of one step, the newest first.
#[server(endpoint = "prompts/versions")]
pub async fn list_versions(tenant: TenantSlug, step: WorkflowStep) -> Result<StepVersions, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::versions::list_versions(&mut tx, &member, step).await
}

/// One version in full.
#[server(endpoint = "prompts/version")]
pub async fn get_version(tenant: TenantSlug, step: WorkflowStep, id: PromptId) -> Result<VersionDetails, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::versions::find_details(&mut tx, &member, step, id).await
}

/// Two versions of a step side by side.
#[server(endpoint = "prompts/compare")]
pub async fn compare_versions(
    tenant: TenantSlug,
    step: WorkflowStep,
    a: PromptId,
    b: PromptId,
) -> Result<Comparison, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let before = store::versions::find_details(&mut tx, &member, step, a).await?;
    let after = store::versions::find_details(&mut tx, &member, step, b).await?;
    Ok(Comparison {
        settings: store::versions::compare_settings(&before, &after),
        rows: diff::side_by_side(&before.template, &after.template),
        before: before.version,
        after: after.version,
    })
}

/// What the form of a new version starts with: the text of `from`, or of the version in use, or what
/// was typed when it was refused.
#[server(endpoint = "prompts/editor")]
pub async fn get_editor(tenant: TenantSlug, step: WorkflowStep, from: Option<PromptId>) -> Result<Editor, AppError> {
    let posted = Posted::current().filter(|posted| posted.field("step") == step.as_str());
    let refused = posted.as_ref().map(form_of);
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let from = match from {
        Some(id) => store::find_version_of(&mut tx, step, id).await?,
        None => store::find_active(&mut tx, step).await?,
    };
    Ok(Editor {
        step,
        from: from.version.id,
        from_name: from.version.name(),
        problem: refused.as_ref().and_then(|form| NewPrompt::parse(form, step).err()),
        form: refused.unwrap_or_else(|| PromptForm {
            description: String::new(),
            template: from.template,
            max_tokens: from.max_tokens.map(|tokens| tokens.to_string()).unwrap_or_default(),
            temperature: from.temperature.map(|temperature| temperature.to_string()).unwrap_or_default(),
            ai_model: from.ai_model.unwrap_or_default(),
        }),
    })
}

#[cfg(feature = "ssr")]
fn form_of(posted: &Posted) -> PromptForm {
    let text = |name| clean_text(&posted.field(name));
    PromptForm {
        description: text("description"),
        template: text("template"),
        max_tokens: text("max_tokens"),
        temperature: text("temperature"),
        ai_model: text("ai_model"),
    }
}

/// Makes a new version, not in use yet. Every save is a version of its own; none is ever changed.
#[server(endpoint = "prompts/save")]
pub async fn save_prompt(
    tenant: TenantSlug,
    step: WorkflowStep,
    from: PromptId,
    #[server(flatten)] form: PromptForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let new = NewPrompt::parse(&form, step)
        .inspect_err(|_| posted::give_back(&paths::new_version(&tenant, step, Some(from))))?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let saved = store::changes::insert_version(&mut tx, step, &new).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=saved", paths::version(&tenant, step, saved.id)));
    Ok(())
}

/// Puts a version in use: a newer one, an older one to roll back, or the current default. `expected` is
/// the version that was in use when the page was made.
#[server(endpoint = "prompts/activate")]
pub async fn activate_prompt(
    tenant: TenantSlug,
    step: WorkflowStep,
    id: PromptId,
    expected: PromptId,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditPrompts).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::changes::activate(&mut tx, step, id, expected).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=activated", paths::step(&tenant, step)));
    Ok(())
}
