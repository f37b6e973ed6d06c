//! Removing, now and then, the originals that no row names: of uploads that broke off, of changes that
//! weren't committed, of removals whose file couldn't be removed then. A pass that is cut short loses
//! nothing; the next one finds what is left.

use super::{originals, store};
use crate::{
    error::AppError,
    ids::TenantId,
    platform::{Services, database::TenantTx},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{TryStreamExt, future::ready};
use sqlx::PgPool;

/// A file is in the store before its row is in the database. No form takes longer than this.
const AGE_HOURS: i64 = 24;
/// Files that the database is asked about at once.
const BATCH: usize = 500;
/// Files that one pass removes for one tenant, so that the others get their turn.
const MOST_FILES: u64 = 5_000;

/// Goes through the tenants; says how many files were removed.
pub async fn delete_all_unnamed(services: &Services) -> Result<u64, AppError> {
    delete_unnamed_before(services, Utc::now() - TimeDelta::hours(AGE_HOURS)).await
}

/// The same for files that were written before then. A tenant whose files can't be looked through doesn't
/// keep the others waiting.
pub async fn delete_unnamed_before(services: &Services, before: DateTime<Utc>) -> Result<u64, AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(&services.pool).await?;
    let mut deleted = 0;
    for tenant in tenants {
        match delete_unnamed_of(services, tenant, before).await {
            Ok(count) => deleted += count,
            Err(error) => {
                tracing::warn!(%tenant, error.kind = ?error, "files of an organisation that no document names could not be removed");
            }
        }
    }
    if deleted > 0 {
        tracing::info!(files = deleted, "files that no document names were removed");
    }
    Ok(deleted)
}

async fn delete_unnamed_of(services: &Services, tenant: TenantId, before: DateTime<Utc>) -> Result<u64, AppError> {
    let folder = originals::folder(tenant);
    let mut deleted = services.files.delete_unfinished(&folder, before).await?;
    let mut batches = services
        .files
        .list(&folder)
        .try_filter(|file| ready(file.modified_at < before))
        .map_ok(|file| file.key)
        .try_chunks(BATCH);
    while deleted < MOST_FILES
        && let Some(keys) = batches.try_next().await.map_err(|stopped| stopped.1)?
    {
        for key in list_unnamed(&services.pool, tenant, &keys).await? {
            services.files.delete(&key).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

async fn list_unnamed(pool: &PgPool, tenant: TenantId, keys: &[String]) -> Result<Vec<String>, AppError> {
    let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
    let unnamed = store::list_unnamed(&mut tx, keys).await?;
    tx.commit().await?;
    Ok(unnamed)
}
