//! Documents that have been there for a while.

use crate::{error::AppError, ids::DocumentId, platform::database::TenantTx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// Where the tenant's documents came from.
pub async fn list_source_paths(tx: &mut TenantTx) -> Result<HashSet<String>, AppError> {
    let tenant_id = tx.tenant_id();
    let paths = sqlx::query_scalar!(
        r#"select source_path as "source_path!" from documents
           where tenant_id = $1 and source_path is not null and archived_at is null"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(paths.into_iter().collect())
}

/// Lets a document have been added then.
pub async fn date_document(tx: &mut TenantTx, id: DocumentId, added: DateTime<Utc>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "with dated_versions as (
             update document_versions set uploaded_at = $3 where tenant_id = $1 and document_id = $2
         )
         update documents
         set created_at = $3, updated_at = $3, last_processed = $3::timestamptz + interval '4 seconds'
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        added,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
