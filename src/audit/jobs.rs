//! Background work of the audit trail: verifying one that is too long to wait for.

use super::store::verification;
use crate::{
    error::AppError,
    ids::{CorrelationId, JobId, TenantId},
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    platform::database::TenantTx,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The subject type of the job; its subject is the tenant.
pub const SUBJECT: &str = "tenant";

/// Entries of a trail that is verified while its reader waits.
pub const DIRECTLY: i64 = 50_000;

/// Walks through an organisation's whole trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyAudit {
    pub tenant_id: TenantId,
    pub job_id: JobId,
}

impl VerifyAudit {
    /// Asks for it in the caller's transaction; once at a time.
    pub async fn request(tx: &mut TenantTx) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        let trace = CorrelationId::current();
        if let Some(job_id) = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, tenant_id.uuid(), trace).await? {
            queue::enqueue(tx.connection(), &Self { tenant_id, job_id }).await?;
        }
        Ok(())
    }

    async fn verify(&self, context: &JobContext) -> Result<(), AppError> {
        let pool = &context.services.pool;
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        let attempt = jobs::start_attempt(&mut tx, self.job_id).await?;
        tx.commit().await?;
        let Some(attempt) = attempt else { return Ok(()) };
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        verification::verify(&mut tx, attempt.requested_by).await?;
        jobs::complete(&mut tx, self.job_id, json!({})).await?;
        tx.commit().await
    }
}

impl Job for VerifyAudit {
    const JOB_NAME: &'static str = "verify_audit";

    /// Somebody is looking at the page.
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.verify(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
