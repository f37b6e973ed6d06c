//! Making versions and choosing the one in use. The audit trail is written with each.

use super::{PromptVersion, SUBJECT, WorkflowStep, find_active, find_version_of, lock_step};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::PromptId,
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

/// Puts a version in use: one of the tenant's own, a newer or an older one, or the current default,
/// which then answers because nothing of the tenant's own does. `expected` is the version in use on the
/// page that asks: if somebody has chosen another one meanwhile, nothing happens.
pub async fn activate(tx: &mut TenantTx, step: WorkflowStep, id: PromptId, expected: PromptId) -> Result<(), AppError> {
    lock_step(tx, step).await?;
    let replaced = find_active(tx, step).await?.version;
    if replaced.id == id {
        return Ok(());
    }
    require_expected(replaced, expected)?;
    let chosen = find_version_of(tx, step, id).await?.version;
    if chosen.tenant_id == tx.tenant_id() {
        retire(tx, step, Some(id)).await?;
        put_in_use(tx, id).await?;
    } else {
        retire(tx, step, None).await?;
        if find_active(tx, step).await?.version.id != id {
            return Err(AppError::not_possible(
                "This is not the current default. Start a new version from it if you want to use its text.",
            ));
        }
    }
    let details = json!({
        "step": step,
        "version": chosen.version,
        "owner": chosen.name().owner,
        "replaced_version": replaced.version,
        "replaced_owner": replaced.name().owner,
    });
    audit::record(tx, Action::PromptActivated, SUBJECT, id.uuid(), details).await
}

fn require_expected(current: PromptVersion, expected: PromptId) -> Result<(), AppError> {
    if current.id == expected {
        return Ok(());
    }
    let name = current.name().in_sentence();
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

async fn put_in_use(tx: &mut TenantTx, id: PromptId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update prompt_templates set is_active = true, replaced_by = null, replaced_at = null
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
