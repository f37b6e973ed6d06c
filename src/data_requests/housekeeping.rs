//! Removing, now and then, the files whose time is over, and those that no request names: of attempts that
//! died before the row was written.

use super::{jobs::folder, store};
use crate::{
    error::AppError,
    ids::TenantId,
    platform::{Services, database::TenantTx},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{TryStreamExt, future::ready};

/// A file is in the store before its row names it. No attempt takes longer than this.
const AGE_HOURS: i64 = 24;
/// Files that the database is asked about at once.
const BATCH: usize = 500;

/// Goes through the tenants; one that fails doesn't keep the others waiting. Nobody can open such a file
/// any more, whether it is still there or not.
pub async fn remove_all_expired(services: &Services) -> Result<(), AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(&services.pool).await?;
    let before = Utc::now() - TimeDelta::hours(AGE_HOURS);
    for tenant in tenants {
        if let Err(error) = remove_expired_of(services, tenant).await {
            tracing::warn!(%tenant, error.kind = ?error, "expired files of an organisation could not be removed");
        }
        if let Err(error) = remove_unnamed_before(services, tenant, before).await {
            tracing::warn!(%tenant, error.kind = ?error, "files that no data request names could not be removed");
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

/// Removes a tenant's files that were written before then and that no request names.
pub async fn remove_unnamed_before(
    services: &Services,
    tenant: TenantId,
    before: DateTime<Utc>,
) -> Result<(), AppError> {
    let folder = folder(tenant);
    services.files.delete_unfinished(&folder, before).await?;
    let mut batches = services
        .files
        .list(&folder)
        .try_filter(|file| ready(file.modified_at < before))
        .map_ok(|file| file.key)
        .try_chunks(BATCH);
    while let Some(keys) = batches.try_next().await.map_err(|stopped| stopped.1)? {
        let mut tx = TenantTx::begin_for_system(&services.pool, tenant).await?;
        let unnamed = store::list_unnamed(&mut tx, &keys).await?;
        drop(tx);
        for key in unnamed {
            services.files.delete(&key).await?;
        }
    }
    Ok(())
}
