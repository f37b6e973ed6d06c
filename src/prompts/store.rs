//! The queries of prompt templates.

pub use super::step::WorkflowStep;

use crate::{
    error::AppError,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
};

/// Names the version of a template that made something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptVersion {
    /// The tenant itself, or the system tenant for a default.
    pub tenant_id: TenantId,
    pub id: PromptId,
    pub version: i32,
}

/// The version in use for a step: the tenant's own, or else the default.
pub async fn find_active(tx: &mut TenantTx, step: WorkflowStep) -> Result<PromptVersion, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        PromptVersion,
        r#"select tenant_id as "tenant_id: TenantId", id as "id: PromptId", prompt_version as version
           from prompt_templates
           where tenant_id in ($1, app.system_tenant_id()) and workflow_step = $2 and is_active
           order by (tenant_id = $1) desc limit 1"#,
        tenant_id.uuid(),
        step.as_str(),
    )
    .fetch_one(tx.connection())
    .await?)
}
