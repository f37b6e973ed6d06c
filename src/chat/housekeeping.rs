//! Ending, now and then, the answers that a process left behind when it died.

use super::store::answers::end_interrupted;
use crate::{error::AppError, ids::TenantId, platform::database::TenantTx};
use sqlx::PgPool;

/// Goes through the tenants. Whoever reads such an answer sees it as interrupted anyway.
pub async fn end_all_interrupted(pool: &PgPool) -> Result<u64, AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(pool).await?;
    let mut ended = 0;
    for tenant in tenants {
        let mut tx = TenantTx::begin_for_system(pool, tenant).await?;
        ended += end_interrupted(&mut tx, None).await?;
        tx.commit().await?;
    }
    Ok(ended)
}
