//! Server functions of background work.

use super::job::JobRow;
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        accounts::{authorise, permission::Permission},
        platform::{Services, database::TenantTx},
    },
};

/// The organisation's latest 100 jobs, those that gave up first.
#[server(endpoint = "jobs/list")]
pub async fn list_jobs(tenant: TenantSlug) -> Result<Vec<JobRow>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeJobs).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_jobs(&mut tx, 100).await
}
