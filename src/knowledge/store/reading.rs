//! How far a document has been read: what its job asks and notes.

use super::file_type_of;
use crate::{
    ai::embeddings::LOCAL_MODEL,
    error::AppError,
    ids::DocumentId,
    knowledge::{chunking::Cut, document::FileType},
    platform::database::TenantTx,
};

/// What is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub version: i32,
    pub file_type: FileType,
    pub storage_key: String,
}

/// The version to read, locked; None if the document is gone or has been read.
pub async fn lock_unread(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Unread>, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select d.version, v.file_type, v.storage_key
         from documents d
         join document_versions v on v.tenant_id = d.tenant_id and v.document_id = d.id and v.version = d.version
         where d.tenant_id = $1 and d.id = $2 and d.processing_status in ('pending', 'processing') for update of d",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        Ok(Unread { version: row.version, file_type: file_type_of(&row.file_type)?, storage_key: row.storage_key })
    })
    .transpose()
}

/// Asks for a document to be read whatever became of it before; false if there is no such document.
pub async fn mark_pending(tx: &mut TenantTx, id: DocumentId) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let marked = sqlx::query!(
        "update documents set processing_status = 'pending', error_message = null where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// Reading begins.
pub async fn mark_processing(tx: &mut TenantTx, id: DocumentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update documents set processing_status = 'processing' where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// It couldn't be read. What an earlier version said stays to be found.
pub async fn mark_failed(tx: &mut TenantTx, id: DocumentId, reason: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update documents set processing_status = 'failed', error_message = left($3, 300), last_processed = now()
         where tenant_id = $1 and id = $2 and processing_status in ('pending', 'processing')",
        tenant_id.uuid(),
        id.uuid(),
        reason,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Its passages are those of this version now.
pub async fn mark_completed(tx: &mut TenantTx, id: DocumentId, version: i32, cut: &Cut) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update documents d
         set processing_status = 'completed', error_message = null, processed_version = $3, last_processed = now(),
             chunk_count = $4, character_count = $5,
             embedded_count = (
                 select count(*) from document_chunks c
                 join chunk_embeddings e on e.tenant_id = c.tenant_id and e.chunk_id = c.id
                 where c.tenant_id = $1 and c.document_id = $2 and c.kind = 'passage'
                   and e.embedding_model = coalesce(
                       (select s.embedding_model from embedding_settings s where s.tenant_id = $1), $6))
         where d.tenant_id = $1 and d.id = $2",
        tenant_id.uuid(),
        id.uuid(),
        version,
        i32::try_from(cut.passage_count()).unwrap_or(i32::MAX),
        cut.character_count,
        LOCAL_MODEL,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
