//! Background work of clarification: from an account to its questions.

use super::store;
use crate::{
    ai::run::{self, Caller},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{CorrelationId, IncidentId, JobId, TenantId},
    incidents::{
        narrative::Phase,
        store::{self as incidents, SUBJECT},
    },
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store::{self as jobs, Attempt},
    },
    platform::database::TenantTx,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Finds what the current version of an account leaves out and asks for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GenerateQuestions {
    pub tenant_id: TenantId,
    pub incident_id: IncidentId,
    pub job_id: JobId,
}

impl GenerateQuestions {
    /// Asks for the work in the caller's transaction, unless the questions are up to date.
    pub async fn request(tx: &mut TenantTx, id: IncidentId) -> Result<(), AppError> {
        let Some(narrative) = incidents::find_narrative(tx, id).await? else {
            return Ok(());
        };
        if store::are_current(tx, narrative.id).await? {
            return Ok(());
        }
        incidents::seal_narrative(tx, narrative.id).await?;
        let tenant_id = tx.tenant_id();
        let correlation_id = CorrelationId::current();
        if let Some(job_id) = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, id.uuid(), correlation_id).await? {
            queue::enqueue(tx.connection(), &Self { tenant_id, incident_id: id, job_id }).await?;
        }
        Ok(())
    }

    async fn generate(&self, context: &JobContext) -> Result<(), AppError> {
        let pool = &context.services.pool;
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        let Some(Attempt { requested_by, correlation_id }) = jobs::start_attempt(&mut tx, self.job_id).await? else {
            return Ok(());
        };
        let (participant_name, location) = incidents::find_subject(&mut tx, self.incident_id).await?;
        let current = incidents::find_narrative(&mut tx, self.incident_id).await?.ok_or(AppError::NotFound)?;
        tx.commit().await?;

        let caller = Caller {
            tenant_id: self.tenant_id,
            user_id: requested_by,
            incident_id: Some(self.incident_id),
            correlation_id,
            is_trial: false,
        };
        let mut phases = Vec::new();
        for phase in Phase::ALL {
            let made =
                run::questions(&context.services, &caller, &current.narrative, phase, &participant_name, &location)
                    .await?;
            phases.push(made);
        }

        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        let added = store::replace_questions(&mut tx, self.incident_id, current.id, &phases).await?;
        let models: Vec<_> = phases.iter().map(|made| made.maker.model.as_str()).collect();
        let details = json!({ "version": current.version, "added": added, "model": models });
        audit::record(&mut tx, Action::QuestionsGenerated, SUBJECT, self.incident_id.uuid(), details.clone()).await?;
        jobs::complete(&mut tx, self.job_id, details).await?;
        tx.commit().await
    }
}

impl Job for GenerateQuestions {
    const JOB_NAME: &'static str = "generate_questions";

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.generate(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
