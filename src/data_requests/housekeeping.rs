//! Removing, now and then, the files whose time is over.

use super::store;
use crate::{
    error::AppError,
    ids::TenantId,
    platform::{Services, database::TenantTx},
};

/// Goes through the tenants; one that fails doesn't keep the others waiting. Nobody can open such a file
/// any more, whether it is still there or not.
pub async fn remove_all_expired(services: &Services) -> Result<(), AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(&services.pool).await?;
    for tenant in tenants {
        if let Err(error) = remove_expired_of(services, tenant).await {
            tracing::warn!(%tenant, error.kind = ?error, "expired files of an organisation could not be removed");
        }
    }
    Ok(())
}

async fn remove_expired_of(services: &Services, tenant: TenantId) -> Result<(), AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant).await?;
    let expired = store::list_expired_files(&mut tx).await?;
    drop(tx);
    for (id, storage_key) in expired {
        // The row forgets the file only once it is gone; until then the next round tries again.
        services.files.delete(&storage_key).await?;
        let mut tx = TenantTx::begin_for_system(&services.pool, tenant).await?;
        store::forget_file(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(())
}
