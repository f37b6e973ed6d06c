//! Ending, now and then, the jobs that were cut off in their last attempt: the queue has given them up, and
//! nobody has told those who wait for them.

use super::{queue::Job, store};
use crate::{
    error::AppError,
    ids::{DocumentId, TenantId},
    knowledge::jobs::{EmbedDocuments, IngestDocument},
    platform::database::TenantTx,
};
use sqlx::PgPool;
use uuid::Uuid;

/// Goes through the tenants.
pub async fn end_all_cut_off(pool: &PgPool) -> Result<(), AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(pool).await?;
    for tenant in tenants {
        let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
        let cut_off = store::list_cut_off(&mut tx).await?;
        tx.commit().await?;
        // Each on its own: what a job is about is locked before the job.
        for (kind, subject_id) in cut_off {
            let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
            end(&mut tx, &kind, subject_id).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn end(tx: &mut TenantTx, kind: &str, subject_id: Uuid) -> Result<(), AppError> {
    match kind {
        IngestDocument::JOB_NAME => IngestDocument::end_cut_off(tx, DocumentId::from(subject_id)).await,
        // No page has a button for it.
        EmbedDocuments::JOB_NAME => EmbedDocuments::request(tx).await,
        _ => store::end_cut_off(tx, kind, subject_id).await.map(|_| ()),
    }
}
