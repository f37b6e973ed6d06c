//! Removing, now and then, lines that are old enough.

use super::{line::LogLevel, store};
use crate::{error::AppError, ids::TenantId, platform::database::TenantTx};
use sqlx::PgPool;

/// Goes through the tenants. Each batch is a transaction of its own, so that nobody waits for long; one
/// tenant that fails doesn't keep the others waiting.
pub async fn delete_all_expired(pool: &PgPool) -> Result<u64, AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(pool).await?;
    let mut deleted = 0;
    for tenant in tenants {
        match delete_of(pool, tenant).await {
            Ok(count) => deleted += count,
            Err(error) => {
                tracing::warn!(error.kind = ?error, "old lines of an organisation's debug log could not be removed");
            }
        }
    }
    Ok(deleted)
}

async fn delete_of(pool: &PgPool, tenant: TenantId) -> Result<u64, AppError> {
    let mut deleted = 0;
    for level in LogLevel::ALL {
        loop {
            let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
            let count = store::delete_expired(&mut tx, *level).await?;
            tx.commit().await?;
            deleted += count;
            if count < store::DELETE_BATCH {
                break;
            }
        }
    }
    Ok(deleted)
}
