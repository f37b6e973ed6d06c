//! Vectors for passages that have none of the model in use.

use crate::{
    error::AppError,
    ids::{JobId, TenantId},
    jobs::queue::{Job, JobContext, JobError},
    platform::database::TenantTx,
};
use serde::{Deserialize, Serialize};

/// Embeds every passage of a tenant that has no vector yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EmbedDocuments {
    pub tenant_id: TenantId,
    pub job_id: JobId,
}

impl EmbedDocuments {
    /// Asks for the work in the caller's transaction, once a tenant at a time: to be called whenever
    /// passages were written, and when the choice of a model changes.
    pub async fn request(_tx: &mut TenantTx) -> Result<(), AppError> {
        Ok(())
    }
}

impl Job for EmbedDocuments {
    const JOB_NAME: &'static str = "embed_documents";

    async fn run(self, _context: JobContext) -> Result<(), JobError> {
        Ok(())
    }
}
