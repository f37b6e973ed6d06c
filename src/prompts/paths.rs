//! The addresses of prompts.

use super::step::WorkflowStep;
use crate::{
    ids::{PromptId, PromptTrialId},
    tenants::tenant::TenantSlug,
};

/// `/{tenant}/prompts`: all steps.
pub fn overview(tenant: &TenantSlug) -> String {
    format!("/{tenant}/prompts")
}

/// The versions of one step.
pub fn step(tenant: &TenantSlug, step: WorkflowStep) -> String {
    format!("/{tenant}/prompts/{}", step.as_str())
}

/// The form of a new version; it starts with the text of `from`, or of the version in use.
pub fn new_version(tenant: &TenantSlug, step: WorkflowStep, from: Option<PromptId>) -> String {
    let path = format!("/{tenant}/prompts/{}/new", step.as_str());
    match from {
        Some(from) => format!("{path}?from={from}"),
        None => path,
    }
}

/// One version in full.
pub fn version(tenant: &TenantSlug, step: WorkflowStep, id: PromptId) -> String {
    format!("/{tenant}/prompts/{}/versions/{id}", step.as_str())
}

/// Where a report is chosen to try a version on.
pub fn try_out(tenant: &TenantSlug, step: WorkflowStep, id: PromptId) -> String {
    format!("/{tenant}/prompts/{}/versions/{id}/try", step.as_str())
}

/// Two versions side by side is at this address with their ids as `a` and `b`.
pub fn compare(tenant: &TenantSlug, step: WorkflowStep) -> String {
    format!("/{tenant}/prompts/{}/compare", step.as_str())
}

/// A try-out, while it runs and after.
pub fn trial(tenant: &TenantSlug, step: WorkflowStep, id: PromptTrialId) -> String {
    format!("/{tenant}/prompts/{}/trials/{id}", step.as_str())
}
