//! Making versions and choosing the one in use. The audit trail is written with each.

use super::{ActivePrompt, PromptVersion, SUBJECT, WorkflowStep, find_active, lock_step};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
    prompts::new_prompt::NewPrompt,
};
use serde_json::json;

/// Adds a version of the tenant's own, not in use yet. Name and schemas are those of the step's
/// default: they say what the product gives and expects, whatever the text.
pub async fn insert_version(tx: &mut TenantTx, step: WorkflowStep, new: &NewPrompt) -> Result<PromptVersion, AppError> {
    let (tenant_id, user_id, id) = (tx.tenant_id(), tx.user_id(), PromptId::generate());
    // Two people who save at once get two numbers.
    lock_step(tx, step).await?;
    let version = sqlx::query_scalar!(
        "insert into prompt_templates
             (tenant_id, id, prompt_name, prompt_version, workflow_step, description, template, input_schema,
              output_schema, ai_model, max_tokens, temperature, created_by)
         select $1, $2, d.prompt_name,
                1 + coalesce((select max(mine.prompt_version) from prompt_templates mine
                              where mine.tenant_id = $1 and mine.prompt_name = d.prompt_name), 0),
                d.workflow_step, $4, $5, d.input_schema, d.output_schema, $6, $7, $8, $9
         from prompt_templates d
         where d.tenant_id = app.system_tenant_id() and d.workflow_step = $3 and d.is_active
         returning prompt_version",
        tenant_id.uuid(),
        id.uuid(),
        step.as_str(),
        new.description,
        new.template,
        new.ai_model,
        new.max_tokens,
        new.temperature,
        user_id.map(|id| id.uuid()),
    )
    .fetch_one(tx.connection())
    .await?;
    let details = json!({ "step": step, "version": version });
    audit::record(tx, Action::PromptSaved, SUBJECT, id.uuid(), details).await?;
    Ok(PromptVersion { tenant_id, id, version })
}

/// Puts a version of the tenant's own in use, a newer or an older one. `expected` is the version in
/// use on the page that asks: if somebody has chosen another one meanwhile, nothing happens.
pub async fn activate(tx: &mut TenantTx, step: WorkflowStep, id: PromptId, expected: PromptId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    lock_step(tx, step).await?;
    let current = find_active(tx, step).await?;
    if current.version.id == id {
        return Ok(());
    }
    require_expected(&current, expected)?;
    let version = sqlx::query_scalar!(
        "select prompt_version from prompt_templates where tenant_id = $1 and id = $2 and workflow_step = $3",
        tenant_id.uuid(),
        id.uuid(),
        step.as_str(),
    )
    .fetch_one(tx.connection())
    .await?;
    retire(tx, step, Some(id)).await?;
    sqlx::query!(
        "update prompt_templates set is_active = true, replaced_by = null, replaced_at = null
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    let chosen = PromptVersion { tenant_id, id, version };
    record_choice(tx, step, chosen, current.version).await
}

/// Takes the tenant's own version out of use, so that the default answers again.
pub async fn use_default(tx: &mut TenantTx, step: WorkflowStep, expected: PromptId) -> Result<(), AppError> {
    if tx.tenant_id() == TenantId::SYSTEM {
        return Err(AppError::not_possible("These are the defaults. Choose another version instead."));
    }
    lock_step(tx, step).await?;
    let current = find_active(tx, step).await?;
    if current.version.tenant_id == TenantId::SYSTEM {
        return Ok(());
    }
    require_expected(&current, expected)?;
    retire(tx, step, None).await?;
    let chosen = find_active(tx, step).await?.version;
    record_choice(tx, step, chosen, current.version).await
}

fn require_expected(current: &ActivePrompt, expected: PromptId) -> Result<(), AppError> {
    if current.version.id == expected {
        return Ok(());
    }
    let name = current.version.name().in_sentence();
    Err(AppError::not_possible(format!(
        "Somebody else has activated {name} meanwhile. Nothing was changed. Look at it, then decide again."
    )))
}

/// Ends the use of the tenant's own version, if there is one.
async fn retire(tx: &mut TenantTx, step: WorkflowStep, replaced_by: Option<PromptId>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update prompt_templates set is_active = false, replaced_by = $3, replaced_at = now()
         where tenant_id = $1 and workflow_step = $2 and is_active",
        tenant_id.uuid(),
        step.as_str(),
        replaced_by.map(PromptId::uuid),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn record_choice(
    tx: &mut TenantTx,
    step: WorkflowStep,
    chosen: PromptVersion,
    replaced: PromptVersion,
) -> Result<(), AppError> {
    let details = json!({
        "step": step,
        "version": chosen.version,
        "owner": chosen.name().owner,
        "replaced_version": replaced.version,
        "replaced_owner": replaced.name().owner,
    });
    audit::record(tx, Action::PromptActivated, SUBJECT, chosen.id.uuid(), details).await
}
