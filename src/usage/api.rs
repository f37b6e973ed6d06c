//! Server functions of the usage ledger.

use super::report::UsageReport;
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{month::Month, store::report},
    crate::{
        accounts::{authorise, permission::Permission},
        platform::{Services, database::TenantTx},
    },
    chrono::Utc,
};

/// A month's usage; this month's if `month` names none.
#[server(endpoint = "usage/report")]
pub async fn get_usage(tenant: TenantSlug, #[server(default)] month: String) -> Result<UsageReport, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeUsage).await?;
    let (now, zone) = (Utc::now(), member.time_zone);
    let month = Month::parse(&month).or_else(|| Month::at(now, zone)).ok_or(AppError::Internal)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    report::build_report(&mut tx, month, zone, now).await
}
