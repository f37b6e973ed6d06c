//! Server functions of legal holds.

use crate::{error::AppError, ids::LegalHoldId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{authorise, permission::Permission},
    data_requests::{hold::NewHold, paths, request::parse_reason, store::holds},
    platform::{Services, database::TenantTx},
};

/// Places a hold on somebody, on a report by its number, or on everything.
#[server(endpoint = "legal-holds/place")]
pub async fn place_hold(
    tenant: TenantSlug,
    #[server(default)] subject: String,
    #[server(default)] report_number: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let new = NewHold::parse(&subject, &report_number, &reason)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    holds::place(&mut tx, &new).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?held=1", paths::list(&tenant)));
    Ok(())
}

/// Lifts a hold.
#[server(endpoint = "legal-holds/lift")]
pub async fn lift_hold(tenant: TenantSlug, id: LegalHoldId, #[server(default)] reason: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let reason = parse_reason(&reason)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    holds::lift(&mut tx, id, &reason).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?lifted=1", paths::list(&tenant)));
    Ok(())
}
