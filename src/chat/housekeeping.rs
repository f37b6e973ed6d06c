//! Ending, now and then, the answers that a process left behind when it died.

use super::store::answers::end_interrupted;
use crate::{error::AppError, ids::TenantId, platform::database::TenantTx};
use sqlx::PgPool;

/// Goes through the tenants; one that fails doesn't keep the others waiting. Whoever reads such an answer
/// sees it as interrupted anyway.
pub async fn end_all_interrupted(pool: &PgPool) -> Result<u64, AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(pool).await?;
    let mut ended = 0;
    for tenant in tenants {
        match end_of(pool, tenant).await {
            Ok(count) => ended += count,
            Err(error) => {
                tracing::warn!(%tenant, error.kind = ?error, "interrupted answers of an organisation could not be ended");
            }
        }
    }
    Ok(ended)
}

async fn end_of(pool: &PgPool, tenant: TenantId) -> Result<u64, AppError> {
    let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
    let ended = end_interrupted(&mut tx, None).await?;
    tx.commit().await?;
    Ok(ended)
}
