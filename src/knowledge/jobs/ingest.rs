//! Reading a document: from its original to passages that search finds.

use super::EmbedDocuments;
use crate::{
    error::AppError,
    ids::{CorrelationId, DocumentId, JobId, TenantId},
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    knowledge::{
        chunking::Cut,
        extraction::{ReadingFault, process::read_apart},
        postings,
        store::{
            SUBJECT, passages,
            reading::{self, Unread},
        },
    },
    platform::{Services, database::TenantTx},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What people read when it isn't the file's fault.
const OUR_FAULT: &str = "Something went wrong on our side while reading it. Try again later.";

/// How far the work is once reading begins, and once the text is there.
const BEGUN: i16 = 10;
const READ: i16 = 70;

/// Reads the current version of a document. Whatever is written is written at once at the end, so that an
/// attempt that dies leaves nothing behind and the next one begins anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngestDocument {
    pub tenant_id: TenantId,
    pub document_id: DocumentId,
    pub job_id: JobId,
}

impl IngestDocument {
    /// Asks for a document to be read, in the transaction that has changed it. Work that is under way
    /// finds the new version by itself.
    pub async fn request(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        let job = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, document_id.uuid(), CorrelationId::current()).await?;
        if let Some(job_id) = job {
            queue::enqueue(tx.connection(), &Self { tenant_id, document_id, job_id }).await?;
        }
        Ok(())
    }

    /// Asks once more, after it failed or to read it anew.
    pub async fn request_again(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
        if !reading::mark_pending(tx, document_id).await? {
            return Err(AppError::NotFound);
        }
        Self::request(tx, document_id).await
    }

    /// The queue has given the work up without its worker's word: nobody waits any more.
    pub async fn end_cut_off(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
        let is_awaited = reading::lock_unread(tx, document_id).await?.is_some();
        if jobs::end_cut_off(tx, Self::JOB_NAME, document_id.uuid()).await? && is_awaited {
            reading::mark_failed(tx, document_id, OUR_FAULT).await?;
        }
        Ok(())
    }

    /// Reads until what was read is the newest version.
    async fn ingest(&self, services: &Services) -> Result<(), AppError> {
        while let Some(unread) = self.begin(services).await? {
            // A file that is missing is no fault of what it said.
            let file = services.files.open(&unread.storage_key).await.map_err(|error| match error {
                AppError::NotFound => AppError::Internal,
                other => other,
            })?;
            let read = read_apart(&services.config, unread.file_type, file).await?;
            self.report(services, READ).await?;
            if self.finish(services, &unread, read).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What to read; None if the document is gone or another delivery of this job has read it.
    async fn begin(&self, services: &Services) -> Result<Option<Unread>, AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        let unread = reading::lock_unread(&mut tx, self.document_id).await?;
        match &unread {
            Some(_) => {
                reading::mark_processing(&mut tx, self.document_id).await?;
                jobs::set_progress(&mut tx, self.job_id, BEGUN).await?;
            }
            None => jobs::complete(&mut tx, self.job_id, json!({ "withdrawn": true })).await?,
        }
        tx.commit().await?;
        Ok(unread)
    }

    async fn report(&self, services: &Services, percent: i16) -> Result<(), AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        jobs::set_progress(&mut tx, self.job_id, percent).await?;
        tx.commit().await
    }

    /// Writes what was found. False if a newer version has come meanwhile, or there is nothing left to
    /// write it for.
    async fn finish(
        &self,
        services: &Services,
        read: &Unread,
        result: Result<Cut, ReadingFault>,
    ) -> Result<bool, AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        if reading::lock_unread(&mut tx, self.document_id).await?.as_ref() != Some(read) {
            return Ok(false);
        }
        match result {
            Ok(cut) => {
                let changed = write_passages(&mut tx, self.document_id, read.version, &cut).await?;
                EmbedDocuments::request(&mut tx).await?;
                let details = json!({ "version": read.version, "kept": changed.kept, "added": changed.added });
                jobs::complete(&mut tx, self.job_id, details).await?;
            }
            Err(fault) => {
                // No attempt makes a file better: somebody has to look.
                tracing::warn!(document.id = %self.document_id, error.kind = fault.as_str(), "a document could not be read");
                reading::mark_failed(&mut tx, self.document_id, fault.label()).await?;
                jobs::fail(&mut tx, self.job_id, fault.label(), true).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// After the last attempt nobody waits any more. Both at once: whoever sees that the document failed
    /// can ask for it again.
    async fn give_up(&self, services: &Services, error: &AppError) -> Result<(), AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        reading::mark_failed(&mut tx, self.document_id, OUR_FAULT).await?;
        jobs::fail(&mut tx, self.job_id, &error.to_string(), true).await?;
        tx.commit().await
    }
}

/// Puts passages in the place of those before and lets search find them, all at once.
pub(in crate::knowledge) async fn write_passages(
    tx: &mut TenantTx,
    id: DocumentId,
    version: i32,
    cut: &Cut,
) -> Result<passages::Changed, AppError> {
    let changed = passages::replace(tx, id, cut).await?;
    postings::index_document(tx, id).await?;
    reading::mark_completed(tx, id, version, cut).await?;
    Ok(changed)
}

impl Job for IngestDocument {
    const JOB_NAME: &'static str = "ingest_document";

    /// Half a minute of waiting for what may pass: the file store or the database.
    const MAX_ATTEMPTS: i16 = 5;

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let services = &context.services;
        let result = async {
            let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
            let attempt = jobs::start_attempt(&mut tx, self.job_id).await?;
            // On its own: whoever changes a document takes its row first and the job's after it.
            tx.commit().await?;
            if attempt.is_some() { self.ingest(services).await } else { Ok(()) }
        }
        .await;
        if let Err(error) = &result
            && context.is_last_attempt()
            && self.give_up(services, error).await.is_err()
        {
            tracing::warn!(document.id = %self.document_id, "a document that could not be read still waits");
        }
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
