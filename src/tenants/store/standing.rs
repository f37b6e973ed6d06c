//! What an organisation may do at this moment.

use crate::{
    error::AppError,
    platform::database::TenantTx,
    tenants::standing::{Standing, TenantStatus},
};
use chrono::Utc;

/// The standing of the tenant that the transaction is in. One that is gone may do nothing.
pub async fn find_standing(tx: &mut TenantTx) -> Result<Standing, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!("select status, trial_ends_at from tenants where id = $1", tenant_id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let Some(row) = row else {
        return Ok(Standing::Suspended);
    };
    let status = TenantStatus::parse(&row.status).ok_or(AppError::Internal)?;
    Ok(Standing::at(Utc::now(), status, row.trial_ends_at))
}
