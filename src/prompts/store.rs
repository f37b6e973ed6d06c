//! The queries of prompt templates: which version answers for a step. Lists are in
//! `store/versions.rs`, figures in `store/figures.rs`, changes in `store/changes.rs`, try-outs in
//! `store/trials.rs`.

pub mod changes;
pub mod figures;
pub mod trials;
pub mod versions;

pub use super::step::WorkflowStep;

use super::prompt::{Owner, VersionName};
use crate::{
    error::AppError,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
};

/// The subject type of prompt versions in audit events.
pub const SUBJECT: &str = "prompt";

/// Names the version of a template that made something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptVersion {
    /// The tenant itself, or the system tenant for a default.
    pub tenant_id: TenantId,
    pub id: PromptId,
    pub version: i32,
}

impl PromptVersion {
    /// What people call it.
    pub fn name(&self) -> VersionName {
        VersionName { owner: owner_of(self.tenant_id), number: self.version }
    }
}

/// The system's rows are the defaults, in the system's own tenant too.
fn owner_of(tenant_id: TenantId) -> Owner {
    if tenant_id == TenantId::SYSTEM { Owner::Default } else { Owner::Own }
}

/// A version with what a call to a provider needs.
#[derive(Debug, Clone)]
pub struct ActivePrompt {
    pub version: PromptVersion,
    pub template: String,
    /// Nothing: what the tenant has chosen for the step.
    pub ai_model: Option<String>,
    /// The most tokens of an answer; nothing: the provider's own limit.
    pub max_tokens: Option<i32>,
    /// 0 to 2; nothing: the provider's own.
    pub temperature: Option<f32>,
}

/// The version in use for a step: the tenant's own, or else the default.
pub async fn find_active(tx: &mut TenantTx, step: WorkflowStep) -> Result<ActivePrompt, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select tenant_id as "tenant_id: TenantId", id as "id: PromptId", prompt_version, template, ai_model,
                  max_tokens, temperature
           from prompt_templates
           where tenant_id in ($1, app.system_tenant_id()) and workflow_step = $2 and is_active
           order by (tenant_id = $1) desc limit 1"#,
        tenant_id.uuid(),
        step.as_str(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(ActivePrompt {
        version: PromptVersion { tenant_id: row.tenant_id, id: row.id, version: row.prompt_version },
        template: row.template,
        ai_model: row.ai_model,
        max_tokens: row.max_tokens,
        temperature: row.temperature,
    })
}

/// One version and its step: the tenant's own or a default; anybody else's is not found.
pub async fn find_version(tx: &mut TenantTx, id: PromptId) -> Result<(WorkflowStep, ActivePrompt), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select tenant_id as "tenant_id: TenantId", id as "id: PromptId", prompt_version, workflow_step, template,
                  ai_model, max_tokens, temperature
           from prompt_templates where tenant_id in ($1, app.system_tenant_id()) and id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let prompt = ActivePrompt {
        version: PromptVersion { tenant_id: row.tenant_id, id: row.id, version: row.prompt_version },
        template: row.template,
        ai_model: row.ai_model,
        max_tokens: row.max_tokens,
        temperature: row.temperature,
    };
    Ok((WorkflowStep::parse(&row.workflow_step).ok_or(AppError::Internal)?, prompt))
}

/// A version of this step; one of another step is not found.
pub async fn find_version_of(tx: &mut TenantTx, step: WorkflowStep, id: PromptId) -> Result<ActivePrompt, AppError> {
    let (its_step, prompt) = find_version(tx, id).await?;
    if its_step == step { Ok(prompt) } else { Err(AppError::NotFound) }
}

/// Lets one transaction of the tenant at a time decide about a step; holds until it ends.
async fn lock_step(tx: &mut TenantTx, step: WorkflowStep) -> Result<(), AppError> {
    let key = format!("prompts:{}:{}", tx.tenant_id(), step.as_str());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.connection()).await?;
    Ok(())
}
