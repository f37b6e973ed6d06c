//! Background work of prompts: a try-out of a version beside the one in use.

use super::store::{
    ActivePrompt,
    trials::{self, NewSubject, TrialWork},
};
use crate::{
    accounts::store as accounts,
    ai::run::{self, Caller, TriedOutput},
    chat::answer,
    error::AppError,
    ids::{CorrelationId, JobId, PromptTrialId, TenantId},
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    platform::database::TenantTx,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Runs a step with the version on trial and with the one that is in use, and keeps both outputs.
/// Nothing of the report changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TryPrompt {
    pub tenant_id: TenantId,
    pub trial_id: PromptTrialId,
    pub job_id: JobId,
    pub correlation_id: CorrelationId,
}

impl TryPrompt {
    /// The subject type of try-outs in jobs.
    pub const SUBJECT: &str = "prompt_trial";

    /// Asks for the work in the caller's transaction.
    pub async fn request(tx: &mut TenantTx, trial_id: PromptTrialId) -> Result<(), AppError> {
        let (tenant_id, correlation_id) = (tx.tenant_id(), CorrelationId::current());
        if let Some(job_id) =
            jobs::insert_job(tx, Self::JOB_NAME, Self::SUBJECT, trial_id.uuid(), correlation_id).await?
        {
            queue::enqueue(tx.connection(), &Self { tenant_id, trial_id, job_id, correlation_id }).await?;
        }
        Ok(())
    }

    async fn try_both(&self, context: &JobContext) -> Result<(), AppError> {
        let pool = &context.services.pool;
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        if jobs::start_attempt(&mut tx, self.job_id).await?.is_none() {
            return Ok(());
        }
        let work = trials::find_work(&mut tx, self.trial_id).await?;
        tx.commit().await?;

        // What is there already was paid for; an attempt that follows a failed one goes on from it.
        if !work.has_stood {
            let made = self.run_step(context, &work, &work.against).await?;
            let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
            trials::save_stood(&mut tx, self.trial_id, &made).await?;
            jobs::set_progress(&mut tx, self.job_id, 50).await?;
            tx.commit().await?;
        }
        if !work.is_tried {
            let made = self.run_step(context, &work, &work.prompt).await?;
            let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
            trials::save_tried(&mut tx, self.trial_id, &made).await?;
            jobs::complete(&mut tx, self.job_id, json!({ "model": made.maker })).await?;
            tx.commit().await?;
            return Ok(());
        }
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        jobs::complete(&mut tx, self.job_id, json!({})).await?;
        tx.commit().await
    }

    async fn run_step(
        &self,
        context: &JobContext,
        work: &TrialWork,
        prompt: &ActivePrompt,
    ) -> Result<TriedOutput, AppError> {
        let services = &context.services;
        let caller = Caller {
            tenant_id: self.tenant_id,
            user_id: Some(work.requested_by),
            incident_id: None,
            correlation_id: self.correlation_id,
            is_trial: true,
        };
        match &work.subject {
            NewSubject::Report(id) => {
                let caller = Caller { incident_id: Some(*id), ..caller };
                run::try_step(services, &caller, work.step, *id, prompt).await
            }
            NewSubject::Typed(text) => {
                let memberships = accounts::memberships_of(&services.pool, work.requested_by).await?;
                let member = memberships.into_iter().find(|member| member.tenant_id == self.tenant_id);
                let member = member.ok_or(AppError::NotFound)?;
                answer::try_typed(services, &member, caller, work.step, text, prompt).await
            }
        }
    }
}

impl Job for TryPrompt {
    const JOB_NAME: &'static str = "try_prompt";

    /// Somebody is looking at the page: three runs within half a minute, then they are told.
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.try_both(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
